"""Compares what we make of a model's answers with the published pre- and post-processing of its family.

Called as: check_models.py WORK MODELS PHOTOS. The models are real trained ones, out of packages; what cannot be had is told and
left out.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from fieldmark import check, finish

work, models, photos = (Path(path) for path in sys.argv[1:4])


def run(*arguments):
    """Runs the program under test; gives back its JSON output."""
    command = [os.environ["FIELDMARK"], *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        check(False, f"{' '.join(command)}\n{done.stderr}")
        finish()
    return json.loads(done.stdout)


def session(path):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def letterbox(image, width, height):
    """Ultralytics' LetterBox: scaled to fit, in the middle, grey around."""
    h, w = image.shape[:2]
    gain = min(height / h, width / w)
    drawn_w, drawn_h = max(round(w * gain), 1), max(round(h * gain), 1)
    left, top = round((width - drawn_w) / 2 - 0.1), round((height - drawn_h) / 2 - 0.1)
    canvas = np.full((height, width, 3), 114, np.uint8)
    if (drawn_w, drawn_h) != (w, h):
        image = cv2.resize(image, (drawn_w, drawn_h), interpolation=cv2.INTER_LINEAR)
    canvas[top : top + drawn_h, left : left + drawn_w] = image
    return canvas, (drawn_w / w, drawn_h / h), (left, top)


def rect_size(image, side, stride):
    """The size of a dynamic input: as little padding as the stride allows."""
    h, w = image.shape[:2]
    gain = side / max(h, w)
    return tuple(int(np.ceil(round(length * gain) / stride) * stride) for length in (w, h))


def iou(a, b):
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)


def suppress(boxes, scores, classes, overlap):
    """Greedy non-maximum suppression within each class."""
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        if all(classes[i] != classes[k] or iou(boxes[i], boxes[k]) <= overlap for k in kept):
            kept.append(i)
    return kept


def crop_and_scale_mask(coefficients, prototypes, box, shape, scale, offset, size):
    """`process_mask_native`: the mix of prototypes, without the padding, at the picture's size, within the box."""
    c, mh, mw = prototypes.shape
    mix = (coefficients @ prototypes.reshape(c, -1)).reshape(mh, mw)
    # At the input's size the padding is whole pixels.
    mix = cv2.resize(mix, size, interpolation=cv2.INTER_LINEAR)
    h, w = shape
    left, top = offset
    mix = mix[top : top + round(h * scale[1]), left : left + round(w * scale[0])]
    mix = cv2.resize(mix, (w, h), interpolation=cv2.INTER_LINEAR)
    rows, columns = np.arange(h)[:, None], np.arange(w)[None, :]
    inside = (columns >= box[0]) & (columns < box[2]) & (rows >= box[1]) & (rows < box[3])
    return (mix > 0) & inside


def yolo(model, image, threshold=0.25, overlap=0.7):
    """YOLOv8 and later, as `ultralytics` predicts with an ONNX file."""
    name, shape = model.get_inputs()[0].name, model.get_inputs()[0].shape
    metadata = model.get_modelmeta().custom_metadata_map
    size = (shape[3], shape[2]) if isinstance(shape[2], int) else rect_size(image, 640, 32)
    canvas, scale, offset = letterbox(image, *size)
    blob = np.ascontiguousarray(canvas[None, :, :, ::-1].transpose(0, 3, 1, 2), np.float32) / 255
    outputs = model.run(None, {name: blob})
    table = outputs[0][0].T
    names = eval(metadata["names"], {"__builtins__": {}})
    num_classes = len(names)
    scores, classes = table[:, 4 : 4 + num_classes].max(1), table[:, 4 : 4 + num_classes].argmax(1)
    sure = scores > threshold
    table, scores, classes = table[sure], scores[sure], classes[sure]
    half = table[:, 2:4] / 2
    boxes = np.concatenate([table[:, :2] - half, table[:, :2] + half], 1)
    h, w = image.shape[:2]
    found = []
    for i in suppress(boxes, scores, classes, overlap):
        back = (boxes[i] - [*offset, *offset]) / [*scale, *scale]
        back = np.clip(back, 0, [w, h, w, h])
        rest = table[i, 4 + num_classes :]
        thing = {"class": names[int(classes[i])], "score": float(scores[i]), "box": back}
        if metadata["task"] == "segment":
            mask = crop_and_scale_mask(rest, outputs[1][0], back, (h, w), scale, offset, size)
            thing["mask"] = mask
        if metadata["task"] == "pose":
            points = rest.reshape(17, 3)[:, :2]
            thing["points"] = np.clip((points - offset) / scale, 0, [w, h])
        found.append(thing)
    return found


