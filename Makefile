# Needs Python 3.11 and make; everything else is fetched by the pinned versions below and the lock files.

PYTHON ?= python3.11
UV_VERSION := 0.13.9
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
LOCAL := $(BIN)/python -m livelihood.local
PYTEST := $(BIN)/python -m pytest -n 2
STAMPS := .venv/stamps
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/*.po)
GATED := */services.py,*/services/*,*/rules.py,*/rules/*,*/tally.py,*/aggregation.py,*/states.py
GATE := $(BIN)/coverage report --fail-under=100 --include='$(GATED)'
LOCK := $(BIN)/uv pip compile pyproject.toml --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

# Nothing connects to these: `check --deploy` only wants to see production settings filled in.
PRODUCTION := DJANGO_SETTINGS_MODULE=livelihood.settings.production SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
	DATABASE_URL=postgres://nobody@127.0.0.1/nothing REDIS_URL=redis://127.0.0.1 ALLOWED_HOSTS=portal.example SITE_URL=https://portal.example \
	DATA_KEYS=only-to-be-looked-at-and-never-sealing-anything

# Without compiled modules every start of Python costs seconds.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo start run worker stop clean test test-all check fix lock bench drill messages shots licences audit sbom

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 14

setup: $(STAMPS)/static ## build everything from a bare clone

demo: setup ## fill the portal with years on real lists, print accounts and address, serve it (ARGS="--sites 40")
	$(MANAGE) demo $(ARGS)

start: export LIVELIHOOD_DATA := $(or $(LIVELIHOOD_DATA),$(CURDIR)/.start)
start: setup ## start an empty portal in a folder of its own, with an administrator (PROVINCE=420000, at the first start)
	$(MANAGE) start $(if $(PROVINCE),--province $(PROVINCE)) $(ARGS)

run: setup ## start the development server
	$(MANAGE) migrate --verbosity 0
	DEBUG=1 $(MANAGE) runserver

worker: setup ## start a Celery worker with the year's clock
	$(LOCAL) run $(BIN)/celery -A livelihood worker --beat --schedule $${LIVELIHOOD_DATA:-.local}/beat --concurrency 2 --loglevel INFO

stop: ## stop the local PostgreSQL and Valkey and whatever uses them, the portal of `make start` too; their data stays
	$(LOCAL) stop
	test ! -d .start || LIVELIHOOD_DATA=.start $(LOCAL) stop

clean: ## stop everything and delete the data, of `make start` too, also what root has had to put outside of this folder
	test ! -x $(BIN)/python || $(LOCAL) clean
	test ! -x $(BIN)/python || test ! -d .start || LIVELIHOOD_DATA=$(CURDIR)/.start $(LOCAL) clean

# Nothing of a test has to outlive a power cut.
test test-all: export LIVELIHOOD_FSYNC := off

test: setup ## run the quick tests on two cores (COVER=1: with coverage and its gate)
	$(PYTEST) -m "not slow" $(if $(COVER),--cov --cov-report=); status=$$?; $(LOCAL) release; exit $$status
	$(if $(COVER),$(GATE))

test-all: setup ## run every test, with coverage and its gate
	$(PYTEST) --cov --cov-report=term:skip-covered; status=$$?; $(LOCAL) release; exit $$status
	$(GATE)

check: setup ## lint, types, walls, migrations, settings, catalogues, diagrams, API schema
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djangofmt --check templates
	$(BIN)/djangofmt check templates
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(MANAGE) makemigrations --check --dry-run
	$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	$(MANAGE) messages --check
	$(MANAGE) state_diagrams --check
	$(MANAGE) spectacular --validate --fail-on-warn --file /dev/null
	$(BIN)/python -m tests.supply licences

fix: setup ## repair what ruff and djangofmt can repair
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/djangofmt templates
	$(BIN)/djangofmt check --fix templates

lock: $(STAMPS)/uv ## resolve the versions of pyproject.toml and package.json anew
	$(LOCK) --upgrade --quiet --output-file requirements/base.lock
	$(LOCK) --upgrade --quiet --output-file requirements/dev.lock --group dev
	$(BIN)/npm update --no-progress

bench: setup ## measure speed and memory, as JSON (ARGS="--only lists")
	@$(BIN)/python -m tests.bench $(ARGS)

drill: setup ## lose the portal and get it back, from a backup and by a standby; prints what was lost and how long it took
	@$(BIN)/python -m tests.drill $(ARGS)

messages: setup ## bring the catalogues up to date with the code
	$(MANAGE) messages

shots: setup ## take pictures of the main pages at 375 and 1280 px, ordinary, elder, dark and English, into shots/index.html
	$(BIN)/python -m tests.shots

licences: setup ## say which packages are under a licence that is not on the list
	$(BIN)/python -m tests.supply licences

audit: setup ## ask for known weaknesses of the locked packages; says loudly when it could not ask
	$(BIN)/python -m tests.supply audit

sbom: setup ## write the list of parts as CycloneDX into build/sbom.json
	$(BIN)/python -m tests.supply sbom build/sbom.json

# --- what `setup` builds, each step again only when its sources changed -----------------------------------------------

$(STAMPS)/uv: Makefile
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/python: requirements/dev.lock $(STAMPS)/uv
	$(BIN)/uv pip sync --quiet --require-hashes requirements/dev.lock
	@touch $@

$(STAMPS)/npm: package-lock.json package.json .npmrc $(STAMPS)/python
	$(BIN)/npm ci --no-progress --loglevel error
	@touch $@

$(STAMPS)/messages: $(CATALOGUES) $(STAMPS)/python
	$(MANAGE) messages --compile
	@touch $@

$(STAMPS)/outlines: $(wildcard livelihood/cycles/outlines/*.py livelihood/cycles/data/*) $(STAMPS)/python
	$(MANAGE) outlines
	@touch $@

$(STAMPS)/static: $(shell find static -type f) $(STAMPS)/npm $(STAMPS)/outlines $(STAMPS)/messages
	$(MANAGE) collectstatic --noinput --verbosity 0
	@touch $@
