"""YOLO: our exports pass Ultralytics' dataset check without a warning; what its converter wrote is imported."""

import json
import logging
import shutil
import sys
from pathlib import Path

import stand_ins

stand_ins.install()

import numpy as np
from PIL import Image
from ultralytics.data import converter, utils
from ultralytics.utils import LOGGER

import clip
from fieldmark import check, convert, finish, make_picture

WORK, EXAMPLES = Path(sys.argv[1]), Path(sys.argv[2])


class Warnings(logging.Handler):
    def emit(self, record):
        if record.levelno >= logging.WARNING:
            check(False, f"Ultralytics warns: {record.getMessage()}")


LOGGER.addHandler(Warnings())


def put_pictures(dataset, pictures):
    """Copies the pictures to where the label files expect them."""
    by_stem = {path.stem: path for path in Path(pictures).rglob("*") if path.suffix in (".jpg", ".png")}
    for label in (dataset / "labels").rglob("*.txt"):
        picture = by_stem[label.stem]
        folder = dataset / "images" / label.relative_to(dataset / "labels").parent
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(picture, folder / picture.name)


def check_dataset(dataset, pictures, num_objects, joints=(0, 0)):
    """Ultralytics' own check of the dataset and of each label file."""
    put_pictures(dataset, pictures)
    data = utils.check_det_dataset(str(dataset / "data.yaml"), autodownload=False)
    count = 0
    for picture in sorted((dataset / "images").rglob("*.*")):
        label = utils.img2label_paths([str(picture)])[0]
        keypoint = joints[0] > 0
        result = utils.verify_image_label((str(picture), label, "", keypoint, len(data["names"]), *joints, False))
        missing, found, empty, corrupt, message = result[5:]
        check(not message and not corrupt, f"{dataset.name}: Ultralytics on {picture.name}: {message}")
        check(not missing, f"{dataset.name}: {picture.name} has no label file")
        count += 0 if result[1] is None else len(result[1])
    check(count == num_objects, f"{dataset.name}: Ultralytics finds {count} objects instead of {num_objects}")
    return data


# labelme's polygons and rectangles.
polygons = EXAMPLES / "instance_segmentation" / "data_annotated"
shapes = sum(len(json.loads(path.read_text())["shapes"]) for path in polygons.glob("*.json"))
for target in ("yolo-segment", "yolo-detect", "yolo-obb"):
    convert("labelme", polygons, target, WORK / target)
    data = check_dataset(WORK / target, polygons, shapes)
boxes = EXAMPLES / "bbox_detection" / "data_annotated"
convert("labelme", boxes, "yolo-detect", WORK / "boxes")
check_dataset(WORK / "boxes", boxes, sum(len(json.loads(p.read_text())["shapes"]) for p in boxes.glob("*.json")))

# Joints.
joints = [[30, 20, 2], [10, 40, 1], [0, 0, 0]]
people = {
    "images": [{"id": 1, "file_name": "p.png", "width": 80, "height": 60}],
    "categories": [{"id": 1, "name": "person", "keypoints": ["nose", "left hand", "right hand"], "skeleton": [[1, 2]]}],
    "annotations": [
        {"id": 1, "image_id": 1, "category_id": 1, "bbox": [5, 5, 40, 50], "area": 2000, "iscrowd": 0,
         "keypoints": [value for joint in joints for value in joint], "num_keypoints": 2},
    ],
}
make_picture(WORK / "people" / "p.png", 80, 60)
(WORK / "people" / "people.json").write_text(json.dumps(people))
convert("coco", WORK / "people" / "people.json", "yolo-pose", WORK / "yolo-pose", WORK / "people")
data = check_dataset(WORK / "yolo-pose", WORK / "people", 1, joints=(3, 3))
check(data["kpt_shape"] == [3, 3] and data["flip_idx"] == [0, 2, 1], "kpt_shape and flip_idx are wrong")
convert("yolo-pose", WORK / "yolo-pose", "coco", WORK / "people-again.json")
again = json.loads((WORK / "people-again.json").read_text())["annotations"]
same = len(again) == 1 and np.allclose(again[0]["keypoints"], people["annotations"][0]["keypoints"], atol=1e-3)
check(same, "joints are lost between COCO and YOLO pose")

# Frames of a video.
(WORK / "v.xml").write_text(clip.cvat())
convert("cvat-video", WORK / "v.xml", "yolo-detect", WORK / "frames")
for label in (WORK / "frames" / "labels").rglob("*.txt"):
    make_picture(WORK / "frame-pictures" / f"{label.stem}.png", clip.WIDTH, clip.HEIGHT)
check_dataset(WORK / "frames", WORK / "frame-pictures", len(clip.boxes()))

# Ultralytics' converter writes a dataset from COCO; we read it back into the same COCO.
example = EXAMPLES / "instance_segmentation" / "data_dataset_coco"
(WORK / "annotations").mkdir()
source = json.loads((example / "annotations.json").read_text())
# Its categories count from 1.
shift = 1 - min(category["id"] for category in source["categories"])
for record in source["categories"]:
    record["id"] += shift
for record in source["annotations"]:
    record["category_id"] += shift
(WORK / "annotations" / "instances_train.json").write_text(json.dumps(source))
converter.convert_coco(str(WORK / "annotations"), str(WORK / "converted"), use_segments=True, cls91to80=False)
converted = WORK / "converted"
for image in source["images"]:
    target = converted / "images" / "train" / Path(image["file_name"])
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(example / image["file_name"], target)
names = {category["id"] - 1: category["name"] for category in source["categories"]}
(converted / "data.yaml").write_text("train: images/train\nval: images/train\nnames: " + json.dumps(names))
written = sum(len(path.read_text().splitlines()) for path in (converted / "labels").rglob("*.txt"))
convert("yolo-segment", converted / "data.yaml", "coco", WORK / "from-ultralytics.json")
read = json.loads((WORK / "from-ultralytics.json").read_text())
check(len(read["annotations"]) == written, f"{len(read['annotations'])} of {written} lines of Ultralytics are read")
ids = {image["id"]: Path(image["file_name"]).stem for image in read["images"]}
for image in read["images"]:
    with Image.open(converted / image["file_name"]) as picture:
        check(picture.size == (image["width"], image["height"]), f"size of {image['file_name']}")
first = {}
for annotation in read["annotations"]:
    first.setdefault(ids[annotation["image_id"]], []).append(annotation)
for path in (converted / "labels").rglob("*.txt"):
    lines = [[float(word) for word in line.split()] for line in path.read_text().splitlines()]
    size = next((i["width"], i["height"]) for i in read["images"] if Path(i["file_name"]).stem == path.stem)
    for line, annotation in zip(lines, first.get(path.stem, [])):
        ring = np.reshape(line[1:], (-1, 2)) * size
        found = np.reshape(annotation["segmentation"][0], (-1, 2))
        ring = ring[:-1] if len(ring) == len(found) + 1 else ring
        check(ring.shape == found.shape and np.allclose(ring, found, atol=1e-3), f"{path.name}: another outline")
finish()
