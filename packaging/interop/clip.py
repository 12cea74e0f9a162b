"""A video with two boxes that move, as CVAT's XML, and where each of them is on each frame."""

NAME = "v"
WIDTH, HEIGHT, LENGTH = 200, 120, 30

# The keyframes of each track: (frame, left, top, right, bottom, outside).
TRACKS = [
    ("pedestrian", [(2, 10, 20, 50, 60, 0), (12, 30.5, 20, 90.25, 70, 0), (20, 40, 20, 100, 70, 1)]),
    ("car", [(0, 150, 50, 170, 110, 0), (25, 120, 40, 140, 100, 0)]),
]

# The same with whole pixels and without touching each other, for formats that hold masks.
WHOLE_TRACKS = [
    ("pedestrian", [(2, 10, 20, 50, 60, 0), (12, 10, 20, 50, 60, 1)]),
    ("car", [(0, 150, 50, 170, 110, 0)]),
]


def boxes(tracks=TRACKS):
    """Where each box is on each frame, by CVAT's rules: (frame, track) to left, top, right, bottom."""
    found = {}
    for number, (_, keys) in enumerate(tracks):
        for key, after in zip(keys, keys[1:] + [None]):
            if key[5]:
                continue
            for frame in range(key[0], after[0] if after else LENGTH):
                part = (frame - key[0]) / (after[0] - key[0]) if after else 0
                last = after or key
                found[frame, number] = [a + (b - a) * part for a, b in zip(key[1:5], last[1:5])]
    return found


def cvat(tracks=TRACKS, element="box"):
    """The video as CVAT's XML, keyframes only. `element` says whether tracks are of boxes or of polygons."""
    labels = "".join(f"<label><name>{name}</name><type>any</type></label>" for name, _ in tracks)
    size = f"<original_size><width>{WIDTH}</width><height>{HEIGHT}</height></original_size>"
    task = f"<name>{NAME}</name><size>{LENGTH}</size><mode>interpolation</mode><labels>{labels}</labels>{size}"
    text = ""
    for number, (name, keys) in enumerate(tracks):
        shapes = ""
        for frame, left, top, right, bottom, outside in keys:
            shapes += f'<{element} frame="{frame}" keyframe="1" outside="{outside}" occluded="0" z_order="0"'
            if element == "box":
                shapes += f' xtl="{left}" ytl="{top}" xbr="{right}" ybr="{bottom}"/>'
            else:
                shapes += f' points="{left},{top};{right},{top};{right},{bottom};{left},{bottom}"/>'
        text += f'<track id="{number}" label="{name}">{shapes}</track>'
    head = f"<version>1.1</version><meta><task>{task}</task><source>{NAME}.mp4</source></meta>"
    return f"<annotations>{head}{text}</annotations>"
