# One experiment is one config: make train CONFIG=configs/arabert.yaml
CONFIG ?= configs/base.yaml
PYTHON ?= python3
VENV   ?= .venv
RESUME ?=
RAW    ?=
PRETRAIN ?= configs/pretraining/archive.yaml

NAME   := $(basename $(notdir $(CONFIG)))
PY     := $(VENV)/bin/python
STAMPS := build/stamps
# what a step reads: when any of it changes, the step runs again
CORPUS := $(wildcard data/corpus data/corpus/*.xml)
READER := $(wildcard isnad/*.py) train/corpus.py train/markup.py train/splits.py train/dataset.py train/examples.py train/config.py
LEARNER := $(addprefix train/,model.py loop.py attention.py examples.py augment.py \
	substitution.py gazetteers.py embedded.py charsmap.py encoders.py) isnad/words.py isnad/tokenization.py \
	$(wildcard data/gazetteers/*.tsv)
LINKER := train/speakers.py $(addprefix isnad/,speakers.py neighbours.py agreement.py entities.py linking.py arabic.py)
JUDGE := $(wildcard isnad/*.py) train/export.py train/quantisation.py train/report.py train/scoring.py train/baseline.py \
	data/cues.tsv

.DEFAULT_GOAL := help
.PHONY: always help install data dataset train evaluate package pretrain bench test lint clean

help: ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12
	@echo 'CONFIG=$(CONFIG)  RESUME=1 goes on with an interrupted training'

install: $(STAMPS)/installed ## make .venv with everything pinned
data: $(STAMPS)/$(NAME).data ## check the corpus and build the dataset
dataset: $(STAMPS)/$(NAME).data ## write the dataset for release: Parquet, JSON lines, card
	$(PY) -m scripts.release_dataset $(CONFIG)
train: $(STAMPS)/$(NAME).packaged ## the whole road: dataset, fine-tuning, export, report, wheel
evaluate: $(STAMPS)/$(NAME).evaluated ## export the trained model and report on it
package: $(STAMPS)/$(NAME).packaged ## pack the model and isnad itself as wheels in dist/

pretrain: $(STAMPS)/installed ## let an encoder go on learning from your own news: RAW=archive.jsonl
	$(PY) -m scripts.pretrain $(PRETRAIN) $(RAW) $(if $(RESUME),--resume)
bench: $(STAMPS)/$(NAME).packaged ## measure the model and the service against what a user would pick instead
	$(PY) -m scripts.benchmark --model models/$(NAME)

test: $(STAMPS)/installed ## run the tests
	$(PY) -m pytest
lint: $(STAMPS)/installed ## ruff, mypy, hadolint
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/hadolint docs/deploy/Dockerfile
clean: ## remove what was built (not .venv, not models/)
	rm -rf build dist runs .mypy_cache .ruff_cache .pytest_cache

$(STAMPS)/installed: pyproject.toml constraints.txt
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install -q -c constraints.txt -e '.[train,serve,dev]'
	@mkdir -p $(@D) && touch $@

# cheap, so it always runs; the stamp moves only when the built dataset changes, and training with it
$(STAMPS)/$(NAME).data: $(STAMPS)/installed $(CONFIG) $(CORPUS) $(READER) always
	$(PY) -m scripts.build_data $(CONFIG)
	@cmp -s build/$(NAME)/manifest.json $@ || cp build/$(NAME)/manifest.json $@

$(STAMPS)/$(NAME).trained: $(STAMPS)/$(NAME).data $(LEARNER)
	$(if $(RESUME),,rm -rf runs/$(NAME))
	$(PY) -m scripts.train $(CONFIG) $(if $(RESUME),--resume)
	@touch $@

$(STAMPS)/$(NAME).linked: $(STAMPS)/$(NAME).trained $(LINKER)
	$(PY) -m scripts.train_speakers $(CONFIG)
	@touch $@

$(STAMPS)/$(NAME).evaluated: $(STAMPS)/$(NAME).linked $(JUDGE)
	$(PY) -m scripts.evaluate $(CONFIG)
	@touch $@

$(STAMPS)/$(NAME).packaged: $(STAMPS)/$(NAME).evaluated train/package.py pyproject.toml
	$(PY) -m scripts.package $(CONFIG)
	$(PY) -m pip wheel -q --no-deps -w dist .
	@touch $@
