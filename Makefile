# make idea     install, and search for the idea of a 5: the place to start
# make test     all tests, with current numpy and, in Chainer's environment, with an old one
# make lint     style and types
# make train    train the network of the articles with Chainer: test.model, test.dat
# make bench    speed against the plain loop of the articles (needs g++)
# make clean    remove environments, builds and caches

PYTHON ?= python3
# Chainer's last release runs on Python 3.11, not on newer ones.
CHAINER_PYTHON ?= $(shell $(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	&& echo $(PYTHON) || echo python3.11)

PIP = -m pip --disable-pip-version-check install --quiet
MAKEFLAGS += --no-print-directory
PACKAGE = setup.cfg pyproject.toml

.PHONY: idea test lint train chainer bench clean

idea: .venv/installed
	.venv/bin/python -m idea.search --digit 5 --gif

test: .venv/dev .venv-chainer/installed
	.venv/bin/python -m pytest
	.venv-chainer/bin/python -m pytest

lint: .venv/dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

train: .venv-chainer/installed
	.venv-chainer/bin/python train.py --out test.model
	.venv-chainer/bin/python -m idea.export test.model test.dat

chainer: .venv-chainer/installed
	@echo "activate with: . .venv-chainer/bin/activate"

bench: .venv/installed
	.venv/bin/python bench/speed.py

clean:
	rm -rf .venv .venv-chainer build dist *.egg-info result .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/installed: $(PACKAGE)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "error: idea needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V)"; exit 2; }
	$(PYTHON) -m venv .venv
	.venv/bin/python $(PIP) --editable .
	@touch $@

.venv/dev: .venv/installed
	.venv/bin/python $(PIP) --editable '.[dev]'
	@touch $@

# Chainer imports numpy.distutils and is built with pkg_resources: both are gone from the current
# numpy and setuptools, so old ones come first and the build must use them.
.venv-chainer/installed: $(PACKAGE)
	@$(CHAINER_PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
		|| { echo "error: Chainer needs Python 3.11, and $(CHAINER_PYTHON) is none: install it, or" \
		"name it with CHAINER_PYTHON=…"; exit 2; }
	$(CHAINER_PYTHON) -m venv .venv-chainer
	.venv-chainer/bin/python $(PIP) 'setuptools>=64,<74' wheel 'numpy<1.24'
	.venv-chainer/bin/python $(PIP) --no-build-isolation --editable '.[chainer,test]'
	@touch $@
