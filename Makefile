# asyncio-wasm: `make play` opens the playground, `make test` runs everything. `make help` lists the rest.

MAKEFLAGS += --no-print-directory
SHELL = /bin/bash
BUILD = build
CC = gcc

LIB_SOURCES := $(shell find src -name '*.[ch]')
JS_MODULES := $(patsubst wasm/%,$(BUILD)/wasm/%,$(shell find wasm -name '*.mjs' -o -name '*.d.mts'))
PARITY := $(wildcard tests/parity/*.c)
LESSONS := $(wildcard web/lessons/*.c)
BROWSER_PROGRAMS := $(wildcard tests/browser/programs/*.c)

CFLAGS = -std=gnu11 -Isrc -Wall -Wextra -Wno-unused-function
SANITIZE = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -DASYNCIO_SANITIZED
EMCC = NODE_PATH=$${NODE_PATH:-/usr/share/nodejs} emcc

.DEFAULT_GOAL := help
.PHONY: help play screenshots test test-emscripten test-runtimes check-root lint format wasm native web web-programs package run run-native fuzz bench clean setup setup-test check-node
.DELETE_ON_ERROR:

help: ## this list
	@echo 'make TARGET, where TARGET is one of:'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 14

# ---- what the machine needs ----

# $(call need,stamp,what for,packages): installs Debian packages that are missing, or says which.
define need
	@missing=""; for package in $(3); do \
	    dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	    if [ "$$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo"; else \
	        echo "asyncio-wasm: $(2) needs Debian packages that are not installed. As root:" >&2; \
	        echo "    apt-get install --no-install-recommends$$missing" >&2; exit 1; fi; \
	    echo "  apt      installing$$missing" >&2; \
	    log=$$(mktemp); { $$as apt-get update && $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing; } \
	        >$$log 2>&1 || { tail -20 $$log >&2; exit 1; }; rm -f $$log; fi
	@mkdir -p $(dir $(1)) && touch $(1)
endef

$(BUILD)/.packages-wasm: Makefile
	$(call need,$@,building,emscripten)

$(BUILD)/.packages-native: Makefile
	$(call need,$@,the native build,gcc libc6-dev libuv1-dev)

$(BUILD)/.packages-test: Makefile
	$(call need,$@,testing,chromium firefox-esr clang clang-tidy cppcheck python3 cmake pkg-config)

check-node:
	@command -v node >/dev/null && [ "$$(node -p '((v) => v[0] > 20 || v[0] == 20 && v[1] >= 16)(process.versions.node.split("."))')" = true ] || { \
	    echo 'asyncio-wasm: Node.js 20.16 or newer is needed (found: '"$$(node --version 2>/dev/null || echo none)"'); see nodejs.org' >&2; exit 1; }

node_modules/.package-lock.json: package.json package-lock.json | check-node
	@echo '  npm      ci' >&2
	@npm ci --no-audit --no-fund --loglevel=error >&2
	@touch $@

setup: $(BUILD)/.packages-wasm node_modules/.package-lock.json ## install what building needs
setup-test: setup $(BUILD)/.packages-native $(BUILD)/.packages-test ## install what testing needs, too

# ---- the library ----

# $(call archive,ar): the object as an archive, put in its place when it is whole.
archive = rm -f $@.new && $(1) rcs $@.new $(@D)/asyncio.o && mv $@.new $@ && rm $(@D)/asyncio.o

$(BUILD)/wasm/%.mjs: wasm/%.mjs
	@mkdir -p $(@D) && cp $< $@

$(BUILD)/wasm/%.d.mts: wasm/%.d.mts
	@mkdir -p $(@D) && cp $< $@

$(BUILD)/wasm/loader/version.mjs: package.json | check-node
	@mkdir -p $(@D) && node -p '"export const version = " + JSON.stringify(require("./package.json").version) + ";"' >$@

$(BUILD)/wasm/loader/errors.mjs: src/include/asyncio/exception_types.h wasm/build/make-errors.mjs | check-node
	@mkdir -p $(@D) && node wasm/build/make-errors.mjs src/include/asyncio/exception_types.h $@

$(BUILD)/wasm/libasyncio.a: $(LIB_SOURCES) $(BUILD)/.packages-wasm
	@echo '  wasm     $@' >&2
	@mkdir -p $(@D) && $(EMCC) $(CFLAGS) -O2 -c src/wasm.c -o $(@D)/asyncio.o
	@$(call archive,emar)

# For what pages load: the JavaScript API's library, and the lessons.
$(BUILD)/wasm/libasyncio-small.a: $(LIB_SOURCES) $(BUILD)/.packages-wasm
	@echo '  wasm     $@' >&2
	@mkdir -p $(@D)/small && $(EMCC) $(CFLAGS) -Os -c src/wasm.c -o $(@D)/small/asyncio.o
	@rm -f $@.new && emar rcs $@.new $(@D)/small/asyncio.o && mv $@.new $@ && rm -r $(@D)/small

# What runs programs that are JavaScript alone: asyncio-tools.wasm with traces and seeds, asyncio.wasm without.
RUNTIME = wasm/api/runtime.c wasm/api/small_printf.c

$(BUILD)/wasm/asyncio-tools.wasm: $(RUNTIME) wasm/build/build.mjs wasm/build/pass.mjs $(BUILD)/wasm/libasyncio-small.a $(BUILD)/wasm/loader/version.mjs node_modules/.package-lock.json
	@node wasm/build/build.mjs -Os -o $@ $(RUNTIME) && touch $@

$(BUILD)/lean/libasyncio-small.a: $(LIB_SOURCES) $(BUILD)/.packages-wasm
	@echo '  wasm     $@' >&2
	@mkdir -p $(@D) && $(EMCC) $(CFLAGS) -Os -c src/wasm_lean.c -o $(@D)/asyncio.o
	@$(call archive,emar)

$(BUILD)/wasm/asyncio.wasm: $(RUNTIME) wasm/build/build.mjs wasm/build/pass.mjs $(BUILD)/lean/libasyncio-small.a $(BUILD)/wasm/loader/version.mjs node_modules/.package-lock.json
	@node wasm/build/build.mjs -Os --archive $(BUILD)/lean/libasyncio-small.a -o $@ $(RUNTIME) && touch $@

$(BUILD)/native/libasyncio.a: $(LIB_SOURCES) $(BUILD)/.packages-native
	@echo '  native   $@' >&2
	@mkdir -p $(@D) && $(CC) $(CFLAGS) -O2 -g -c src/native.c -o $(@D)/asyncio.o
	@$(call archive,ar)

$(BUILD)/sanitized/libasyncio.a: $(LIB_SOURCES) $(BUILD)/.packages-native
	@echo '  native   $@' >&2
	@mkdir -p $(@D) && $(CC) $(CFLAGS) $(SANITIZE) -c src/native.c -o $(@D)/asyncio.o
	@$(call archive,ar)

$(BUILD)/races/libasyncio.a: $(LIB_SOURCES) $(BUILD)/.packages-native
	@echo '  native   $@' >&2
	@mkdir -p $(@D) && $(CC) $(CFLAGS) -O1 -g -fno-omit-frame-pointer -fsanitize=thread -c src/native.c -o $(@D)/asyncio.o
	@$(call archive,ar)

wasm: setup $(BUILD)/wasm/libasyncio.a $(BUILD)/wasm/libasyncio-small.a $(BUILD)/wasm/loader/errors.mjs $(BUILD)/wasm/loader/version.mjs $(JS_MODULES) $(BUILD)/wasm/asyncio.wasm $(BUILD)/wasm/asyncio-tools.wasm ## the library for WebAssembly and its JavaScript
native: $(BUILD)/native/libasyncio.a $(BUILD)/sanitized/libasyncio.a ## the library for Linux, plain and with the sanitizers

# ---- one program ----
# The program's exit status is to be make's: see wasm/cli/make-exit.c. Where make cannot load that, a failure is make's 2.

ifneq ($(filter run run-native,$(MAKECMDGOALS)),)
-load $(BUILD)/make-exit.so(make_exit_setup)
$(BUILD)/make-exit.so: wasm/cli/make-exit.c
	@mkdir -p $(@D) && $(CC) -shared -fPIC -O1 $< -o $@ 2>/dev/null || rm -f $@
end-with = $(if $(filter exit-with,$(.LOADED:$(BUILD)/make-exit.so=exit-with)),$(exit-with $(1)),$(1))
endif

# A folder of its own for each path, so that programs of the same name do not meet.
RUN_STEM = $(BUILD)/run/$$(printf %s "$$(realpath -m "$(FILE)")" | cksum | cut -d' ' -f1)/$$(basename "$(FILE)" .c)
DEBUGGING = $(if $(ASYNCIO_DEBUG),ASYNCIO_DEBUG="$(ASYNCIO_DEBUG)")
RUN_USAGE = [ -n "$(FILE)" ] || { echo 'usage: make $@ FILE=program.c [ARGS="..."] [CLOCK=virtual] [SEED=n | EXPLORE=n] [TRACE=file] [TIME_LIMIT=seconds] [ASYNCIO_DEBUG=1]' >&2; exit 2; }

run: wasm ## FILE=program.c: compile a program to WebAssembly and run it in Node (ARGS, CLOCK=virtual, SEED=n, EXPLORE=n, TRACE=file, TIME_LIMIT=s, ASYNCIO_DEBUG=1)
	@$(call end-with,$(RUN_USAGE); node wasm/build/build.mjs --quiet --names -o "$(RUN_STEM).wasm" "$(FILE)" && \
	    $(DEBUGGING) exec node $(BUILD)/wasm/cli/run.mjs $(if $(CLOCK),--clock=$(CLOCK)) $(if $(TRACE),--trace="$(TRACE)") \
	    $(if $(SEED),--seed="$(SEED)") $(if $(EXPLORE),--explore="$(EXPLORE)") \
	    $(if $(TIME_LIMIT),--time-limit=$(TIME_LIMIT)) "$(RUN_STEM).wasm" $(ARGS))

run-native: $(BUILD)/sanitized/libasyncio.a ## FILE=program.c: the same as a native program under the sanitizers
	@$(call end-with,$(RUN_USAGE); src/build-native.sh "$(FILE)" "$(RUN_STEM)" $(BUILD)/sanitized/libasyncio.a && \
	    $(if $(CLOCK),ASYNCIO_CLOCK="$(CLOCK)") $(if $(SEED),ASYNCIO_SEED="$(SEED)") $(if $(TRACE),ASYNCIO_TRACE="$(TRACE)") \
	    $(if $(TIME_LIMIT),ASYNCIO_TIME_LIMIT="$(TIME_LIMIT)") $(DEBUGGING) exec $(if $(EXPLORE),src/explore-native.sh "$(EXPLORE)") "$(RUN_STEM)" $(ARGS))

# ---- the page ----

web-programs: wasm
	@node wasm/build/build.mjs --dir $(BUILD)/parity $(PARITY)
	@node wasm/build/build.mjs -Os --dir $(BUILD)/lessons $(LESSONS)
	@[ -z "$(BROWSER_PROGRAMS)" ] || node wasm/build/build.mjs --dir $(BUILD)/browser $(BROWSER_PROGRAMS)

web: web-programs ## the playground, as static files in build/web
	@node web/tools/build.mjs

play: web ## build the playground and serve it on localhost
	@node web/tools/serve.mjs $(PORT)

# ---- the npm package ----

package: web ## the npm package, as build/asyncio-wasm-VERSION.tgz
	@node wasm/package/package.mjs --pack

screenshots: setup-test web ## every view of the page as pictures in build/screenshots
	@node tests/browser/screenshots.mjs

# ---- tests and measurements ----

test: setup-test wasm native $(BUILD)/races/libasyncio.a web package ## everything: native, WebAssembly in Node, browsers
	@node tests/run.mjs

lint: setup-test web ## look for mistakes in the sources without running them (tests/lint/README.md)
	@node tests/run.mjs lint

check-root:
	@[ "$$(id -u)" = 0 ] || { echo 'asyncio-wasm: other Debians are tested in chroots, which need root: sudo make test-emscripten' >&2; exit 1; }

$(BUILD)/.packages-chroots: Makefile
	$(call need,$@,testing with other versions of Emscripten,debootstrap)

test-emscripten: check-root setup-test wasm package $(BUILD)/.packages-chroots ## the library with Emscripten 3.1.6, 3.1.69 and 6.0.5, in chroots (root, half an hour; not part of test)
	@node tests/versions/emscripten.mjs

test-runtimes: setup-test wasm package ## the package in Node 20 to 26, Bun and Deno (1.2 GB to download; not part of test)
	@node tests/versions/runtimes.mjs

format: node_modules/.package-lock.json ## lay all sources out (clang-format, Prettier)
	@node tests/lint/format.mjs

fuzz: setup-test native ## programs of public calls under the sanitizers (FUZZ_SECONDS=600), then failing allocations
	@node tests/fuzz/fuzz.mjs

bench: setup-test wasm native web package ## measure against V8, Emscripten's fibers and CPython; writes build/bench.json
	@node tests/bench/bench.mjs

clean: ## remove what was built
	@rm -rf $(BUILD)
