# `make app` and `make test` need Python 3.11-3.13 with pip, and make; the rest they install into .venv.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# With uv, which installs several times as fast, where there is one and it can; else with pip.
COMMA := ,
install = { [ -x $(BIN)/uv ] && $(BIN)/uv pip install --python $(BIN)/python --compile-bytecode $(1); } \
	  || $(BIN)/python -m pip install --disable-pip-version-check $(1)
PORT   ?= 8501
# 0.0.0.0 opens the app to other computers; docs/security.md says what else a public study needs.
HOST   ?= localhost
GTZAN  ?= ../shared/data/gtzan
# pip install --no-deps --target var/musicnn musicnn==0.1.0
MUSICNN ?= var/musicnn/musicnn
# Unpacked Debian packages with real sounds, as docs/classification.md says; without them the check for music stays.
SOUNDS ?=
# Gets the study of `make notes-or-sound-study`.
FOLDER ?= var/notes-or-sound
PICTURES ?= docs/images
REPLICA ?= var/replica
REPORTS := gmn_core/models/reports

.PHONY: app training models test lint types unit fuzz bench peers load soak docs default-study notes-or-sound-study home-pieces replicate screenshots translations clean help

help:           ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ -/'

app: $(VENV)/app.stamp      ## install what is missing and open the app (PORT=8501, HOST=localhost)
	$(BIN)/streamlit run streamlit_app.py --server.port $(PORT) --server.address $(HOST)

training: $(VENV)/train.stamp  ## install what trains models, TensorFlow above all (1 GB)

models: $(VENV)/train.stamp   ## train, publish and evaluate the classifiers (GTZAN=folder, MUSICNN=folder)
	$(BIN)/python -m gmn_core train knn --descriptors $(GTZAN)/features_30_sec.csv --publish
	$(BIN)/python -m gmn_core train cnn --data $(GTZAN) --publish
	$(BIN)/python -m gmn_core train cnn-pretrained --data $(GTZAN) --checkpoints $(MUSICNN) --publish
	mkdir -p $(REPORTS)
	$(BIN)/python -m gmn_core evaluate classifiers --data $(GTZAN) --split valid --prefer stored --json $(REPORTS)/valid.json
	$(BIN)/python -m gmn_core evaluate classifiers --data $(GTZAN) --split cv --prefer stored --json $(REPORTS)/cv.json
	$(if $(SOUNDS),$(BIN)/python -m gmn_core evaluate music-check --data $(GTZAN) --sounds $(SOUNDS) --fit --out gmn_core/models/music_check)

test: lint                  ## lint, types and every test
	@$(MAKE) --no-print-directory -j2 types unit  # beside each other: browsers leave a processor idle at times

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

unit: $(VENV)/dev.stamp
	@$(BIN)/python -m compileall -q gmn_core survey_db pages  # else each server of a test may do it anew
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder \
	  || $(BIN)/python -m pytest --last-failed --last-failed-no-failures none  # once more, alone: browsers wait for a busy machine

COUNT ?= 100000
fuzz: $(VENV)/dev.stamp     ## feed files and messages that are none (COUNT=100000 of each kind), some hours
	$(BIN)/python -m tests.fuzz --count $(COUNT)

bench: $(VENV)/dev.stamp    ## measure how fast everything is and write docs/performance.md, some ten minutes
	mkdir -p var
	$(BIN)/python -m pytest benchmarks -q --benchmark-enable --benchmark-json var/bench.json --benchmark-quiet -o timeout=900
	$(BIN)/python -m benchmarks.report var/bench.json

load: $(VENV)/dev.stamp      ## play listeners at the store and at the app and write docs/capacity.md, some seven minutes
	$(BIN)/python -m benchmarks.load

peers: $(BIN)/python          ## install what make bench measures beside this, apart from the app (300 MB)
	$(call install,--no-deps --target var/peers/musicnn musicnn==0.1.0 "tf_keras>=2.16$(COMMA)<3")
	$(call install,--target var/peers/gradio "gradio>=5$(COMMA)<7")

soak: $(VENV)/dev.stamp      ## half an hour of mixed use, whose memory docs/capacity.md tells
	$(BIN)/python -m benchmarks.load.soak

docs: $(VENV)/dev.stamp     ## build the documentation in docs/_build/html, without a network; warnings are errors
	$(BIN)/python -m sphinx --fail-on-warning --keep-going -q -b html docs docs/_build/html

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "error: Python 3.11, 3.12 or 3.13 is needed; name one with: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	-@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(VENV)/app.stamp: requirements.txt | $(BIN)/python
	sed '/^# ----/,$$d' requirements.txt > $(VENV)/app.txt
	$(call install,-r $(VENV)/app.txt)
	@echo "Compiling the audio routines once (some seconds) ..."
	$(BIN)/python -m gmn_core warm-up
	@touch $@

$(VENV)/train.stamp: $(VENV)/app.stamp
	$(call install,-r requirements.txt)
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/train.stamp
	$(call install,-r requirements-dev.txt)
	@touch $@

default-study: $(VENV)/app.stamp  ## generate the samples of the study that the first start opens
	$(BIN)/python -m pages.admin.make_default_study

notes-or-sound-study: $(VENV)/app.stamp  ## generate a study of the same notes, plain and produced (FOLDER=folder)
	$(BIN)/python -m pages.admin.notes_or_sound $(FOLDER)

translations: $(VENV)/dev.stamp   ## compile what listeners read in other languages
	$(BIN)/pybabel compile --domain listener --directory pages/listener/locale

screenshots: $(VENV)/dev.stamp ## make the pictures of the documentation from the running app (PICTURES=folder)
	mkdir -p $(PICTURES)
	GMN_SCREENSHOTS=$(abspath $(PICTURES)) $(BIN)/python -m pytest -q tests/browser/test_journeys.py

replicate: $(VENV)/app.stamp ## run the whole study with simulated listeners (REPLICA=folder; REPLICATE=--shipped generates no samples)
	$(BIN)/python -m pages.admin.replicate $(REPLICA) $(REPLICATE)

home-pieces: $(VENV)/app.stamp  ## generate the short pieces that the Home page plays
	$(BIN)/python -m pages.front.make_pieces

clean:          ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
