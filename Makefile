# The two commands of the README, `make demo` and `make test`, and their parts.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

swift_flags := --explicit-target-dependency-import-check error
release_binary = $(CURDIR)/.build/release/martlet
# What `martlet --version` names.
export MARTLET_COMMIT ?= $(shell git rev-parse --short=12 HEAD 2>/dev/null)
venv := .venv
# The unit tests leave Parquet files here, for other readers to check.
export MARTLET_INTERCHANGE_FOLDER := $(CURDIR)/.build/interchange
requirements := Tests/EndToEndTests/requirements.txt

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.PHONY: demo
demo: release ## generate shards, train, evaluate, predict; the results are in demo/
	local/demo.sh $(release_binary) demo

.PHONY: pipeline
pipeline: release $(venv)/.installed ## the whole pipeline in a local cloud: terraform, athena, state machine, tasks
	$(venv)/bin/python -W ignore local/pipeline.py $(release_binary)

.PHONY: pipeline-faults
pipeline-faults: release $(venv)/.installed ## the same, while tasks are killed, S3 throttles and a shard is corrupt
	$(venv)/bin/python -W ignore local/pipeline.py $(release_binary) --faults

.PHONY: pipeline-large
pipeline-large: release $(venv)/.installed ## a distributed map of 300 groups, in the local cloud
	MARTLET="$${MARTLET:-$(release_binary)}" MARTLET_LARGE=1 \
	    $(venv)/bin/python -m pytest -q -k 300_groups Tests/EndToEndTests/test_pipeline.py

.PHONY: image
image: ## the image, by Docker or by buildah, checked; PROGRAM=FOLDER takes a program that is built
	local/build-image.sh .build/image $(PROGRAM)

.PHONY: test
test: lint unit end-to-end ## everything that CI checks

.PHONY: packages
packages: ## the system packages; asks for the administrator only if one is missing
	@local/install-packages.sh

.PHONY: release
release: packages ## the program, optimised: .build/release/martlet
	swift build -c release --product martlet $(swift_flags)

.PHONY: lint
lint: ## swift format, and shellcheck where it is installed
	swift format lint --strict --recursive Sources Tests Package.swift
	@if command -v shellcheck >/dev/null; then shellcheck .ci/run local/*.sh; fi

.PHONY: unit
unit: packages ## the unit tests, debug build
	swift build --build-tests $(swift_flags)
	mkdir -p $(MARTLET_INTERCHANGE_FOLDER)
	swift test --skip-build --disable-xctest $(swift_flags)

.PHONY: end-to-end
end-to-end: release $(venv)/.installed ## the real program against a local S3 and Step Functions
	MARTLET="$${MARTLET:-$(release_binary)}" \
	    $(venv)/bin/python -m pytest -q --durations=5 Tests/EndToEndTests

.PHONY: faults
faults: release $(venv)/.installed ## 500 schedules of faults, 200 kills, 200 stops, hostile servers: 15 minutes
	MARTLET_FAULT_SEEDS=0-499 MARTLET_KILL_SEEDS=0-199 MARTLET_SLOW=1 \
	    $(venv)/bin/python -m pytest -q -s Tests/EndToEndTests/test_faults.py \
	    Tests/EndToEndTests/test_hostile.py

$(venv)/.installed: $(requirements) | packages
	python3 -m venv $(venv)
	$(venv)/bin/pip install --quiet --disable-pip-version-check --requirement $(requirements)
	touch $@

.PHONY: parquet-variants
parquet-variants: packages $(venv)/.installed ## read 200 files of five writers with random settings (10 minutes)
	rm -rf .build/variants
	$(venv)/bin/python Tests/EndToEndTests/write_parquet_variants.py .build/variants
	MARTLET_VARIANTS_FOLDER=$(CURDIR)/.build/variants swift test --disable-xctest \
	    $(swift_flags) --filter Variants

.PHONY: foreign-models
foreign-models: release $(venv)/.installed ## score large models of six old and new LightGBM and XGBoost (10 minutes)
	$(venv)/bin/python Tests/EndToEndTests/check_foreign_models.py $(release_binary) \
	    .build/foreign-models

.PHONY: parquet-readers
parquet-readers: packages $(venv)/.installed ## five other readers on the Parquet files that we write (1 minute)
	swift build --build-tests $(swift_flags)
	rm -rf $(MARTLET_INTERCHANGE_FOLDER)
	mkdir -p $(MARTLET_INTERCHANGE_FOLDER)
	swift test --skip-build --disable-xctest $(swift_flags) --filter InterchangeFilesTests
	$(venv)/bin/python Tests/EndToEndTests/check_parquet_readers.py $(MARTLET_INTERCHANGE_FOLDER)

# For example: make fuzz MUTANTS=1000000 SEED=7, or make fuzz SECONDS=600
MUTANTS ?= 20000
SEED ?= 1
corpus = Tests/ParquetTests/Fixtures Tests/ShardsTests/Fixtures Tests/InterchangeTests/Fixtures \
    $(if $(MARTLET_SHARED),$(MARTLET_SHARED)/parquet)

.PHONY: fuzz
fuzz: packages ## damaged Parquet files and models must be read or refused; MUTANTS, SECONDS, SEED
	swift build -c release --product martlet-fuzz $(swift_flags)
	.build/release/martlet-fuzz --mutants $(MUTANTS) --seed $(SEED) \
	    $(if $(filter command\ line environment,$(origin SECONDS)),--seconds $(SECONDS)) \
	    --output .build/fuzz $(corpus)

.PHONY: manual
manual: release ## man pages of all commands, in .build/manual
	rm -rf .build/plugins/GenerateManual/outputs .build/manual
	swift package --configuration release generate-manual --multi-page
	cp -r .build/plugins/GenerateManual/outputs/martlet .build/manual

reports = .build/accessibility
.PHONY: accessibility
accessibility: release $(venv)/.installed ## reports in a real browser (chromium): axe, console, screenshots
	$(venv)/bin/pip install --quiet --no-deps axe-playwright-python==0.1.8
	rm -rf $(reports)
	$(release_binary) generate --rows 20000 --shards 2 --output $(reports)/shards
	$(release_binary) train --data $(reports)/shards --target age --ignore-features id \
	    --valid-fraction 0.2 --interval 0.8 --output $(reports)/model
	$(release_binary) train --algorithm linear --data $(reports)/shards --target age \
	    --ignore-features id --valid-fraction 0.2 --output $(reports)/linear
	$(release_binary) evaluate --model $(reports)/model --data $(reports)/shards --by quarter \
	    --permutation-importance --output $(reports)/evaluation
	$(release_binary) predict --model $(reports)/model --data $(reports)/shards --id id \
	    --output $(reports)/predictions
	$(venv)/bin/python Tests/EndToEndTests/check_report.py $(reports)/model/report.html \
	    $(reports)/linear/report.html $(reports)/evaluation/report.html \
	    $(reports)/predictions/_report-predict.html

.PHONY: reference
reference: ## docs/reference/options.md, from the program's table of parameters
	swift build --build-tests $(swift_flags)
	MARTLET_WRITE_REFERENCE=1 swift test --skip-build --disable-xctest --filter ReferenceTests

.PHONY: documentation
documentation: packages ## DocC pages of every target, in .build/documentation; fails on a dead link
	swift build --build-tests $(swift_flags)
	local/build-documentation.sh .build/documentation

.PHONY: clean
clean: ## removes what the commands above made
	rm -rf .build $(venv) demo
