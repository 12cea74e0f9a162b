"""Time to first draw of napari's shapes layer: polygons on a blank picture, in a window under Xvfb.

    napari_shapes.py NUM_POLYGONS NUM_POINTS SIDE_PX

Prints one line of JSON: seconds from the call that adds the polygons until they are drawn.
"""

import json
import math
import random
import sys
import time

import napari
import numpy as np


def polygons(num_polygons, num_points, side):
    """Stars all over a picture, as those of `fieldmark bench canvas`."""
    random.seed(num_polygons)
    made = []
    for _ in range(num_polygons):
        radius = math.sqrt(side * side / num_polygons) * (0.3 + 0.6 * random.random())
        y, x = random.random() * side, random.random() * side
        ring = []
        for k in range(num_points):
            angle = k / num_points * math.tau
            r = radius * (0.35 + 0.2 * random.random())
            ring.append((y + math.sin(angle) * r, x + math.cos(angle) * r))
        made.append(np.array(ring))
    return made


def main():
    num_polygons, num_points, side = (int(arg) for arg in sys.argv[1:4])
    data = polygons(num_polygons, num_points, side)
    viewer = napari.Viewer(show=True)
    viewer.window.resize(1920, 1080)
    # What is compiled and loaded once in a program's life does not count.
    warm_up = viewer.add_shapes(data[:10], shape_type="polygon", edge_width=2, opacity=0.5)
    viewer.screenshot(canvas_only=True, flash=False)
    viewer.layers.remove(warm_up)
    viewer.screenshot(canvas_only=True, flash=False)
    begun = time.perf_counter()
    viewer.add_shapes(data, shape_type="polygon", edge_width=2, opacity=0.5)
    added = time.perf_counter()
    # Draws at once and waits for it.
    viewer.screenshot(canvas_only=True, flash=False)
    drawn = time.perf_counter()
    print(json.dumps({"napari": napari.__version__, "add_s": added - begun, "first_draw_s": drawn - begun}))
    sys.stdout.flush()
    viewer.close()


main()
