# `make` lists what there is to do.

CARGO ?= cargo
SHOTS ?= shots
.PHONY: help run build test lint check-features unit interop bench shots clean

help:
	@echo "make run      build and open the sample project (installs what is missing)"
	@echo "make test     everything that is checked before a change is taken in"
	@echo "make lint     formatting and clippy"
	@echo "make interop  exchange files with the tools that count, in a Python environment of its own"
	@echo "make bench    measure"
	@echo "make shots    pictures of every view, in $(SHOTS)/index.html"

# The sample is copied first, so that trying things out leaves the source as it is.
SAMPLE = .cache/sample
run: build $(SAMPLE)/sample.fieldmark
	target/release/fieldmark $(SAMPLE)/sample.fieldmark

$(SAMPLE)/sample.fieldmark:
	mkdir -p $(SAMPLE) && cp assets/sample/* $(SAMPLE)/
	target/release/fieldmark new $@ $(SAMPLE)
	target/release/fieldmark import $@ --format coco $(SAMPLE)/labels.json

build:
	packaging/setup.sh
	$(CARGO) build --release --locked

test:
	packaging/setup.sh --test
	$(MAKE) lint check-features unit interop

lint:
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets --features ui-test -- -D warnings

# The builds that must stay possible: what is built by default, the pure folders, and a server without window, GPU and
# video.
check-features:
	$(CARGO) clippy --locked -- -D warnings
	$(CARGO) clippy --locked --no-default-features --lib --tests -- -D warnings
	$(CARGO) clippy --locked --no-default-features --features server --bins -- -D warnings
	! $(CARGO) tree --locked --no-default-features --features server --edges normal --prefix none | grep -E '^(egui|eframe|wgpu|ffmpeg-sys-next|ort) '

unit:
	$(CARGO) test --locked --features ui-test

# With the features of the tests, so that nothing is built twice.
interop:
	$(CARGO) build --locked --features ui-test
	FIELDMARK=target/debug/fieldmark packaging/interop/run.sh

bench:
	$(CARGO) bench --locked
	benches/compare.sh
	benches/video.sh

shots:
	FIELDMARK_SHOTS=$(abspath $(SHOTS)) $(CARGO) test --locked --features ui-test --test ui -- shots --nocapture
	@echo "$(SHOTS)/index.html"

clean:
	$(CARGO) clean
