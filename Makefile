# make idea     install, and search for the idea of a 5: the place to start
# make checker  install, and open the page to draw digits on (ARGS='--port 8000' and the like)
# make test     all tests, with current numpy and, in Chainer's environment, with an old one
# make cpp      build the C++ program, build/cpp/idea-search (needs cmake and g++)
# make test-cpp tests of the C++ library (needs doctest besides)
# make lint     style and types
# make lint-cpp style of the C++ (needs clang-format and clang-tidy)
# make train    train the network of the articles with Chainer: test.model, test.dat
# make bench    speed against plain loops and dense products (needs g++), and the checker's load
# make clean    remove environments, builds and caches

PYTHON ?= python3
# Chainer's last release runs on Python 3.11, not on newer ones.
CHAINER_PYTHON ?= $(shell $(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	&& echo $(PYTHON) || echo python3.11)

# The CPU build, where there is one; with no version named, pip may bring several GB for GPUs.
TORCH ?= torch==2.13.0

PIP = -m pip --disable-pip-version-check install --quiet
MAKEFLAGS += --no-print-directory
PACKAGE = setup.cfg setup.py pyproject.toml $(shell find cpp/python cpp/include -type f)

.PHONY: idea checker test test-current test-chainer cpp test-cpp lint lint-cpp train chainer bench clean

idea: .venv/installed
	.venv/bin/python -m idea.search --digit 5 --gif

checker: .venv/installed
	.venv/bin/python -m idea.check $(ARGS)

# Both at a time; what the second one says is kept back, and shown whole if it fails.
test: .venv/dev .venv-chainer/installed
	@$(MAKE) --jobs=2 test-current test-chainer

test-current: .venv/dev
	.venv/bin/python -m pytest

test-chainer: .venv-chainer/installed
	@mkdir -p build
	.venv-chainer/bin/python -m pytest >build/test-chainer.log || { cat build/test-chainer.log; exit 1; }
	@tail -1 build/test-chainer.log

cpp:
	cmake -S cpp -B build/cpp
	cmake --build build/cpp --parallel

test-cpp:
	cmake -S cpp -B build/cpp -DIDEA_TESTS=ON
	cmake --build build/cpp --parallel
	ctest --test-dir build/cpp --output-on-failure

lint: .venv/dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	PATH=$(CURDIR)/.venv/bin:$$PATH npx --yes --package typescript@5.9.3 tsc

# The extension isn't CMake's, so its include folders are named.
lint-cpp: .venv/dev
	clang-format --dry-run -Werror $$(git ls-files 'cpp/*.?pp' 'bench/*.cpp')
	cmake -S cpp -B build/lint -DIDEA_TESTS=ON -DCMAKE_CXX_COMPILER=clang++ >/dev/null
	git ls-files 'cpp/src/*.cpp' 'cpp/tests/*.cpp' \
		| xargs -n 1 -P $$(nproc) clang-tidy --quiet -p build/lint
	clang-tidy --quiet cpp/python/kernel.cpp -- -std=c++17 -Icpp/include -Wall -Wextra -Wconversion \
		$$(.venv/bin/python -m pybind11 --includes | sed 's/-I/-isystem /g')

train: .venv-chainer/installed
	.venv-chainer/bin/python train.py --out test.model
	.venv-chainer/bin/python -m idea.export test.model test.dat

chainer: .venv-chainer/installed
	@echo "activate with: . .venv-chainer/bin/activate"

bench: .venv/installed
	.venv/bin/python bench/speed.py
	.venv/bin/python bench/black_box.py
	.venv/bin/python bench/checker.py

clean:
	rm -rf .venv .venv-chainer build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
	rm -f idea/core/*.so
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/installed: $(PACKAGE)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "error: idea needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V)"; exit 2; }
	$(PYTHON) -m venv .venv
	.venv/bin/python $(PIP) --editable '.[check]'
	@touch $@

.venv/dev: .venv/installed
	.venv/bin/python $(PIP) $(TORCH)
	.venv/bin/python $(PIP) --editable '.[dev]'
	@touch $@

# Chainer imports numpy.distutils and is built with pkg_resources: both are gone from the current
# numpy and setuptools, so old ones come first and the build must use them.
.venv-chainer/installed: $(PACKAGE)
	@$(CHAINER_PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
		|| { echo "error: Chainer needs Python 3.11, and $(CHAINER_PYTHON) is none: install it, or" \
		"name it with CHAINER_PYTHON=…"; exit 2; }
	$(CHAINER_PYTHON) -m venv .venv-chainer
	.venv-chainer/bin/python $(PIP) 'setuptools>=64,<74' wheel 'numpy<1.24' pybind11
	.venv-chainer/bin/python $(PIP) --no-build-isolation --editable '.[chainer,onnx,test]'
	@touch $@
