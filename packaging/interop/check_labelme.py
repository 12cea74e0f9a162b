"""labelme: our files open in labelme with the same shapes; its example files come through us unchanged."""

import json
import sys
from pathlib import Path

import stand_ins

stand_ins.install()

import numpy as np
from loguru import logger

logger.remove()
from labelme._label_file import LabelFile

from fieldmark import check, convert, finish, make_picture

WORK, EXAMPLES = Path(sys.argv[1]), Path(sys.argv[2])


def same_shape(a, b):
    """Whether labelme sees the same in both."""
    if (a["label"], a["shape_type"], a["group_id"], a["flags"], a["description"]) != (
        b["label"], b["shape_type"], b["group_id"], b["flags"], b["description"]
    ):
        return False
    points, others = np.array(a["points"]), np.array(b["points"])
    if a["shape_type"] in ("rectangle", "mask"):
        # Any two opposite corners.
        points, others = np.sort(points, axis=0), np.sort(others, axis=0)
    if a["shape_type"] == "circle":
        radius = lambda p: np.linalg.norm(p[1] - p[0])
        return np.allclose(points[0], others[0]) and np.isclose(radius(points), radius(others))
    if points.shape != others.shape or not np.allclose(points, others, atol=1e-6):
        return a["shape_type"] == "mask" and trimmed(a) == trimmed(b)
    return a["shape_type"] != "mask" or trimmed(a) == trimmed(b)


def trimmed(shape):
    """The set pixels of a mask, wherever its rectangle ends."""
    (left, top), _ = np.sort(np.array(shape["points"]), axis=0)
    rows, columns = np.nonzero(shape["mask"])
    return {(int(row + top), int(column + left)) for row, column in zip(rows, columns)}


def compare(before, after):
    a, b = LabelFile(str(before)), LabelFile(str(after))
    check(a.flags == b.flags, f"{before.name}: flags of the picture {b.flags} instead of {a.flags}")
    check(a.other_data == b.other_data, f"{before.name}: unknown fields {b.other_data} instead of {a.other_data}")
    check(a.image_data is not None and b.image_data is not None, f"{before.name}: the picture does not open")
    check(len(a.shapes) == len(b.shapes), f"{before.name}: {len(b.shapes)} shapes instead of {len(a.shapes)}")
    for number, (old, new) in enumerate(zip(a.shapes, b.shapes)):
        check(same_shape(old, new), f"{before.name}: shape {number} is\n  {new} instead of\n  {old}")


def link_pictures(folder, target):
    """Puts the pictures beside our files, as labelme expects them."""
    for path in folder.glob("*.jpg"):
        (target / path.name).write_bytes(path.read_bytes())


num_files = 0
for name in (
    "semantic_segmentation/data_annotated", "instance_segmentation/data_annotated", "bbox_detection/data_annotated",
    "video_annotation/data_annotated", "classification/data_annotated", "primitives", "tutorial",
):
    folder = EXAMPLES / name
    target = WORK / name.replace("/", "-")
    convert("labelme", folder, "labelme", target)
    link_pictures(folder, target)
    for path in sorted(folder.glob("*.json")):
        num_files += 1
        check((target / path.name).exists(), f"{name}: {path.name} is not written")
        if (target / path.name).exists():
            compare(path, target / path.name)
check(num_files >= 18, f"only {num_files} example files were found")

# What labelme has no shape for: a hole, parts, a turned box, a mask at the border.
ring = [[10, 10], [40, 10], [40, 40], [10, 40]]
coco = {
    "images": [{"id": 1, "file_name": "p.png", "width": 60, "height": 50}],
    "categories": [{"id": 1, "name": "thing"}],
    "annotations": [
        {"id": 1, "image_id": 1, "category_id": 1, "segmentation": {"size": [50, 60], "counts": [0, 10, 2980, 10]}},
        {"id": 2, "image_id": 1, "category_id": 1, "segmentation": [[1, 1, 5, 1, 5, 5], [9, 9, 12, 9, 12, 12]]},
        {"id": 3, "image_id": 1, "category_id": 1, "bbox": [10, 10, 20, 10], "attributes": {"rotation": 30.0}},
        {"id": 4, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3.5, 4], "score": 0.5,
         "attributes": {"occluded": True, "color": "red", "count": 3}},
    ],
}
(WORK / "coco").mkdir()
(WORK / "coco" / "all.json").write_text(json.dumps(coco))
make_picture(WORK / "coco" / "p.png", 60, 50)
convert("coco", WORK / "coco" / "all.json", "labelme", WORK / "from-coco")
make_picture(WORK / "from-coco" / "p.png", 60, 50)
opened = LabelFile(str(WORK / "from-coco" / "p.json"))
types = [shape["shape_type"] for shape in opened.shapes]
check(types == ["mask", "polygon", "polygon", "oriented_rectangle", "rectangle"], f"from COCO: {types}")
expected = {(row, 0) for row in range(10)} | {(row, 59) for row in range(40, 50)}
check(trimmed(opened.shapes[0]) == expected, "the mask covers other pixels")
groups = [shape["group_id"] for shape in opened.shapes]
check(groups[1] is not None and groups[1] == groups[2], f"the parts of an object share no group: {groups}")
check(opened.shapes[4]["flags"] == {"occluded": True}, f"flags: {opened.shapes[4]['flags']}")
check(opened.shapes[4]["other_data"]["attributes"] == {"color": "red", "count": 3}, "attributes are lost")
finish()
