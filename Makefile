# `make help` lists the targets. Arguments for the demo: make demo ARGS="--help"

KETEN := .build/release/keten
SWIFT_BUILD := swift build -c release

export PKG_CONFIG_PATH := $(CURDIR)/.deps/lib/pkgconfig$(if $(PKG_CONFIG_PATH),:$(PKG_CONFIG_PATH))

.PHONY: help demo test bench build clients keten setup format lint clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

demo: keten ## build keten and run its demo
	$(KETEN) demo $(ARGS)

test: build clients ## build everything and run all tests
	swift test -c release --skip-build

bench: keten ## build keten and measure it
	python3 Benchmarks/run.py $(ARGS)

build: setup ## build everything, tests included
	$(SWIFT_BUILD) --build-tests

clients: ## install the open-data clients that the tests run
	@scripts/setup-clients
	@scripts/setup-browser

keten: setup ## build the command only, with the same flags
	$(SWIFT_BUILD) --product keten

setup: ## install what the build needs
	@scripts/setup

format: ## format the Swift sources in place
	swift format --in-place --recursive $(wildcard Sources Tests) Package.swift

lint: ## check format and imports, change nothing
	swift format lint --strict --recursive $(wildcard Sources Tests) Package.swift
	scripts/check-imports

clean: ## remove what was built; .deps stays
	rm -rf .build
