"""Reads videos with every reader that is installed, and with ours, in turns: see video.sh.

Each reader runs in a process of its own. Every number is the best of several rounds, in each of which all take their
turn, once as time on the wall and once as that of all processors together: on a machine that does other things too, the
first tells little and the second hardly changes.

Ours and PyAV's frames are left in the planes that the decoder made; the others convert each to RGB and cannot do without.
"""

import hashlib
import importlib
import json
import os
import resource
import subprocess
import sys
import time

NUM_IN_ORDER = 300
NUM_BACKWARDS = 12
NUM_JUMPS = 6
NUM_ROUNDS = int(os.environ.get("ROUNDS", "3"))
# What is slower by less is as fast: rounds differ by as much.
NOISE = 1.05
DISPLAY_FRAME_MS = 1000 / 60


class PyAv:
    name, module = "PyAV", "av"

    def __init__(self, path):
        av = importlib.import_module("av")
        self.container = av.open(path)
        self.stream = self.container.streams.video[0]
        self.stream.thread_type = "AUTO"
        step = 1 / (self.stream.average_rate * self.stream.time_base)
        self.pts = lambda number: (self.stream.start_time or 0) + round(number * step)

    def in_order(self, number):
        frames = self.container.decode(self.stream)
        return (next(frames) for _ in range(number))

    def get(self, number):
        self.container.seek(self.pts(number), stream=self.stream)
        return next(f for f in self.container.decode(self.stream) if f.pts >= self.pts(number))

    def bytes(self, frame):
        return frame.to_ndarray().tobytes()


class OpenCv:
    name, module = "OpenCV", "cv2"

    def __init__(self, path):
        self.cv2 = importlib.import_module("cv2")
        self.capture = self.cv2.VideoCapture(path)

    def in_order(self, number):
        return (self.capture.read()[1] for _ in range(number))

    def get(self, number):
        self.capture.set(self.cv2.CAP_PROP_POS_FRAMES, number)
        return self.capture.read()[1]

    def bytes(self, frame):
        return frame.tobytes()


class Decord:
    name, module = "decord", "decord"

    def __init__(self, path):
        self.reader = importlib.import_module("decord").VideoReader(path)

    def in_order(self, number):
        return (self.reader.next() for _ in range(number))

    def get(self, number):
        return self.reader[number]

    def bytes(self, frame):
        return frame.asnumpy().tobytes()


class TorchCodec:
    name, module = "TorchCodec", "torchcodec"

    def __init__(self, path):
        decoders = importlib.import_module("torchcodec.decoders")
        self.decoder = decoders.VideoDecoder(path, num_ffmpeg_threads=0)

    def in_order(self, number):
        return (self.decoder[i] for i in range(number))

    def get(self, number):
        return self.decoder[number]

    def bytes(self, frame):
        return frame.numpy().tobytes()


READERS = [PyAv, OpenCv, Decord, TorchCodec]


def spent(work):
    """Seconds on the wall, and of all processors together, with what programs took that were started."""

    def processors():
        usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(usage.ru_utime + usage.ru_stime for usage in usages)

    begun, processors_begun = time.perf_counter(), processors()
    work()
    return [time.perf_counter() - begun, processors() - processors_begun]


