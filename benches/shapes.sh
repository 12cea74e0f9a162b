#!/usr/bin/env bash
# Side by side with napari on this machine: time until 10,000 polygons of 20 points are drawn for the first time.
# Needs Xvfb, jq and python3-venv.
#
#   benches/shapes.sh [POLYGONS] [POINTS]
set -euo pipefail
cd "$(dirname "$0")/.."
polygons=${1:-10000}
points=${2:-20}
side=20000

for tool in Xvfb xvfb-run jq python3; do
    command -v "$tool" >/dev/null || {
        echo "shapes: $tool is missing: apt-get install xvfb jq python3-venv" >&2
        exit 1
    }
done
cargo build --release --locked --quiet
venv=.cache/napari-venv
[[ -x $venv/bin/napari ]] || { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet 'napari[pyqt5]'; }

# Until all is drawn, the first time that anything is and the objects' bounds by place included.
ours=$(target/release/fieldmark --json bench canvas --shapes "$polygons" --points "$points" \
    --picture "${side}x$side" --frames 2 --seconds 0.1 | jq '(.open.index_ms + .open.complete_ms) / 1000')
theirs=$(QT_QPA_PLATFORM=xcb xvfb-run -a -s '-screen 0 1920x1080x24' \
    "$venv/bin/python" benches/napari_shapes.py "$polygons" "$points" "$side" | tail -n 1 | jq .first_draw_s)
jq -n --argjson ours "$ours" --argjson theirs "$theirs" --argjson polygons "$polygons" \
    '{polygons: $polygons, fieldmark_s: $ours, napari_s: $theirs, times_faster: ($theirs / $ours)}'
