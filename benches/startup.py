"""Times windows until they show something: see compare.sh."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from Xlib import X, display

DISPLAY = ":97"
ENOUGH_BYTES = 40
screen_root = None


def shown_bytes() -> int:
    """How many different byte values the top left of the screen holds: few while there is no menu with its text.

    Only a part is read, so that looking takes no time from the program that is looked at."""
    global screen_root
    if screen_root is None:
        screen_root = display.Display(DISPLAY).screen().root
    return len(set(screen_root.get_image(0, 0, 600, 120, X.ZPixmap, 0xFFFFFFFF).data))


def start(command, home):
    environment = dict(os.environ, DISPLAY=DISPLAY, HOME=home, XDG_RUNTIME_DIR=home)
    environment["FIELDMARK_CONFIG_DIR"] = os.path.join(home, "config")
    environment["FIELDMARK_CACHE_DIR"] = os.path.join(home, "cache")
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def seconds_until_shown(command, home) -> float:
    begin = time.monotonic()
    program = start(command, home)
    try:
        while shown_bytes() < ENOUGH_BYTES:
            if program.poll() is not None:
                sys.exit(f"{command[0]} ended with {program.returncode}")
            if time.monotonic() - begin > 120:
                sys.exit(f"{command[0]} shows nothing")
            time.sleep(0.005)
        return time.monotonic() - begin
    finally:
        program.kill()
        program.wait()
        while shown_bytes() >= ENOUGH_BYTES:
            time.sleep(0.02)


def idle_share(command, home) -> float:
    program = start(command, home)

    def used() -> float:
        fields = open(f"/proc/{program.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    try:
        time.sleep(15)
        before = used()
        time.sleep(20)
        return (used() - before) / 20
    finally:
        program.kill()
        program.wait()


def main():
    runs, ours, labelme, sample = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    screen = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", "1440x900x24"], stderr=subprocess.DEVNULL)
    home = tempfile.mkdtemp()
    pictures = shutil.copytree(sample, os.path.join(home, "sample"))
    try:
        time.sleep(1)
        times = {"fieldmark": [], "labelme": []}
        for _ in range(runs + 1):
            times["fieldmark"].append(seconds_until_shown([ours, pictures], home))
            times["labelme"].append(seconds_until_shown([labelme, pictures], home))
        for name, values in times.items():
            # The first run warms up the disk.
            values = sorted(values[1:])
            print(f"{name:10} min {values[0]:.2f} s  median {statistics.median(values):.2f} s  max {values[-1]:.2f} s")
        ratio = statistics.median(times["fieldmark"][1:]) / statistics.median(times["labelme"][1:])
        print(f"ratio      {ratio:.2f}")
        print(f"idle       {idle_share([ours, pictures], home) * 100:.2f} % of one processor")
    finally:
        screen.kill()
        shutil.rmtree(home, ignore_errors=True)


main()
