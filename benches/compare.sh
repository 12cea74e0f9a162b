#!/usr/bin/env bash
# Side by side with labelme on this machine: time from the start of the program to a window with something in it,
# and, for us, the processor's share while nothing changes. Needs Xvfb and python3-venv.
#
#   benches/compare.sh [RUNS]
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}

for tool in Xvfb python3; do
    command -v "$tool" >/dev/null || {
        echo "compare: $tool is missing: apt-get install xvfb python3-venv" >&2
        exit 1
    }
done
cargo build --release --locked --quiet
venv=.cache/labelme-venv
[[ -x $venv/bin/labelme ]] || { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet labelme python-xlib; }

exec "$venv/bin/python" benches/startup.py "$runs" "$PWD/target/release/fieldmark" "$PWD/$venv/bin/labelme" assets/sample