def yolox(model, image, threshold=0.3, overlap=0.45):
    """YOLOX's demo: the picture in the corner, offsets within the cells of three grids."""
    side = model.get_inputs()[0].shape[3]
    h, w = image.shape[:2]
    gain = min(side / h, side / w)
    canvas = np.full((side, side, 3), 114, np.uint8)
    scaled = cv2.resize(image, (int(round(w * gain)), int(round(h * gain))), interpolation=cv2.INTER_LINEAR)
    canvas[: scaled.shape[0], : scaled.shape[1]] = scaled
    blob = canvas.transpose(2, 0, 1)[None].astype(np.float32)
    table = model.run(None, {model.get_inputs()[0].name: blob})[0][0]
    cells, strides = [], []
    for stride in (8, 16, 32):
        y, x = np.mgrid[: side // stride, : side // stride]
        cells.append(np.stack([x, y], 2).reshape(-1, 2))
        strides.append(np.full((cells[-1].shape[0], 1), stride))
    cells, strides = np.concatenate(cells), np.concatenate(strides)
    centers, sizes = (table[:, :2] + cells) * strides, np.exp(table[:, 2:4]) * strides
    boxes = np.concatenate([centers - sizes / 2, centers + sizes / 2], 1)
    scores = table[:, 4:5] * table[:, 5:]
    classes, best = scores.argmax(1), scores.max(1)
    sure = best > threshold
    boxes, best, classes = boxes[sure], best[sure], classes[sure]
    scale = np.array([scaled.shape[1] / w, scaled.shape[0] / h] * 2)
    kept = suppress(boxes, best, classes, overlap)
    return [
        {"class": f"class {classes[i]}", "score": float(best[i]), "box": np.clip(boxes[i] / scale, 0, [w, h, w, h])}
        for i in kept
    ]


def decode_mask(mask, shape):
    """Our run lengths as a bitmap."""
    values = np.arange(len(mask["runs"])) % 2
    bits = np.repeat(values, mask["runs"]).reshape(mask["height"], mask["width"]).astype(bool)
    whole = np.zeros(shape, bool)
    top, left = mask["top"], mask["left"]
    whole[top : top + mask["height"], left : left + mask["width"]] = bits
    return whole


def compare(thing, ours, shape, name):
    """How well a thing that we found is the reference's: the intersection over union."""
    body = ours["shape"]
    kind = next(iter(body))
    value = body[kind]
    if "mask" in thing:
        bits = decode_mask(value, shape)
        either = (bits | thing["mask"]).sum()
        return (bits & thing["mask"]).sum() / either if either else 1.0
    if "points" in thing:
        points = np.array([joint["position"] for joint in value])
        off = np.abs(points - thing["points"]).max()
        return 1.0 if off < 0.5 else 0.0
    box = [*value["min"], *value["max"]]
    return iou(box, thing["box"])


def compare_model(path, reference, project, threshold):
    if not path.exists():
        print(f"left out, could not be fetched: {path.name}")
        return
    model = session(path)
    arguments = ["suggest", project, "--model", path, "--dry-run", "--threshold", threshold]
    outcome = run(*arguments)["outcome"]
    num_compared, worst, worst_score = 0, 1.0, 0.0
    for picture in outcome["pictures"]:
        image = cv2.imread(str(photos / picture["path"]))
        expected = reference(model, image, threshold)
        ours = list(picture["found"])
        where = f"{path.name} on {picture['path']}"
        # What is as sure as the threshold may be on either side of it.
        clear = [thing for thing in expected if thing["score"] > threshold + 0.01]
        for thing in clear:
            same = [o for o in ours if o["class"] == thing["class"] and abs(o["score"] - thing["score"]) <= 0.01]
            scored = [(compare(thing, o, image.shape[:2], where), o) for o in same]
            best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
            check(best[0] >= 0.99, f"{where}: {thing['class']} {thing['score']:.3f} has IoU {best[0]:.4f}")
            num_compared += 1
            worst = min(worst, best[0])
            if best[1]:
                worst_score = max(worst_score, abs(best[1]["score"] - thing["score"]))
        num_sure = sum(o["score"] > threshold + 0.01 for o in ours)
        check(num_sure <= len(expected), f"{where}: {num_sure} things, the reference has {len(expected)}")
    check(num_compared > 0, f"{path.name} finds nothing on any photo")
    print(f"{path.name}: {num_compared} things, worst IoU {worst:.4f}, worst score off by {worst_score:.4f}")


project = work / "photos.fieldmark"
run("new", project, photos)
compare_model(models / "yolo11n.onnx", yolo, project, 0.25)
compare_model(models / "yolo11n-seg.onnx", yolo, project, 0.25)
compare_model(models / "yolo11n-pose.onnx", yolo, project, 0.25)
compare_model(models / "common_det.onnx", yolox, project, 0.3)

# What is no model, or no whole one, is refused in a sentence.
for name, content in [("text.onnx", b"hello"), ("cut.onnx", None)]:
    path = work / name
    if content is None:
        whole = models / "yolo11n.onnx"
        if not whole.exists():
            continue
        content = whole.read_bytes()[:100_000]
    path.write_bytes(content)
    done = subprocess.run([os.environ["FIELDMARK"], "models", "inspect", str(path)], capture_output=True, text=True)
    check(done.returncode == 1 and "model" in done.stderr, f"{name} is not refused: {done.stderr}")
finish()
