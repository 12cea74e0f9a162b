"""Reads one video with every reader that is installed, and with ours: see video.sh.

Ours and PyAV's frames are left in the planes that the decoder made; the others convert each to RGB and cannot do without.
"""

import hashlib
import importlib
import json
import statistics
import subprocess
import sys
import time

NUM_IN_ORDER = 250
NUM_BACKWARDS = 60
NUM_JUMPS = 12


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


def seconds(work):
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measure(reader, path, num_frames):
    jumps = [(2 * n + 1) * num_frames // (2 * NUM_JUMPS) for n in range(NUM_JUMPS)]
    num_in_order = min(NUM_IN_ORDER, num_frames)
    in_order = reader(path)
    order_secs = seconds(lambda: [None for _ in in_order.in_order(num_in_order)])

    jumper, jump_secs, hashes = reader(path), [], {}
    for number in jumps:
        jumper.get((number + num_frames // 2) % num_frames)
        begun = time.perf_counter()
        frame = jumper.get(number)
        jump_secs.append(time.perf_counter() - begun)
        hashes[number] = hashlib.md5(jumper.bytes(frame)).hexdigest()

    walker = reader(path)
    last = num_frames - 1
    back_secs = seconds(lambda: [None for n in range(NUM_BACKWARDS) if walker.get(last - n) is None])

    truth = reader(path)
    is_exact = all(
        hashlib.md5(truth.bytes(frame)).hexdigest() == hashes[number]
        for number, frame in enumerate(truth.in_order(jumps[-1] + 1))
        if number in hashes
    )
    return num_in_order / order_secs, statistics.median(jump_secs) * 1e3, NUM_BACKWARDS / back_secs, is_exact


def main():
    ours, path = sys.argv[1:]
    command = [ours, "bench", "video", path, "--json", "--jumps", str(NUM_JUMPS), "--frames"]
    measured = json.loads(subprocess.check_output([*command, str(NUM_IN_ORDER)]))
    back = json.loads(subprocess.check_output([*command, str(NUM_BACKWARDS)]))
    print(f"{path}: {measured['num_frames']} frames, {measured['num_threads']} threads")
    print(f"{'':12} {'in order':>12} {'jump':>12} {'backwards':>12}")

    def row(name, order, jump, backwards, rest=""):
        print(f"{name:12} {order:8.1f} f/s {jump:9.1f} ms {backwards:8.1f} f/s  {rest}")

    row(
        "Fieldmark",
        measured["sequential_frames_per_second"],
        measured["jump"]["median"],
        back["backward_frames_per_second"],
        f"jump = {measured['jump_by_bare_decode']:.2f} × bare decode",
    )
    for reader in [PyAv, OpenCv, Decord, TorchCodec]:
        try:
            importlib.import_module(reader.module)
        except Exception as error:  # A library may be there and not load.
            print(f"{reader.name:12} is not here ({type(error).__name__})")
            continue
        try:
            *numbers, is_exact = measure(reader, path, measured["num_frames"])
            row(reader.name, *numbers, "the right frames" if is_exact else "WRONG FRAMES by jumps")
        except Exception as error:  # A reader that fails on this video is told, and the others go on.
            print(f"{reader.name:12} failed: {error}")


if __name__ == "__main__":
    main()
