# make idea         install, and search for the idea of a 5: the place to start
# make checker      install, and open the page to draw digits on (ARGS='--port 8000' and the like)
# make test         all tests, on all cores; Chainer's in an environment of their own
# make test-3.13    the same but Chainer's with another Python (3.11, 3.12, 3.13): needs python3.13
# make test-latest  the same with the newest versions of all dependencies, then with the oldest
# make upgrade      rewrite constraints/: the versions that all of the above but test-latest install
# make cpp          build the C++ program, build/cpp/idea-search (needs cmake and g++)
# make test-cpp     tests of the C++ library (needs doctest besides)
# make lint         style and types
# make lint-cpp     style of the C++ (needs clang-format and clang-tidy)
# make train        train the network of the articles with Chainer: test.model, test.dat
# make docs         build the documentation's site: build/docs
# make bench        speed against plain loops and dense products (needs g++), and the checker's load
# make clean        remove environments, builds and caches
#
# QUICK=1 before any test: without PyTorch, a browser and whatever else takes long, on one core.

PYTHON ?= python3
# Chainer's last release runs on Python 3.11, not on newer ones.
CHAINER_PYTHON ?= $(shell $(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	&& echo $(PYTHON) || echo python3.11)

MAKEFLAGS += --no-print-directory
PACKAGE = setup.cfg setup.py pyproject.toml $(shell find cpp/python cpp/include -type f)
CURRENT = constraints/current.txt
# The pip of .venv installs into all environments: it knows all options that are used here. For the
# tests it compiles nothing to bytecode: they import a small part, which is compiled then, once.
PIP = $(CURDIR)/.venv/bin/python -m pip --disable-pip-version-check
INSTALL = install --quiet $(BYTECODE)
BYTECODE = --no-compile
unexport PYTHONDONTWRITEBYTECODE

# $(call install,FOLDER,EXTRAS,CONSTRAINTS): idea, built and installed with the versions of a file.
# Its build warns of what every editable install is.
install = PYTHONWARNINGS=ignore $(PIP) --python $(1)/bin/python $(INSTALL) \
	$(if $(3),--constraint $(3) --build-constraint $(3),--upgrade) --editable '.[$(2)]'

comma = ,
QUICK_EXTRAS = check,proof,test
EXTRAS = $(if $(QUICK),$(QUICK_EXTRAS),dev)
# The newest versions of what `dev` alone brings don't run beside the oldest ones of the rest.
OLDEST = bench,cluster,data,notebooks,pictures,report,test,video
DEV_ALONE = ,h5py,jsonschema,keras,node,onnxscript,openapi_spec_validator,playwright,shtab,skl2onnx,skops
QUICK_LACKS = ,av,joblib,loky,matplotlib,pandas,scipy,sklearn,torch
MISSING = $(if $(QUICK),$(DEV_ALONE)$(QUICK_LACKS))
# A process a core, and one more (conftest.py). Tests that share an expensive fixture are a group,
# which stays in one process.
PYTEST = -m pytest --allow-missing chainer$(MISSING) \
	$(if $(QUICK),--quick,--numprocesses auto --dist loadgroup)

.PHONY: idea checker test test-latest test-newest test-oldest test-current test-chainer upgrade cpp wasm \
	test-cpp lint lint-cpp train chainer docs bench clean

idea: .venv/installed
	.venv/bin/python -m idea.search --digit 5 --gif

checker: .venv/installed
	.venv/bin/python -m idea.check $(ARGS)

# While Chainer's tests run, which are few, the other environment is installed.
test: .venv-chainer/installed
	@$(MAKE) --jobs 2 --output-sync=target test-chainer .venv/dev
	@$(MAKE) test-current

# The C++ program is tested where it has been built, and built again where that was before a change.
test-current: .venv/dev .venv/browser $(wildcard build/cpp/idea-search)
	.venv/bin/python $(PYTEST)

# What Chainer or its files have to do with; all else meets an old numpy in `make test-oldest`.
test-chainer: .venv-chainer/installed
	.venv-chainer/bin/python -m pytest --numprocesses auto --allow-missing torch,safetensors,sklearn \
		-k 'chainer or .model or main_job' tests/training tests/test_train.py tests/test_train_tasks.py \
		tests/test_export.py tests/test_search.py tests/test_frameworks.py tests/files/weights/test_formats.py

test-latest: test-newest test-oldest

test-newest: .venv/made
	$(call elsewhere,newest,$(PYTHON),)

test-oldest: EXTRAS = $(if $(QUICK),$(QUICK_EXTRAS),$(OLDEST))
test-oldest: MISSING = $(DEV_ALONE)$(if $(QUICK),$(QUICK_LACKS))
test-oldest: .venv/made
	$(call elsewhere,oldest,$(CHAINER_PYTHON),constraints/oldest.txt)

test-3.%: .venv/made
	$(call elsewhere,3.$*,python3.$*,$(CURRENT))

# $(call elsewhere,NAME,PYTHON,CONSTRAINTS): the tests in another environment. It has a copy of the
# sources, for the compiled kernel lies among them.
define elsewhere
	@mkdir -p build/$(1) && rm -rf build/$(1)/tests
	@git ls-files -z | xargs -0 cp --parents --update --target-directory build/$(1)
	cd build/$(1) && $(2) -m venv --without-pip .venv && $(if $(QUICK),CFLAGS=-O1 CXXFLAGS=-O1) $(call install,.venv,$(EXTRAS),$(3))
	cd build/$(1) && IDEA_SEARCH=$(CURDIR)/build/cpp/idea-search .venv/bin/python $(PYTEST)
endef

# The WebAssembly module, which is stored for the page; `make wasm CHECK=--check` compares.
wasm: .venv/dev
	cpp/wasm/build.sh $(CHECK)

cpp:
	cmake -S cpp -B build/cpp
	cmake --build build/cpp --parallel

build/cpp/idea-search: $(shell find cpp -type f)
	cmake --build build/cpp --parallel

test-cpp:
	cmake -S cpp -B build/cpp -DIDEA_TESTS=ON $(CMAKE_OPTIONS)
	cmake --build build/cpp --parallel
	ctest --test-dir build/cpp --output-on-failure

lint: .venv/dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	PATH=$(CURDIR)/.venv/bin:$$PATH npx --yes --package typescript@5.9.3 tsc

# SINCE=COMMIT: clang-tidy of what includes something that changed since.
lint-cpp: .venv/dev
	clang-format --dry-run -Werror $$(git ls-files 'cpp/*.?pp' 'bench/*.cpp')
	cpp/tidy.sh $(SINCE)

train: .venv-chainer/installed
	.venv-chainer/bin/python train.py --out test.model
	.venv-chainer/bin/python -m idea.export test.model test.dat

chainer: .venv-chainer/installed
	@echo "activate with: . .venv-chainer/bin/activate"

# Every warning is an error, a broken link too.
docs: .venv/docs
	.venv/bin/python -m sphinx --builder html --quiet --fail-on-warning --nitpicky docs build/docs
	@echo "build/docs/index.html; the playground needs a server: python -m http.server --directory build/docs"

bench: .venv/installed
	.venv/bin/python bench/speed.py
	.venv/bin/python bench/black_box.py
	.venv/bin/python bench/cnn.py
	.venv/bin/python bench/checker.py

# Each file lists the versions of everything that an environment needs: --universal ones on every
# system and Python; Chainer's is for 3.11 alone, on which its old numpy runs.
COMPILE = .venv/bin/uv pip compile --quiet --upgrade --python-version 3.11 \
	--no-annotate --custom-compile-command 'make upgrade'
upgrade: .venv/dev
	$(COMPILE) --universal --extra dev --extra docs --extra notebooks --extra report --constraints constraints/limits.in \
		setup.cfg constraints/tools.in --output-file $(CURRENT)
	$(COMPILE) --extra chainer --extra onnx --extra test \
		--build-constraints constraints/chainer.in setup.cfg constraints/chainer.in \
		--output-file constraints/chainer.txt
	.venv/bin/python -c 'import tomllib; \
		print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
		| $(COMPILE) --universal --resolution lowest-direct $(subst $(comma), --extra ,--extra $(OLDEST)) \
		--constraints constraints/oldest.in setup.cfg - --output-file constraints/oldest.txt

clean:
	rm -rf .venv .venv-chainer build dist docs/notebooks *.egg-info .pytest_cache .mypy_cache .ruff_cache
	rm -f idea/*.so
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "error: idea needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V)"; exit 2; }
	$(PYTHON) -m venv .venv
	$(PIP) $(INSTALL) --constraint $(CURRENT) pip
	@touch $@

.venv/installed: BYTECODE =
.venv/installed: .venv/made $(PACKAGE) $(CURRENT)
	$(call install,.venv,check,$(CURRENT))
	@touch $@

# What is installed with it is all of the above, so that the kernel is built once.
.venv/dev: .venv/made $(PACKAGE) $(CURRENT)
	$(call install,.venv,dev,$(CURRENT))
	@touch .venv/installed $@

# Only what the extra adds, so that the kernel isn't built again, perhaps under running tests.
.venv/docs: .venv/installed
	.venv/bin/python -c 'from importlib.metadata import requires; \
		print(*(line.split(";")[0] for line in requires("idea") if line.endswith("\"docs\"") \
			and not line.startswith("idea[")), sep="\n")' \
		| $(PIP) $(INSTALL) --constraint $(CURRENT) --requirement /dev/stdin
	@touch $@

# Playwright's own browser, where there is none; where it can't be fetched, its tests are skipped.
.venv/browser: .venv/dev
	@{ command -v chromium-headless-shell || command -v chromium || command -v chromium-browser; } >/dev/null \
		|| [ -n "$$IDEA_CHROMIUM" ] \
		|| .venv/bin/python -m playwright install chromium >build/browser.log 2>&1 \
		|| echo "no browser: the page's tests are skipped (build/browser.log says why)"
	@touch $@

.venv-chainer/installed: .venv/made $(PACKAGE) constraints/chainer.txt
	@$(CHAINER_PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
		|| { echo "error: Chainer needs Python 3.11, and $(CHAINER_PYTHON) is none: install it, or" \
		"name it with CHAINER_PYTHON=…"; exit 2; }
	$(CHAINER_PYTHON) -m venv .venv-chainer
	$(call install,.venv-chainer,chainer$(comma)onnx$(comma)test,constraints/chainer.txt)
	@touch $@
