# `make run` and `make test` install what they need; the other targets are for daily work.
SHELL := /bin/bash
PYTHON := .venv/bin/python
ENGINE := .venv-engine/bin/python
export PYTHONPATH := $(CURDIR)

.PHONY: run test setup setup-dev setup-engine train chat ask lint test-app test-browser test-engine test-other \
        test-stories test-widget learn bench-nlu bench-load bench-thresholds bench-talk bench-page bench-widgets \
        verify-consents rasa lock widget

run: setup widget  ## start everything and print the addresses
	@$(PYTHON) -m deploy.run

test: setup-dev  ## everything that CI runs, two things at a time
	@$(MAKE) --no-print-directory -j2 --output-sync=target lint train widget
	@$(MAKE) --no-print-directory -j2 --output-sync=target test-app test-other

test-other:
	@$(MAKE) --no-print-directory -j1 test-engine test-stories test-widget test-browser

setup: setup-engine
	@test -f .venv/dev || deploy/environment.sh .venv 3.13 requirements/app.txt

setup-dev: setup-engine
	@deploy/environment.sh .venv 3.13 requirements/dev.txt && touch .venv/dev
	@deploy/test-machine.sh

setup-engine:
	@deploy/environment.sh .venv-engine 3.11 requirements/engine.txt requirements/engine-dev.txt
	@$(ENGINE) -W ignore -m engine.encoder.install

train: setup  ## train the model unless it is up to date
	@$(PYTHON) -m deploy.training

chat: setup  ## talk to the assistant in the terminal
	@$(PYTHON) -m deploy.run chat

ask: setup  ## one JSON object {"text", "language"?} a line on stdin, one JSON reply a line on stdout
	@$(PYTHON) -m deploy.run ask

rasa: setup  ## Rasa's own command in the engine's environment: make rasa ARGS="data validate"
	@set -a; eval "$$($(PYTHON) -m deploy.environment)"; $(ENGINE) -m engine $(ARGS)

lint: setup-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	$(ENGINE) -m mypy --config-file engine/mypy.ini engine bench corpus
	$(PYTHON) -m knowledge.check
	$(PYTHON) -m corpus.lint

widget:  ## build the widget unless it is up to date (needs Node 20.19 or newer)
	@deploy/widget.sh

test-widget: widget
	cd widget && npm run --silent check && npm run --silent test

test-app: train widget
	$(PYTHON) -m pytest tests --ignore=tests/engine --ignore=tests/bench --ignore=tests/corpus/learning --ignore=tests/browser

test-browser: train widget
	$(PYTHON) -m pytest tests/browser

test-engine: train
	$(ENGINE) -m pytest --confcutdir=tests/engine tests/engine
	$(ENGINE) -m pytest -c tests/engine/pytest.ini --rootdir=. --confcutdir=tests/bench tests/bench tests/corpus/learning

test-stories: train
	$(MAKE) --no-print-directory rasa ARGS="data validate --quiet"
	$(MAKE) --no-print-directory rasa ARGS="test core --stories tests/stories --model models/assistant.tar.gz --fail-on-prediction-errors --no-plot --out var/results --quiet"

verify-consents: setup  ## prove that the ledger of cookie choices is whole
	@$(PYTHON) -m records.verify_consents

learn: setup  ## learn from sentences that were misunderstood: make learn FILE=corrections.csv [ARGS=--keep]
	@test -n "$(FILE)" || { echo "Learn from what? make learn FILE=corrections.csv" >&2; exit 2; }
	@$(ENGINE) -W ignore -m corpus.learn "$(FILE)" $(ARGS)
	@$(MAKE) --no-print-directory train

bench-nlu: setup
	@$(ENGINE) -m bench.nlu $(ARGS)

bench-load: setup
	@$(PYTHON) -m bench.load $(ARGS)

bench-thresholds: setup
	@$(ENGINE) -m bench.thresholds $(ARGS)

bench-talk: setup  ## questions and follow-ups over HTTP, language not given, public FAQs
	@$(PYTHON) -m bench.talk $(ARGS)

bench-page: setup-dev widget  ## Lighthouse on the landing page
	@cd bench/page && npm ci --loglevel=error && node lighthouse.mjs $(ARGS)

bench-widgets: setup-dev widget  ## our widget beside others
	@cd bench/widgets && npm ci --loglevel=error && node measure.mjs $(ARGS)

UV := uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate
lock:  ## write the lock files anew (needs uv)
	$(UV) --python-version 3.13 requirements/app.in -o requirements/app.txt
	$(UV) --python-version 3.13 requirements/dev.in -o requirements/dev.txt
	$(UV) --python-version 3.10 --override requirements/engine-overrides.txt requirements/engine.in -o requirements/engine.txt
	$(UV) --python-version 3.10 requirements/engine-dev.in -o requirements/engine-dev.txt
