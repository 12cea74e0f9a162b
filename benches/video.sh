#!/usr/bin/env bash
# What is promised of the speed of video, and whether it holds here: against FFmpeg's programs and the readers that people
# train with, in turns, in order, by jumps and backwards. Says of each reader whether a frame that is jumped to is the one
# that it gives under that number in order.
#
#   benches/video.sh [VIDEO…]    without one, clips of 1920 × 1080 with a keyframe every 250 frames (H.264) and of 3840 ×
#                                2160 (H.265, VP9) are made first
#
# Needs ffmpeg and python3-venv. TorchCodec stands on PyTorch, some gigabytes: it takes part with WITH_TORCH=1. ROUNDS=N
# measures each N times instead of 3; FIELDMARK and PYTHON name a program and an interpreter that are there already.
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in ffmpeg python3; do
    command -v "$tool" >/dev/null || {
        echo "video: $tool is missing: packaging/setup.sh --test installs it" >&2
        exit 1
    }
done
python=${PYTHON:-.cache/video-venv/bin/python}
if [[ -z "${PYTHON:-}" ]]; then
    [[ -x $python ]] || python3 -m venv .cache/video-venv
    "$python" -m pip install --quiet numpy av opencv-python-headless decord
    [[ -z "${WITH_TORCH:-}" ]] || "$python" -m pip install --quiet torch torchcodec
fi

# clip NAME SIZE FRAMES CODEC-ARGUMENTS: made once.
clip() {
    local name=$1 size=$2 frames=$3
    shift 3
    [[ -e .cache/$name ]] || ffmpeg -v error -nostdin -f lavfi -i "testsrc2=size=$size:rate=30" -frames:v "$frames" "$@" \
        -pix_fmt yuv420p ".cache/$name"
    videos+=(".cache/$name")
}
videos=("$@")
if [[ ${#videos[@]} -eq 0 ]]; then
    mkdir -p .cache
    clip bench-1080p.mp4 1920x1080 600 -c:v libx264 -preset veryfast -g 250 -keyint_min 250 -sc_threshold 0
    clip bench-2160p-h265.mp4 3840x2160 90 -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=30:bframes=3
    clip bench-2160p-vp9.webm 3840x2160 90 -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -row-mt 1 -g 30
fi

[[ -n "${FIELDMARK:-}" ]] || cargo build --release --locked --quiet
exec "$python" benches/video_readers.py "${FIELDMARK:-$PWD/target/release/fieldmark}" "${videos[@]}"
