# Two commands: `make report` and `make test`. Both set up .venv from the lock on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# the extras lie beside the environment, not in it: the tests then show that nothing else needs them
BAYES := $(VENV)/bayes
TEXT := $(VENV)/text
# kernels and tests run side by side; BLAS threads on top of that only make them slower
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export PYTHONWARNINGS :=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help report test check slow bench bayes text lock clean
help:
	@echo "make report  run the whole job on the bundled sample"
	@echo "make test    style and type checks, then all tests"
	@echo "make slow    statistical studies over many seeds"
	@echo "make bench   speed and coverage measurements"
	@echo "make bayes   install the extra of lifetime models beside the environment and test it"
	@echo "make text    install the extra of open answers beside the environment and test it"
	@echo "make lock    renew the requirements*.lock files from pyproject.toml"

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 report"; exit 1; }
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -m pip check
	touch $@

report: $(STAMP)
	$(BIN)/rapport run data/sample/dataset.yaml

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow"

slow: $(STAMP)
	$(BIN)/python -m pytest -m slow

bench: $(STAMP)
	$(BIN)/python -m benchmarks

$(BAYES)/.installed: requirements-bayes.lock $(STAMP)
	rm -rf $(BAYES)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --target $(BAYES) -r requirements-bayes.lock
	touch $@

bayes: $(BAYES)/.installed
	PYTHONPATH=$(CURDIR)/$(BAYES) $(BIN)/python -m pytest tests/methods/lifetime/test_bayes.py

# its only package comes as source: pip builds it
$(TEXT)/.installed: requirements-text.lock $(STAMP)
	rm -rf $(TEXT)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --target $(TEXT) -r requirements-text.lock
	touch $@

text: $(TEXT)/.installed
	PYTHONPATH=$(CURDIR)/$(TEXT) $(BIN)/python -m pytest tests/methods/opentext

# requirements-bayes.lock holds only what the extra adds: it is solved under requirements.lock, starting from the
# versions of both, and the packages of requirements.lock are then left out
lock: $(STAMP)
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-strip-extras --no-emit-index-url --no-annotate --no-header --quiet -o requirements.lock
	cat requirements.lock requirements-bayes.lock > $(VENV)/bayes.lock
	$(BIN)/uv pip compile pyproject.toml --extra bayes -c requirements.lock --universal --python-version 3.11 \
		--generate-hashes --no-strip-extras --no-emit-index-url --no-annotate --no-header --quiet -o $(VENV)/bayes.lock
	awk -F '[][=]' 'NR == FNR { held[$$1]; next } /^[^ ]/ { new = !($$1 in held) } new' \
		requirements.lock $(VENV)/bayes.lock > requirements-bayes.lock
	cat requirements.lock requirements-text.lock > $(VENV)/text.lock
	$(BIN)/uv pip compile pyproject.toml --extra text -c requirements.lock --universal --python-version 3.11 \
		--generate-hashes --no-strip-extras --no-emit-index-url --no-annotate --no-header --quiet -o $(VENV)/text.lock
	awk -F '[][=]' 'NR == FNR { held[$$1]; next } /^[^ ]/ { new = !($$1 in held) } new' \
		requirements.lock $(VENV)/text.lock > requirements-text.lock

clean:
	rm -rf $(VENV) work .pytest_cache .ruff_cache .mypy_cache
