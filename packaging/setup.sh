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
    # Sound.
    libasound2-dev
    # Draws the window where there is no GPU, and opens it under X11.
    mesa-vulkan-drivers libvulkan1 libgl1-mesa-dri libegl1 libxkbcommon-x11-0 libx11-xcb1
)
if [[ "${1:-}" == "--test" ]]; then
    packages+=(python3-venv)
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

if ! command -v cargo >/dev/null; then
    echo "setup: Rust is missing. Install it from https://rustup.rs and try again." >&2
    exit 1
fi
