#!/usr/bin/env bash
# Side by side on one video, on this machine: the readers that people train with, and ours. In order, by jumps, and
# backwards. Says of each whether a frame that is jumped to is the one that it gives under that number in order.
#
#   benches/video.sh [VIDEO]     without one, a clip of 1920 × 1080 with a keyframe every 250 frames is made first
#
# Needs ffmpeg and python3-venv. TorchCodec stands on PyTorch, some gigabytes: it takes part with WITH_TORCH=1.
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in ffmpeg python3; do
    command -v "$tool" >/dev/null || {
        echo "video: $tool is missing: packaging/setup.sh --test installs it" >&2
        exit 1
    }
done
venv=.cache/video-venv
[[ -x $venv/bin/python ]] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet numpy av opencv-python-headless decord
[[ -z "${WITH_TORCH:-}" ]] || "$venv/bin/pip" install --quiet torch torchcodec

video=${1:-.cache/bench-1080p.mp4}
[[ -e $video ]] || ffmpeg -v error -nostdin -f lavfi -i testsrc2=size=1920x1080:rate=30 -frames:v 600 \
    -c:v libx264 -preset veryfast -g 250 -keyint_min 250 -sc_threshold 0 -pix_fmt yuv420p "$video"

cargo build --release --locked --quiet
exec "$venv/bin/python" benches/video_readers.py "$PWD/target/release/fieldmark" "$video"
