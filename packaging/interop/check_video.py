"""Videos: what we make of a CVAT export is what motmetrics reads, and what CVAT shows, frame by frame."""

import json
import sys
from pathlib import Path

import motmetrics
import numpy as np

from fieldmark import check, convert, finish

WORK = Path(sys.argv[1])
WIDTH, HEIGHT, LENGTH = 200, 120, 30

# Two boxes with keyframes: (frame, left, top, right, bottom, outside).
TRACKS = [
    ("car", [(2, 10, 20, 50, 60, 0), (12, 30.5, 20, 90.25, 70, 0), (20, 40, 20, 100, 70, 1)]),
    ("person", [(0, 150, 50, 170, 110, 0), (25, 120, 40, 140, 100, 0)]),
]


def boxes():
    """Where each box is on each frame, by CVAT's rules."""
    found = {}
    for number, (_, keys) in enumerate(TRACKS):
        for key, after in zip(keys, keys[1:] + [None]):
            if key[5]:
                continue
            for frame in range(key[0], after[0] if after else LENGTH):
                part = (frame - key[0]) / (after[0] - key[0]) if after else 0
                last = after or key
                found[frame, number] = [a + (b - a) * part for a, b in zip(key[1:5], last[1:5])]
    return found


def cvat():
    """The video as CVAT's XML, keyframes only."""
    labels = "".join(f"<label><name>{name}</name><type>any</type></label>" for name, _ in TRACKS)
    size = f"<original_size><width>{WIDTH}</width><height>{HEIGHT}</height></original_size>"
    task = f"<name>v</name><size>{LENGTH}</size><mode>interpolation</mode><labels>{labels}</labels>{size}"
    tracks = ""
    for number, (name, keys) in enumerate(TRACKS):
        shapes = "".join(
            f'<box frame="{f}" keyframe="1" outside="{o}" occluded="0" xtl="{l}" ytl="{t}" xbr="{r}" ybr="{b}" z_order="0"/>'
            for f, l, t, r, b, o in keys
        )
        tracks += f'<track id="{number}" label="{name}">{shapes}</track>'
    head = f"<version>1.1</version><meta><task>{task}</task><source>v.mp4</source></meta>"
    return f"<annotations>{head}{tracks}</annotations>"


source = WORK / "v.xml"
source.write_text(cvat())
expected = boxes()

# MOT: motmetrics shifts boxes by a pixel, for the benchmark counts pixels from 1.
convert("cvat-video", source, "mot", WORK / "mot")
frame = motmetrics.io.loadtxt(str(WORK / "mot" / "v" / "gt" / "gt.txt"), fmt=motmetrics.io.Format.MOT16)
check(len(frame) == len(expected), f"motmetrics reads {len(frame)} boxes instead of {len(expected)}")
for (number, track), row in frame.iterrows():
    box = expected.get((number - 1, track - 1))
    place = f"MOT: frame {number}, track {track}"
    check(box is not None, f"{place} should not be there")
    if box is not None:
        left, top, right, bottom = box
        read = [row["X"] + 1, row["Y"] + 1, row["Width"], row["Height"]]
        check(np.allclose(read, [left, top, right - left, bottom - top], atol=0.01), f"{place}: {read} instead of {box}")

# COCO by frames: the boxes of the frame, with the number of their track.
convert("cvat-video", source, "coco", WORK / "frames.json")
coco = json.loads((WORK / "frames.json").read_text())
frames = {image["id"]: int(Path(image["file_name"]).stem.rsplit("_", 1)[1]) for image in coco["images"]}
check(len(coco["annotations"]) == len(expected), f"COCO has {len(coco['annotations'])} boxes instead of {len(expected)}")
for annotation in coco["annotations"]:
    left, top, right, bottom = expected[frames[annotation["image_id"]], annotation["attributes"]["track_id"]]
    check(np.allclose(annotation["bbox"], [left, top, right - left, bottom - top], atol=0.01), f"COCO: {annotation}")
finish()
