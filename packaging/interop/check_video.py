"""Videos: what we make of a CVAT export is what motmetrics and pycocotools read, and what CVAT shows, frame by frame."""

import sys
from pathlib import Path

import motmetrics
import numpy as np
from pycocotools.coco import COCO

from clip import boxes, cvat
from fieldmark import check, convert, finish

WORK = Path(sys.argv[1])

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
coco = COCO(str(WORK / "frames.json")).dataset
frames = {image["id"]: int(Path(image["file_name"]).stem.rsplit("_", 1)[1]) for image in coco["images"]}
check(len(coco["annotations"]) == len(expected), f"COCO has {len(coco['annotations'])} boxes instead of {len(expected)}")
for annotation in coco["annotations"]:
    left, top, right, bottom = expected[frames[annotation["image_id"]], annotation["attributes"]["track_id"]]
    check(np.allclose(annotation["bbox"], [left, top, right - left, bottom - top], atol=0.01), f"COCO: {annotation}")
finish()
