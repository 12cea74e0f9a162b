"""COCO: what pycocotools encodes is imported, what we export loads in pycocotools with equal areas and boxes."""

import json
import random
import sys
from pathlib import Path

import numpy as np
import pycocotools.mask
from pycocotools.coco import COCO

from fieldmark import check, convert, finish, make_picture

WORK, EXAMPLES = Path(sys.argv[1]), Path(sys.argv[2])
WIDTH, HEIGHT = 97, 61


def random_mask(rng):
    """Blobs, also at the border, sometimes a single pixel."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for _ in range(rng.randint(1, 4)):
        x, y = rng.randrange(WIDTH), rng.randrange(HEIGHT)
        mask[y : y + rng.randint(1, 25), x : x + rng.randint(1, 25)] ^= 1
    mask[rng.randrange(HEIGHT), rng.randrange(WIDTH)] = 1
    return mask


def uncompressed(mask):
    """Run lengths as a list, as Datumaro writes them."""
    counts, last = [0], 0
    for pixel in mask.flatten(order="F"):
        if pixel != last:
            counts.append(0)
            last = pixel
        counts[-1] += 1
    return {"size": [HEIGHT, WIDTH], "counts": counts}


def random_polygon(rng):
    center = rng.uniform(20, WIDTH - 20), rng.uniform(20, HEIGHT - 20)
    angles = sorted(rng.uniform(0, 6.28) for _ in range(rng.randint(4, 9)))
    ring = [(center[0] + rng.uniform(5, 18) * np.cos(a), center[1] + rng.uniform(5, 18) * np.sin(a)) for a in angles]
    return [float(value) for point in ring for value in point]


def make_dataset():
    """Every form of annotation, with masks encoded by pycocotools."""
    rng = random.Random(7)
    images, annotations = [], []
    for image_id in range(1, 6):
        name = f"p{image_id}.png"
        make_picture(WORK / "pictures" / name, WIDTH, HEIGHT)
        images.append({"id": image_id, "file_name": name, "width": WIDTH, "height": HEIGHT})
        for form in ("compressed", "list", "polygon", "parts", "box"):
            annotation = {"id": len(annotations) + 1, "image_id": image_id, "category_id": 3, "iscrowd": 0}
            if form in ("compressed", "list"):
                mask = random_mask(rng)
                encoded = pycocotools.mask.encode(np.asfortranarray(mask))
                annotation["area"] = float(pycocotools.mask.area(encoded))
                annotation["bbox"] = [float(v) for v in pycocotools.mask.toBbox(encoded)]
                encoded["counts"] = encoded["counts"].decode()
                annotation["segmentation"] = encoded if form == "compressed" else uncompressed(mask)
                annotation["iscrowd"] = int(form == "list")
            elif form == "box":
                annotation.update(bbox=[1.5, 2.25, 30.5, 20.0], area=610.0, segmentation=[])
            else:
                rings = [random_polygon(rng) for _ in range(1 if form == "polygon" else 2)]
                points = np.concatenate([np.reshape(ring, (-1, 2)) for ring in rings])
                low, high = points.min(0), points.max(0)
                annotation.update(segmentation=rings, bbox=[*low.tolist(), *(high - low).tolist()])
                annotation["area"] = None
            annotations.append(annotation)
    categories = [{"id": 3, "name": "cat", "supercategory": "animal"}, {"id": 90, "name": "dog", "supercategory": ""}]
    return {"images": images, "annotations": annotations, "categories": categories}


def by_picture(data):
    """The annotations of each picture, by its name, in order."""
    names = {image["id"]: image["file_name"] for image in data["images"]}
    found = {Path(name).name: [] for name in names.values()}
    for annotation in data["annotations"]:
        found[Path(names[annotation["image_id"]]).name].append(annotation)
    return found


def decoded(annotation):
    encoded = annotation["segmentation"]
    if isinstance(encoded["counts"], list):
        encoded = pycocotools.mask.frPyObjects(encoded, HEIGHT, WIDTH)
    return pycocotools.mask.decode(encoded)


def compare(before, after, what):
    """The same objects: boxes, outlines, masks, crowds."""
    close = lambda a, b: np.allclose(a, b, atol=1e-6)
    for name, old in before.items():
        new = after.get(name, [])
        check(len(old) == len(new), f"{what}: {name} has {len(new)} annotations instead of {len(old)}")
        for a, b in zip(old, new):
            place = f"{what}: {name}, annotation {a['id']}"
            check(close(a["bbox"], b["bbox"]), f"{place}: box {b['bbox']} instead of {a['bbox']}")
            check(a["iscrowd"] == b["iscrowd"], f"{place}: iscrowd")
            if a["area"] is not None:
                check(close(a["area"], b["area"]), f"{place}: area {b['area']} instead of {a['area']}")
            if isinstance(a["segmentation"], dict):
                same = isinstance(b["segmentation"], dict) and (decoded(a) == decoded(b)).all()
                check(same, f"{place}: another mask")
            else:
                same = len(a["segmentation"]) == len(b["segmentation"]) and all(
                    close(p, q) for p, q in zip(a["segmentation"], b["segmentation"])
                )
                check(same, f"{place}: another outline")


def check_in_pycocotools(path, tolerance):
    """The file loads, and the areas and boxes in it are those that pycocotools computes."""
    coco = COCO(str(path))
    for annotation in coco.loadAnns(coco.getAnnIds()):
        segmentation = annotation["segmentation"]
        place = f"{path.name}, annotation {annotation['id']}"
        if segmentation == []:
            width, height = annotation["bbox"][2:]
            check(abs(width * height - annotation["area"]) < 1e-6, f"{place}: area of the box")
            continue
        encoded = coco.annToRLE(annotation)
        area, box = float(pycocotools.mask.area(encoded)), pycocotools.mask.toBbox(encoded)
        if isinstance(segmentation, dict):
            check(area == annotation["area"], f"{place}: area {annotation['area']} instead of {area}")
            check((box == annotation["bbox"]).all(), f"{place}: box {annotation['bbox']} instead of {box}")
        else:
            # pycocotools counts pixels that the outline touches: half a pixel along the border.
            border = sum(
                np.abs(np.diff(np.reshape(ring + ring[:2], (-1, 2)), axis=0)).sum() for ring in segmentation
            )
            off = abs(area - annotation["area"])
            check(off <= tolerance * border + 2, f"{place}: area {annotation['area']}, rasterised {area}")
            # Its pixels lie in our box; thin tips of an outline may cover none.
            low, high = np.array(annotation["bbox"][:2]), np.sum(np.reshape(annotation["bbox"], (2, 2)), axis=0)
            inside = (box[:2] >= low - 1).all() and (box[:2] + box[2:] <= high + 1).all()
            check(inside, f"{place}: box {annotation['bbox']}, rasterised {box}")
    return coco


data = make_dataset()
source = WORK / "source.json"
source.write_text(json.dumps(data))
convert("coco", source, "coco", WORK / "again.json", WORK / "pictures")
coco = check_in_pycocotools(WORK / "again.json", 0.75)
check([c["name"] for c in coco.loadCats(coco.getCatIds())] == ["cat", "dog"], "the categories changed")
check(coco.loadCats(coco.getCatIds())[0]["supercategory"] == "animal", "the supercategory is lost")
compare(by_picture(data), by_picture(coco.dataset), "pycocotools → coco")

# labelme's own converter made these, with pycocotools.
example = EXAMPLES / "instance_segmentation" / "data_dataset_coco"
convert("coco", example / "annotations.json", "coco", WORK / "labelme.json", example)
before, after = COCO(str(example / "annotations.json")), check_in_pycocotools(WORK / "labelme.json", 0.75)
check(len(before.anns) == len(after.anns), "annotations of labelme's COCO are lost")


def in_order_of_pictures(coco):
    """Annotations picture by picture: the order of pictures is not part of the format."""
    pictures = sorted(coco.loadImgs(coco.getImgIds()), key=lambda picture: picture["file_name"])
    return [annotation for picture in pictures for annotation in coco.loadAnns(coco.getAnnIds([picture["id"]]))]


for a, b in zip(in_order_of_pictures(before), in_order_of_pictures(after)):
    same = a["segmentation"] == b["segmentation"] if isinstance(a["segmentation"], list) else True
    check(same, f"labelme's COCO: annotation {a['id']} has another outline")
    check(before.annToRLE(a) == after.annToRLE(b), f"labelme's COCO: annotation {a['id']} covers other pixels")

# labelme files with every type of shape become COCO that loads.
convert("labelme", EXAMPLES / "instance_segmentation" / "data_annotated", "coco", WORK / "polygons.json")
check_in_pycocotools(WORK / "polygons.json", 0.75)
convert("labelme", EXAMPLES / "primitives", "coco", WORK / "primitives.json")
check_in_pycocotools(WORK / "primitives.json", 0.75)
finish()
