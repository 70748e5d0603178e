# Needs Python 3.11 or later and make; everything else is installed into .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export DEMO ?= 1

.PHONY: run test test-services lint bench assets lock format clean

run: $(VENV)/.run assets  ## a working demo office at http://127.0.0.1:$(PORT)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py seed_demo --if-empty
	@exec $(BIN)/python manage.py serve

test: $(VENV)/.dev assets  ## the whole suite on the embedded database
	$(BIN)/python -m pytest -n auto

test-services: $(VENV)/.dev assets  ## what asks for a database, on PostgreSQL and Redis of this machine
	DATABASE_URL=$${DATABASE_URL:-postgres://postgres@127.0.0.1:5432/postgres} \
	REDIS_URL=$${REDIS_URL:-redis://127.0.0.1:6379/0} \
	$(BIN)/python -m pytest -n 2 -m "database and not browser"

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	DEBUG=1 DATA_DIR=$$(mktemp -d) $(BIN)/python manage.py makemigrations --check --dry-run

bench: $(VENV)/.dev assets  ## ratios within one run; needs PostgreSQL (DATABASE_URL)
	$(BIN)/python -m bench

assets: $(VENV)/.run
	@DEBUG=1 $(BIN)/python manage.py build_assets --verbosity 0
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0

lock: $(VENV)/.dev  ## rewrite the lock files after editing a .in file
	{ sed 's/^/# /' requirements.in; $(BIN)/uv pip compile --quiet --no-header --generate-hashes --universal \
	  --python-version 3.11 --no-emit-index-url --no-emit-find-links requirements.in; } > requirements.new
	mv requirements.new requirements.txt
	{ sed 's/^/# /' requirements-dev.in; $(BIN)/uv pip compile --quiet --no-header --generate-hashes --universal \
	  --python-version 3.11 --no-emit-index-url --no-emit-find-links requirements-dev.in; } > requirements.new
	mv requirements.new requirements-dev.txt

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tidtam needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) build
