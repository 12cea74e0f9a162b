#!/usr/bin/env bash
# Checks our formats against the tools that they belong to: what we write must be read by them, and what they
# wrote must be read by us with nothing lost. Called by `make interop`.
#
# FIELDMARK: the program to test (default: target/release/fieldmark, or target/debug/fieldmark).
# The tools are installed with pip in .cache/interop-venv, their example files in .cache/interop.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ -z "${FIELDMARK:-}" ]; then
    FIELDMARK=target/release/fieldmark
    [ -x "$FIELDMARK" ] || FIELDMARK=target/debug/fieldmark
fi
if ! [ -x "$FIELDMARK" ]; then
    echo "There is no program at $FIELDMARK. Build it with 'cargo build --release', or set FIELDMARK." >&2
    exit 1
fi
FIELDMARK=$(realpath "$FIELDMARK")
export FIELDMARK QT_QPA_PLATFORM=offscreen YOLO_OFFLINE=True

cache=$PWD/.cache
venv=$cache/interop-venv
# The versions that the checks were written against. torch is not among them: the dataset checks of ultralytics run
# without it (see stand_ins.py), and it weighs gigabytes.
labelme=labelme==6.3.1
tools=(numpy pillow pyyaml requests psutil loguru tifffile typing_extensions cmap opencv-python-headless pycocotools==2.0.11 motmetrics==1.4.0)
alone=("$labelme" ultralytics==8.4.190 imgviz)
stamp=$venv/installed-$(printf '%s\n' "${tools[@]}" "${alone[@]}" | cksum | cut -d' ' -f1)
if ! [ -e "$stamp" ]; then
    echo "Installing the tools into $venv …"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "${tools[@]}"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps "${alone[@]}"
    touch "$stamp"
fi
if ! [ -d "$cache/interop/labelme" ]; then
    echo "Fetching the examples of labelme …"
    rm -rf "$cache/interop/download"
    mkdir -p "$cache/interop/download"
    "$venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --no-binary :all: \
        -d "$cache/interop/download" "$labelme"
    tar -xzf "$cache"/interop/download/labelme-*.tar.gz -C "$cache/interop/download"
    mv "$cache"/interop/download/labelme-*/examples "$cache/interop/labelme"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export YOLO_CONFIG_DIR=$work/ultralytics
mkdir -p "$YOLO_CONFIG_DIR"
failed=0
for check in coco yolo labelme video; do
    mkdir "$work/$check"
    echo "== $check"
    "$venv/bin/python" "packaging/interop/check_$check.py" "$work/$check" "$cache/interop/labelme" || failed=1
done
if [ $failed -ne 0 ]; then
    echo "Some checks failed." >&2
    exit 1
fi
echo "All formats work with their tools."
