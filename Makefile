# gonogo: thin targets over ci/setup, ci/build and the gonogo command. `make help` lists them.
PREFIX ?= /usr/local
DESTDIR ?=
ONLY ?=
TIME ?= 20
SOURCE ?=

# Variables reach the scripts by the environment: a value with a space or a quote stays one.
export PREFIX DESTDIR
unexport MAKEFLAGS MFLAGS

.PHONY: all help check check-slow signoff bench peers fuzz mutants valgrind coverage install clean

all: ## build everything into build/ (what plain `make` does)
	@ci/build release

help: ## list the targets
	@sed -n 's/^\([a-z-]*\): ## \(.*\)/  make \1@\2/p' Makefile | \
		awk -F@ '{ printf "%-18s%s\n", $$1, $$2 }'
	@echo "  ONLY names subsystems (check, bench, fuzz, mutants), PREFIX is /usr/local;"
	@echo "  SOURCE=1 plants the bugs that the source has room for, not those written by hand"

check: ## set up, build twice, run what is not slow [ONLY="aes hist"]
ifeq ($(strip $(ONLY)),)
	@ci/setup core check
	@ci/habits
	@ci/habits --prove
else
	@ci/setup --only "$(ONLY)" core clang clang-rt
endif
	@ci/build release asan
	@build/gonogo check --builds release,asan $(ONLY)

check-slow: ## as check, with the tests that are marked slow
	@ci/setup core check slow
	@ci/habits
	@ci/habits --prove
	@ci/build release asan
	@build/gonogo check --slow --builds release,asan $(ONLY)

signoff: ## judge this machine: verdict table and out/signoff/
	@ci/setup core bench valgrind valgrind-header
	@ci/build release
	@build/gonogo signoff

bench: ## time the subsystems against their peers [ONLY=aes]
	@ci/setup core bench
	@ci/build release
	@build/gonogo bench $(ONLY)

peers: ## make ready what `make bench` can be compared with besides packages
	@ci/setup core bench peers
	@ci/peers

fuzz: ## run each fuzzer for TIME seconds [TIME=20 ONLY=aes]
	@ci/setup core fuzz
	@ci/build release fuzz
	@build/gonogo fuzz --time "$(TIME)" $(ONLY)

mutants: ## apply every mutant; each must be killed [ONLY=hist SOURCE=1]
	@ci/setup core check
	@ci/build release
	@build/gonogo mutants $(if $(SOURCE),--source) $(ONLY)

valgrind: ## run the tests under Valgrind [ONLY=aes]
	@ci/setup core slow
	@ci/build release valgrind
	@build/gonogo check --builds valgrind $(ONLY)

coverage: ## run the tests with gcov counters, print lines covered
	@ci/setup core gcovr
	@ci/build release coverage
	@build/gonogo check --builds coverage $(ONLY)
	@gcovr --root . --filter impl/ build/coverage

install: ## install commands, libraries, manual [PREFIX= DESTDIR=]
	@test -e build/build.ninja || ci/build release
	@umask 022 && cmake --install build --prefix "$$PREFIX" >/dev/null
	@echo "installed in $$DESTDIR$$PREFIX"

clean: ## remove build/ and out/
	@rm -rf build out
