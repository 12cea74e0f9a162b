#!/usr/bin/env bash
# Installs what building, running and testing Fieldmark need on Debian or Ubuntu. Does nothing when all is there.
#
#   packaging/setup.sh          to build and run
#   packaging/setup.sh --test   also what the tests and the pictures of the window need
set -euo pipefail

packages=(
    # Build tools: libjpeg-turbo is built from source.
    build-essential pkg-config cmake nasm
    # Video: FFmpeg's headers, of which libclang makes the bindings, and the libraries that are loaded at run time.
    libavcodec-dev libavformat-dev libavutil-dev libswscale-dev libswresample-dev clang libclang-dev
    # Fetches ONNX Runtime, which runs models.
    python3-venv
    # Sound.
    libasound2-dev
    # Draws the window where there is no GPU, and opens it under X11.
    mesa-vulkan-drivers libvulkan1 libgl1-mesa-dri libegl1 libxkbcommon-x11-0 libx11-xcb1
)
if [[ "${1:-}" == "--test" ]]; then
    # FFmpeg's program makes the videos of the tests, and says what is in them; the font is for their counters.
    packages+=(ffmpeg fonts-dejavu-core)
fi

if ! command -v dpkg-query >/dev/null; then
    echo "setup: this is not Debian or Ubuntu. Please install by hand what corresponds to: ${packages[*]}" >&2
    exit 0
fi

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ "$status" == "installed" ]] || missing+=("$package")
done

if ((${#missing[@]})); then
    echo "setup: installing ${missing[*]}"
    as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || {
            echo "setup: please run this as root: apt-get install ${missing[*]}" >&2
            exit 1
        }
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

# ONNX Runtime, which runs models: its library is inside a Python package, of which nothing else is used.
onnxruntime=1.31.1
case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) wheel=onnxruntime-$onnxruntime-cp311-cp311-manylinux_2_28_x86_64.whl
        sum=5752bd508126ae7c49894d3b9d2e83f0c3d487319246d04c444b393308d7ad7f ;;
    *) wheel= ;;
esac
libraries=${XDG_DATA_HOME:-$HOME/.local/share}/fieldmark/lib
library=$libraries/libonnxruntime.so.$onnxruntime
if [[ -n "$wheel" && ! -e "$library" ]]; then
    echo "setup: fetching ONNX Runtime $onnxruntime"
    download=$(mktemp -d)
    trap 'rm -rf "$download"' EXIT
    # Fieldmark works without it, and `fieldmark doctor` tells that it is missing.
    if python3 -m venv "$download/venv" &&
        "$download/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
            --python-version 3.11 --platform manylinux_2_28_x86_64 -d "$download" "onnxruntime==$onnxruntime"; then
        echo "$sum  $download/$wheel" | sha256sum --check --quiet
        mkdir -p "$libraries"
        python3 -m zipfile -e "$download/$wheel" "$download/wheel"
        mv "$download/wheel/onnxruntime/capi/libonnxruntime.so.$onnxruntime" "$library.part"
        mv "$library.part" "$library"
    else
        echo "setup: ONNX Runtime could not be fetched; models will not run until it is there" >&2
    fi
fi

if ! command -v cargo >/dev/null; then
    echo "setup: Rust is missing. Install it from https://rustup.rs and try again." >&2
    exit 1
fi
