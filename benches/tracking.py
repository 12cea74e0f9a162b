"""Follows boxes through real clips with our tracker and with OpenCV's CSRT and KCF, each on one thread.

    pip install opencv-contrib-python-headless numpy
    cargo bench --no-run --no-default-features --bench tracking
    python benches/tracking.py PROGRAM CLIP.y4m FROM TO X Y WIDTH HEIGHT [PICTURE.png]

Prints how far they agree (intersection over union), on how many frames each is sure, and frames per second of processor
time. With PICTURE, twelve frames are drawn: ours green, red where unsure, CSRT's blue.
"""

import json
import subprocess
import sys
import time

import cv2
import numpy as np


def main():
    program, clip, start, end, *box = sys.argv[1:9]
    start, end, box = int(start), int(end), tuple(int(number) for number in box)
    frames = read(clip, max(start, end))
    order = range(start + 1, end + 1) if start <= end else range(start - 1, end - 1, -1)
    ours, speed = follow_with_ours(program, sys.argv[2:9])
    csrt, csrt_speed = follow_with(cv2.TrackerCSRT_create(), frames, start, order, box)
    kcf, kcf_speed = follow_with(cv2.TrackerKCF_create(), frames, start, order, box)
    sure = {frame: line["box"] for frame, line in ours.items() if line["sight"] == "Sure"}
    print(f"ours {speed:.0f} frames/s, CSRT {csrt_speed:.0f}, KCF {kcf_speed:.0f}")
    for name, boxes in (("ours", sure), ("KCF", kcf)):
        overlaps = np.array([overlap(boxes[frame], csrt[frame]) for frame in boxes if frame in csrt] or [0])
        print(f"{name}: sure on {len(boxes)}, with CSRT {overlaps.mean():.2f}, above 0.5 on {(overlaps > 0.5).mean():.0%}")
    last = list(ours)[-1]
    print(f"ours ended on frame {last}: {ours[last]['sight']}")
    if len(sys.argv) > 9:
        draw(sys.argv[9], frames, ours, csrt)


def read(clip, last):
    capture, frames = cv2.VideoCapture(clip), []
    while len(frames) <= last:
        is_there, frame = capture.read()
        if not is_there:
            break
        frames.append(frame)
    return frames


def follow_with_ours(program, arguments):
    run = subprocess.run([program, *arguments], capture_output=True, text=True, check=True)
    lines = (json.loads(line) for line in run.stdout.splitlines())
    return {line["frame"]: line for line in lines}, float(run.stderr.split()[0])


def follow_with(tracker, frames, start, order, box):
    cv2.setNumThreads(1)
    tracker.init(frames[start], box)
    boxes, spent, num = {}, 0.0, 0
    for frame in order:
        if frame >= len(frames):
            break
        begun = time.process_time()
        is_there, found = tracker.update(frames[frame])
        spent, num = spent + time.process_time() - begun, num + 1
        if is_there:
            boxes[frame] = found
    return boxes, num / max(spent, 1e-9)


def overlap(a, b):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


def draw(path, frames, ours, csrt):
    tiles = []
    numbers = list(ours)
    for index in np.linspace(0, len(numbers) - 1, 12).astype(int):
        frame = numbers[index]
        picture = frames[frame].copy()
        color = (0, 255, 0) if ours[frame]["sight"] == "Sure" else (0, 0, 255)
        for box, color in ((ours[frame]["box"], color), (csrt.get(frame), (255, 128, 0))):
            if box is not None:
                x, y, width, height = (int(number) for number in box)
                cv2.rectangle(picture, (x, y), (x + width, y + height), color, 2)
        cv2.putText(picture, str(frame), (5, 25), 0, 0.8, (255, 255, 255), 2)
        tiles.append(cv2.resize(picture, (480, int(480 * picture.shape[0] / picture.shape[1]))))
    cv2.imwrite(path, np.vstack([np.hstack(tiles[row : row + 4]) for row in range(0, 12, 4)]))


main()
