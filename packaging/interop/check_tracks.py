"""Tracks: Datumaro, TrackEval and Label Studio's and CVAT's SDK read of our exports what CVAT shows of the video, frame
by frame, and we read what Datumaro writes."""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import cvat_sdk.masks
import numpy as np
import trackeval.datasets
from datumaro.components.annotation import AnnotationType, Bbox, LabelCategories
from datumaro.components.dataset import Dataset
from datumaro.components.dataset_base import DatasetItem
from label_studio_sdk._extensions.label_studio_tools.postprocessing.video import extract_key_frames
from label_studio_sdk.label_interface import LabelInterface
from pycocotools import mask as coco_masks

from clip import HEIGHT, LENGTH, NAME, TRACKS, WHOLE_TRACKS, WIDTH, boxes, cvat
from fieldmark import check, convert, finish

WORK = Path(sys.argv[1])
LABELS = [name for name, _ in TRACKS]


def compare(title, found, expected, tolerance=0.01):
    """Compares boxes by frame and track."""
    missing, extra = expected.keys() - found.keys(), found.keys() - expected.keys()
    check(not missing and not extra, f"{title}: {sorted(missing)} are missing, {sorted(extra)} should not be there")
    for key in expected.keys() & found.keys():
        same = np.allclose(found[key], expected[key], atol=tolerance)
        check(same, f"{title}: frame and track {key}: {found[key]} instead of {expected[key]}")


def filled(box):
    """The pixels of a box with whole corners."""
    left, top, right, bottom = map(int, box)
    bitmap = np.zeros((HEIGHT, WIDTH), dtype=bool)
    bitmap[top:bottom, left:right] = True
    return bitmap


def by_datumaro(title, path, data_format, first_frame, first_track, kept=lambda attributes: True):
    """What Datumaro reads: boxes by frame and track, and the name of each track's label."""
    dataset = Dataset.import_from(str(path), data_format)
    names = [label.name for label in dataset.categories()[AnnotationType.label].items]
    found = {}
    for item in dataset:
        for box in item.annotations:
            if kept(box.attributes):
                track = int(box.attributes["track_id"]) - first_track
                found[int(re.search(r"\d+$", item.id).group()) - first_frame, track] = [*box.points]
                check(names[box.label] == LABELS[track], f"{title}: track {track} is a {names[box.label]}")
    return found


def check_datumaro(source, expected):
    """Datumaro reads our tracks, and we read the ones it writes."""
    convert("cvat-video", source, "cvat-video", WORK / "cvat")
    seen = lambda attributes: not attributes["outside"]
    found = by_datumaro("CVAT in Datumaro", WORK / "cvat", "cvat", 0, 0, seen)
    compare("CVAT in Datumaro", found, expected)
    convert("cvat-video", source, "mot", WORK / "mot")
    compare("MOT in Datumaro", by_datumaro("MOT in Datumaro", WORK / "mot" / NAME, "mot_seq", 1, 1), expected)

    frames = {}
    for (frame, track), (left, top, right, bottom) in expected.items():
        box = Bbox(left, top, right - left, bottom - top, label=track, attributes={"track_id": track + 1})
        frames.setdefault(frame, []).append(box)
    items = [DatasetItem(id=str(frame + 1), annotations=found) for frame, found in sorted(frames.items())]
    categories = {AnnotationType.label: LabelCategories.from_iterable(LABELS)}
    Dataset.from_iterable(items, categories=categories).export(str(WORK / "datumaro" / NAME), "mot_seq_gt")
    # Datumaro writes no sizes; the benchmark's own sequences have them.
    info = f"[Sequence]\nname={NAME}\nseqLength={LENGTH}\nimWidth={WIDTH}\nimHeight={HEIGHT}\n"
    (WORK / "datumaro" / NAME / "seqinfo.ini").write_text(info)
    convert("mot", WORK / "datumaro", "cvat-video", WORK / "from-datumaro")
    found = {}
    for number, track in enumerate(ElementTree.parse(next((WORK / "from-datumaro").rglob("*.xml"))).iter("track")):
        index = LABELS.index(track.get("label"))
        for box in track.iter("box"):
            if box.get("outside") == "0":
                found[int(box.get("frame")), index] = [float(box.get(side)) for side in ("xtl", "ytl", "xbr", "ybr")]
    compare("MOT by Datumaro", found, expected)


