"""Runs the program under test, and counts what went wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

failures = []


def check(is_right, message):
    """Notes a failure, and goes on."""
    if not is_right:
        failures.append(message)
        print(f"FAILED: {message}")


def finish():
    """Ends the script: with 1 when something failed."""
    print(f"{len(failures)} failures" if failures else "ok")
    sys.exit(1 if failures else 0)


def convert(source_format, source, target_format, target, images=None):
    """Converts with the program under test; gives back its JSON output."""
    command = [os.environ["FIELDMARK"], "convert", "--json", "--from", source_format, str(source)]
    command += ["--to", target_format, str(target)]
    if images is not None:
        command += ["--images", str(images)]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        check(False, f"{' '.join(command)}\n{run.stderr}")
        finish()
    lines = [json.loads(line) for line in run.stdout.splitlines() if line.strip()]
    check(bool(lines), f"{' '.join(command)} says nothing on standard output")
    return lines[-1] if lines else {}


def make_picture(path, width, height):
    """A picture of that size."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, height), (90, 120, 60)).save(path)