def measure(reader, path, num_frames):
    """What a frame takes of each kind, in seconds, and the hash of each frame that was jumped to."""
    jumps = [(2 * n + 1) * num_frames // (2 * NUM_JUMPS) for n in range(NUM_JUMPS)]
    num_in_order = min(NUM_IN_ORDER, num_frames)
    in_order = reader(path)
    order = spent(lambda: [None for _ in in_order.in_order(num_in_order)])

    jumper, jump, hashes = reader(path), [0, 0], {}
    for number in jumps:
        jumper.get((number + num_frames // 2) % num_frames)
        frames = []
        jump = [a + b for a, b in zip(jump, spent(lambda: frames.append(jumper.get(number))))]
        hashes[number] = hashlib.md5(jumper.bytes(frames[0])).hexdigest()

    walker, last = reader(path), num_frames - 1
    num_back = min(NUM_BACKWARDS, num_frames)
    back = spent(lambda: [None for n in range(num_back) if walker.get(last - n) is None])
    each = lambda pair, number: [value / number for value in pair]
    return {
        "in order": each(order, num_in_order),
        "jump": each(jump, NUM_JUMPS),
        "backwards": each(back, num_back),
        "hashes": hashes,
    }


def is_exact(reader, path, hashes):
    """Whether frames that were jumped to are those that the reader gives under their numbers in order."""
    truth, wanted = reader(path), {int(number): hash for number, hash in hashes.items()}
    return all(
        hashlib.md5(truth.bytes(frame)).hexdigest() == wanted.get(number, "")
        for number, frame in enumerate(truth.in_order(max(wanted) + 1))
        if number in wanted
    )


def measure_ours(ours, path):
    def bench(num_frames):
        command = [ours, "bench", "video", path, "--json", "--jumps", str(NUM_JUMPS), "--frames", str(num_frames)]
        return json.loads(subprocess.check_output(command))

    measured, back = bench(NUM_IN_ORDER), bench(NUM_BACKWARDS)
    return measured | {
        "in order": [1 / measured["sequential_frames_per_second"], measured["sequential_cpu_ms_per_frame"] / 1e3],
        "jump": [measured["mean_jump_ms"] / 1e3, measured["mean_jump_cpu_ms"] / 1e3],
        "backwards": [1 / back["backward_frames_per_second"], back["backward_cpu_ms_per_frame"] / 1e3],
        "index": [measured["index_ms"] / 1e3, measured["index_cpu_ms"] / 1e3],
    }


def measure_ffmpeg(path, num_frames, num_threads):
    def run(*command):
        return spent(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))

    num_in_order = min(NUM_IN_ORDER, num_frames)
    decoding = ["ffmpeg", "-v", "quiet", "-nostdin", "-threads", str(num_threads), "-i", path]
    limit = ["-an", "-frames:v", str(num_in_order), "-fps_mode", "passthrough", "-f", "null", "-"]
    return {
        "index": run("ffprobe", "-v", "quiet", "-select_streams", "v:0", "-show_packets", path),
        "in order": [seconds / num_in_order for seconds in run(*decoding, *limit)],
    }


def best(rounds, kind):
    """The least time on the wall and the least of processors."""
    return [min(measured[kind][n] for measured in rounds) for n in (0, 1)]


class Verdicts:
    def __init__(self):
        self.num_broken = 0

    def line(self, what, ours, theirs, most=1.0):
        """Ours took at most so many times theirs, by one of the two clocks: the other one is disturbed, or counts threads that
        do not run at the same time."""
        wall, processors = (mine / max(other, 1e-9) for mine, other in zip(ours, theirs))
        self.tell(min(wall, processors) <= most, f"{what}: × {wall:.2f}, of processors × {processors:.2f}; at most {most:.2f}")

    def tell(self, holds, text):
        self.num_broken += not holds
        print(f"  {'holds' if holds else 'BROKEN'}  {text}")


def compare(ours, path, verdicts):
    facts = measure_ours(ours, path)
    num_frames, num_threads = facts["num_frames"], facts["num_threads"]
    names, rounds = {}, {"Fieldmark": [facts], "ffmpeg": []}
    for reader in READERS:
        try:
            importlib.import_module(reader.module)
            names[reader.name], rounds[reader.name] = reader, []
        except Exception as error:  # A library may be there and not load.
            print(f"{reader.name} is not here ({type(error).__name__})")
    for _ in range(NUM_ROUNDS):
        rounds["ffmpeg"].append(measure_ffmpeg(path, num_frames, num_threads))
        for name in list(names):
            command = [sys.executable, __file__, "--reader", name, path, str(num_frames)]
            process = subprocess.run(command, capture_output=True, text=True)
            if process.returncode == 0:
                rounds[name].append(json.loads(process.stdout))
            else:  # A reader that fails on this video is told, and the others go on.
                print(f"{name} failed: {(process.stderr.strip().splitlines() or ['?'])[-1]}")
                del names[name]
        rounds["Fieldmark"].append(measure_ours(ours, path))

    print(f"{path}: {num_frames} frames, {num_threads} threads; ms, and of processors")
    print(f"{'':12}{'in order':>18}{'jump':>18}{'backwards':>18}")
    kinds, exact = ["in order", "jump", "backwards"], {}
    for name in ["Fieldmark", *names]:
        cells = [best(rounds[name], kind) for kind in kinds]
        row = "".join(f"{wall * 1e3:9.2f}{processors * 1e3:9.2f}" for wall, processors in cells)
        if name in names:
            exact[name] = is_exact(names[name], path, rounds[name][0]["hashes"])
        print(f"{name:12}{row}  {'' if exact.get(name, True) else 'WRONG FRAMES by jumps'}")

    mine = rounds["Fieldmark"]
    verdicts.line("index against ffprobe -show_packets", best(mine, "index"), best(rounds["ffmpeg"], "index"))
    verdicts.line("in order against ffmpeg -f null", best(mine, "in order"), best(rounds["ffmpeg"], "in order"), 1 / 0.9)
    by_bare = [min(m[key] for m in mine) for key in ("jump_by_bare_decode", "jump_by_bare_decode_cpu")]
    verdicts.line("jump against its bare decode", by_bare, [1, 1], 1.15)
    for way in ("forward", "backward"):
        wait = min(m[way]["p95"] for m in mine)
        verdicts.tell(wait <= DISPLAY_FRAME_MS, f"a step {way} waits {wait:.2f} ms (95 of 100 steps, 25 a second)")
    for name in names:
        for kind in kinds:
            verdicts.line(f"{kind} against {name}", best(mine, kind), best(rounds[name], kind), NOISE)


def main():
    if sys.argv[1] == "--reader":
        name, path, num_frames = sys.argv[2:]
        reader = next(reader for reader in READERS if reader.name == name)
        print(json.dumps(measure(reader, path, int(num_frames))))
        return
    ours, *paths = sys.argv[1:]
    verdicts = Verdicts()
    for path in paths:
        compare(ours, path, verdicts)
    sys.exit(1 if verdicts.num_broken else 0)


if __name__ == "__main__":
    main()