def check_trackeval(source, expected):
    """TrackEval reads MOT, KITTI and MOTS as ground truth, and finds no fault with itself as a tracker."""
    (WORK / "trackers" / "us" / "data").mkdir(parents=True)
    common = {"PRINT_CONFIG": False, "TRACKERS_FOLDER": str(WORK / "trackers"), "TRACKERS_TO_EVAL": ["us"]}
    sequence = {"SEQ_INFO": {NAME: LENGTH}, "SKIP_SPLIT_FOL": True}

    def read(kind, config, rows):
        tracker = WORK / "trackers" / "us" / "data" / f"{NAME}.txt"
        tracker.write_text(rows.read_text())
        return kind({**common, **config}).get_raw_seq_data("us", NAME)

    def corners(raw, first_track, is_size):
        found = {}
        for frame, (ids, dets) in enumerate(zip(raw["gt_ids"], raw["gt_dets"])):
            for track, (a, b, c, d) in zip(ids, dets):
                found[frame, int(track) - first_track] = [a, b, a + c, b + d] if is_size else [a, b, c, d]
        return found

    rows = WORK / "mot" / NAME / "gt" / "gt.txt"
    raw = read(trackeval.datasets.MotChallenge2DBox, {"GT_FOLDER": str(WORK / "mot"), **sequence}, rows)
    compare("MOT in TrackEval", corners(raw, 1, True), expected)

    convert("cvat-video", source, "kitti-tracking", WORK / "kitti")
    (WORK / "kitti" / "evaluate_tracking.seqmap.training").write_text(f"{NAME} empty 000000 {LENGTH:06}\n" * 2)
    rows = WORK / "kitti" / "label_02" / f"{NAME}.txt"
    raw = read(trackeval.datasets.Kitti2DBox, {"GT_FOLDER": str(WORK / "kitti")}, rows)
    first = min(int(ids.min()) for ids in raw["gt_ids"] if len(ids))
    compare("KITTI in TrackEval", corners(raw, first, False), expected)

    whole = WORK / "whole.xml"
    whole.write_text(cvat(WHOLE_TRACKS, "polygon"))
    convert("cvat-video", whole, "mots-text", WORK / "mots")
    text = next((WORK / "mots").rglob(f"*{NAME}.txt"))
    # TrackEval has the rows of the benchmark in another folder.
    (WORK / "label_02").mkdir()
    (WORK / "label_02" / f"{NAME}.txt").write_text(text.read_text())
    config = {"GT_FOLDER": str(WORK), "SEQ_INFO": {NAME: LENGTH}}
    raw = read(trackeval.datasets.KittiMOTS, config, text)
    expected_masks = boxes(WHOLE_TRACKS)
    num_masks = 0
    for frame, (classes, dets) in enumerate(zip(raw["gt_classes"], raw["gt_dets"])):
        for number, det in zip(classes, dets):
            num_masks += 1
            box = expected_masks.get((frame, int(number) - 1))
            same = box is not None and np.array_equal(coco_masks.decode(det).astype(bool), filled(box))
            check(same, f"MOTS in TrackEval: frame {frame}, class {number}: another mask")
    check(num_masks == len(expected_masks), f"MOTS in TrackEval: {num_masks} masks instead of {len(expected_masks)}")


def check_masks():
    """Datumaro reads the pictures of MOTS, and CVAT's SDK the masks of CVAT's XML."""
    expected = boxes(WHOLE_TRACKS)
    convert("cvat-video", WORK / "whole.xml", "mots-png", WORK / "mots-png")
    folder = next((WORK / "mots-png").rglob("instances")).parent
    found = 0
    for item in Dataset.import_from(str(folder), "mots"):
        for mask in item.annotations:
            found += 1
            box = expected.get((int(item.id), mask.label))
            same = box is not None and np.array_equal(mask.image.astype(bool), filled(box))
            check(same, f"MOTS in Datumaro: frame {item.id}, label {mask.label}: another mask")
    check(found == len(expected), f"MOTS in Datumaro: {found} masks instead of {len(expected)}")

    convert("mots-png", WORK / "mots-png", "cvat-video", WORK / "masks")
    found = 0
    for element in ElementTree.parse(next((WORK / "masks").rglob("*.xml"))).iter("mask"):
        if element.get("outside") == "1":
            continue
        found += 1
        left, top, width, height = (int(element.get(side)) for side in ("left", "top", "width", "height"))
        runs = [int(run) for run in element.get("rle").split(",")]
        encoded = [*runs, left, top, left + width - 1, top + height - 1]
        bitmap = cvat_sdk.masks.decode_mask(encoded, image_width=WIDTH, image_height=HEIGHT)
        frame = int(element.get("frame"))
        known = [filled(box) for (at, _), box in expected.items() if at == frame]
        check(any(np.array_equal(bitmap, mask) for mask in known), f"CVAT's SDK: frame {frame}: another mask")
    check(found == len(expected), f"CVAT's SDK: {found} masks instead of {len(expected)}")


def check_label_studio(source, expected):
    """Label Studio's SDK accepts our labeling setup and every result, and shows the boxes where they are."""
    convert("cvat-video", source, "label-studio-video", WORK / "label-studio")
    config = LabelInterface((WORK / "label-studio" / "config.xml").read_text())
    config.validate()
    [task] = json.loads((WORK / "label-studio" / "tasks.json").read_text())
    [annotation] = task["annotations"]
    for region in annotation["result"]:
        errors = config.validate_region(region, return_errors=True)
        check(errors is True or not errors, f"Label Studio's SDK on a result: {errors}")
    found = {}
    for region in extract_key_frames(annotation["result"]):
        track = LABELS.index(region["value"]["labels"][0])
        for at in region["value"]["sequence"]:
            left, top = at["x"] * WIDTH / 100, at["y"] * HEIGHT / 100
            right, bottom = left + at["width"] * WIDTH / 100, top + at["height"] * HEIGHT / 100
            found[at["frame"] - 1, track] = [left, top, right, bottom]
    compare("Label Studio", found, expected)


video = WORK / "v.xml"
video.write_text(cvat())
check_datumaro(video, boxes())
check_trackeval(video, boxes())
check_masks()
check_label_studio(video, boxes())
finish()
