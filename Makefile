# Every command of the project. `make` builds the site, `make test` proves it, `make help` lists the rest.
#
# PYTHON=python3.12   which Python makes the environment (3.11 or newer; the system's own or the first found otherwise)
# CHROMIUM=/a/path    which browser the tests drive (the first one that works otherwise)
# ARGS="…"            passed on to the command: make serve ARGS="--root elsewhere"
# TESTS="…"           passed on to pytest: make test TESTS="-k prices"
# WORKERS=2           how many tests run at once

PYTHON ?=
CHROMIUM ?=
ARGS ?=
TESTS ?=
WORKERS ?= 2
export PYTHON CHROMIUM

# Always by its path from here: that works in folders whose names have spaces.
python := .venv/bin/python
# Tests build hundreds of sites, and start us as often: in memory where there is room, and compiled once.
for_tests := env -u PYTHONDONTWRITEBYTECODE sh tools/in_memory.sh

.DEFAULT_GOAL := build
.NOTPARALLEL:
.PHONY: help build publish serve check test quick lint format docs bench lighthouse audit screenshots budget hooks words fonts lock environment dev clean distclean

build: environment ## Build the site into site/ (after making the environment, the first time)
	@$(python) build.py $(ARGS)

publish: environment ## Check, build, and record what readers are shown; stops at a change that no correction tells
	@$(python) build.py publish $(ARGS)

serve: environment ## Write with live reload: opens a local server and rebuilds as you save
	@$(python) build.py serve $(ARGS)

check: environment ## Look for mistakes, build nothing
	@$(python) build.py check $(ARGS)

test: build lint ## Build, then lint, type-check and run every test, with a browser got where none is there
	@chromium=$$(sh tools/browser.sh) && CHROMIUM="$$chromium" $(for_tests) $(python) -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

quick: dev ## Every test that needs no browser
	@$(for_tests) $(python) -m pytest -n $(WORKERS) -m "not browser" $(TESTS)

lint: dev ## Style, layout and types
	@$(python) -m ruff check --quiet
	@$(python) -m ruff format --quiet --check
	@$(python) -m mypy --no-error-summary

format: dev ## Lay the code out and mend what can be mended without asking
	@$(python) -m ruff check --quiet --fix
	@$(python) -m ruff format --quiet

docs: environment ## Write the field reference, the diagnostics and the schemas anew from the model
	@$(python) -m microsite.reference $(ARGS)

bench: dev ## Measure all there is a mark for, beside other generators (a quarter of an hour; goes on where it was stopped)
	@chromium=$$(sh tools/browser.sh) && CHROMIUM="$$chromium" $(python) benchmarks/bench.py $(ARGS)

lighthouse: build dev ## Hold every page to Lighthouse's four categories, mobile profile (needs Node)
	@chromium=$$(sh tools/browser.sh) && CHROMIUM="$$chromium" $(python) tools/lighthouse.py

budget: build dev ## What each kind of page weighs, and how it comes in on a slow phone
	@chromium=$$(sh tools/browser.sh) && CHROMIUM="$$chromium" $(python) tools/budget.py

audit: dev ## Hold every page against WCAG 2.2 AA: each scheme, width, disclosure and note (takes a quarter of an hour)
	@chromium=$$(sh tools/browser.sh) && CHROMIUM="$$chromium" WORKERS=$(WORKERS) $(python) -m tools.audit

screenshots: build dev ## Take the pictures in docs/pictures/
	@chromium=$$(sh tools/browser.sh) && CHROMIUM="$$chromium" $(python) tools/screenshots.py

hooks: ## Have git run `check` before every push
	@sh tools/hooks.sh

words: dev ## Bring the catalogues of fixed words up to date with the templates
	@$(python) tools/words.py $(ARGS)

fonts: dev ## Cut the typefaces of the cards for sharing anew (needs npm)
	@$(python) tools/card_fonts.py

lock: environment ## Pin the dependencies of pyproject.toml anew (ARGS=--upgrade for newer releases)
	@sh tools/lock.sh $(ARGS)

environment:
	@sh tools/setup.sh requirements.txt

dev: environment
	@sh tools/setup.sh requirements-dev.txt

clean: ## Remove the built pages and every cache
	@rm -rf .microsite .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	@find . -name .venv -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +
	@[ ! -d site ] || find site -mindepth 1 -maxdepth 1 ! -name .gitignore -exec rm -rf {} +

distclean: clean ## Remove the environment as well
	@rm -rf .venv

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
