# The pipeline: studies (data/*.yml) -> samples (data/*.h5) -> tables (figures/*.tsv) -> pictures.
# `make help` lists the targets. cod draw decides by content what to make anew; samples are made
# anew by `make reproduce` and `make smoke` alone. No figure and no study is named here.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: figures setup build test golden smoke reproduce replicate claims report verify status summary estimate bench peers doctor metadata docs \
  archive check-archive lint clean help FORCE
.DEFAULT_GOAL := figures
export LC_ALL := C.UTF-8

# Every study has a question; claims and tolerances have none.
studies := $(patsubst data/%.yml,%,$(shell grep -lE '^question:' data/*.yml 2> /dev/null))
# Figures to draw, as in make FIGURES='specialists ldt-101'; all of them if it is empty.
FIGURES :=
# All but those of claims, by the heads of their tables: tiny grids lack numbers of claims.
of_claims := $(patsubst figures/%.tsv,%,$(shell grep -lE '^. source ' figures/*.tsv 2> /dev/null))
of_studies := $(filter-out $(of_claims),$(patsubst figures/%.svg,%,$(wildcard figures/*.svg)))

cod := .build/release/cod
sources := Package.swift $(shell find Sources -name .build -prune -o \( -type f -o -type l \) -print)
swift := swift
# Tests and the tool share one build: no @testable imports anywhere.
test_flags := -c release --disable-testable-imports

# Outputs dated in the future (the clock was set back) would never look stale to make, so their time
# is reset.
$(shell find $(wildcard $(cod) smoke reproduce) -type f -newermt now -exec touch -t 197001020000 {} + 2> /dev/null)

figures: $(cod)  ## make what is out of date of figures and documentation (the default)
	@$(cod) draw $(FIGURES)
	@$(if $(FIGURES),,$(cod) docs && $(cod) metadata > /dev/null)

fig-%: $(cod) FORCE  ## draw one figure, as in make fig-specialists
	@$(cod) draw '$*'

docs: $(cod)  ## write the documentation that is generated: docs/results, docs/claims.md, docs/reference
	@$(cod) docs

build: $(cod)  ## build the tool

# Tests of what must stop a process would have its whole stack spelt out, a minute each.
test: export SWIFT_BACKTRACE := enable=no
test: $(cod)  ## set up, build and run every test
	$(swift) test $(test_flags)

# Of the package, what those tests need, in a folder of its own: it may run beside other targets.
golden: export BITS_ALONE := 1
golden: setup  ## check the pinned bits of kernels, gradients and chains in a debug build as well
	$(swift) test --scratch-path .build-bits --filter 'Golden|InstructionSet|theBits'

smoke: smoke/.begun $(studies:%=smoke/data/%.h5)  ## every study and figure from scratch on tiny grids, in smoke/ (two minutes)
	@$(cod) draw $(or $(FIGURES),$(of_studies)) --data smoke/data --figures smoke/figures --scripts figures

# Studies from scratch run here, or as job arrays: make reproduce ENGINE=slurm, with further options
# of cod simulate in OPTIONS. With -j studies are submitted side by side.
ENGINE := local
OPTIONS :=

reproduce: reproduce/.begun $(studies:%=reproduce/data/%.h5)  ## every study and figure from scratch at archived size, in reproduce/, and compared
	@$(cod) draw $(FIGURES) --data reproduce/data --figures reproduce/figures --scripts figures
	@$(cod) verify . reproduce -o reproduce

claims: figures  ## say of every claim of the paper whether the archive supports it
	@$(cod) claims

report: figures  ## write report.html, the whole archive as one page that loads nothing
	@$(cod) report

verify: $(cod)  ## check that every archived file is intact, every table what its samples give, every picture what its tables give
	@$(cod) verify

status: $(cod)  ## say of each study and figure whether it is fresh, stale, partial, missing or damaged
	@$(cod) status || true

# Cells of each study that are sampled again.
CELLS := 8

replicate: $(cod)  ## sample CELLS cells of every study again, and tell whether error bars hold (a quarter of an hour)
	@$(cod) replicate --cells '$(CELLS)'

summary: $(cod)  ## print every archived study in numbers
	@for study in $(studies); do echo "data/$$study.h5"; $(cod) summary data/$$study.h5; done

estimate: $(cod)  ## say what simulating every study anew would cost on this machine (half a minute)
	@$(cod) estimate

bench: $(cod)  ## time gradients, workers, the sampler and the random numbers (a few minutes)
	@$(cod) bench

# Python with JAX, PyTorch and blackjax, and options, as in make peers PEERS=--quick.
PYTHON := python3
PEERS :=

peers: $(cod)  ## time JAX, PyTorch and blackjax beside cod bench, and write docs/guide/peers.md (twenty minutes)
	@'$(PYTHON)' Tests/Benchmarks/peers --page --cod $(cod) $(PEERS)

doctor: $(cod)  ## say what this machine has of what the pipeline needs
	@$(cod) doctor

metadata: $(cod)  ## make .zenodo.json and codecheck.yml from CITATION.cff and the figures
	@$(cod) metadata

archive: report  ## write the whole project with its papers as one file, in archive/
	@rm -f archive/*.tar.gz
	@$(cod) archive

# Options of cod check-archive, as --checksums-only or --only FIGURE.
CHECK :=

check-archive: archive  ## unpack that file elsewhere, check every byte and make its figures anew
	@$(cod) check-archive $(CHECK) archive/*.tar.gz

lint:  ## check the formatting of all Swift sources, and the length of comments
	$(swift) format lint --strict --recursive Package.swift Sources Tests
	find Package.swift Sources Tests Makefile -name .build -prune -o \( -name '*.swift' -o -name Makefile \) -type f -print0 |
	LC_ALL=C xargs -0 awk '
	  # By bytes: the later bytes of a character are no column. #/ begins a regular expression.
	  { line = $$0; gsub(/[\200-\277]/, "", line) }
	  line ~ /^[ \t]*(\/\/|#([^\/]|$$))/ && length(line) > 100 {
	    printf "%s:%d: %d columns; expected at most 100 of a comment\n", FILENAME, FNR, length(line)
	    bad = 1
	  }
	  END { exit bad }' >&2

clean:  ## remove the build, the archive and all that smoke, reproduce and replicate made
	rm -rf .build .build-bits .build-mutants smoke reproduce replicate archive report.html data/.cells data/.slurm

help:  ## list the targets
	@sed -nE 's/^([a-z%-]+):.*  ## (.*)/\1\t\2/p' Makefile | sed 's/^fig-%/fig-NAME/' | expand -t 14

# What the system lacks: package and how to tell. apt installs it where it can; otherwise one line
# says what to run.
setup:
	@command -v swift > /dev/null || { echo 'make: swift: not found; install Swift 6.2 or later from swift.org' >&2; exit 1; }
	missing=
	command -v pkg-config > /dev/null || missing+=' pkg-config'
	pkg-config --exists hdf5 2> /dev/null || missing+=' libhdf5-dev'
	[[ $$(uname) != Linux ]] || pkg-config --exists libcrypto 2> /dev/null || missing+=' libssl-dev'
	command -v gnuplot > /dev/null || missing+=' gnuplot-nox'
	[[ $$(uname) != Linux || -n $$(find /usr/share/fonts /usr/local/share/fonts ~/.fonts ~/.local/share/fonts -name DejaVuSans.ttf 2> /dev/null) ]] || missing+=' fonts-dejavu-core'
	[[ -n $$missing ]] || exit 0
	if [[ $$(uname) == Darwin ]]; then echo 'make: missing system libraries; run: brew install pkg-config hdf5 gnuplot' >&2; exit 1; fi
	sudo=; (( EUID == 0 )) || sudo='sudo -n'
	if command -v apt-get > /dev/null && { [[ -z $$sudo ]] || $$sudo true 2> /dev/null; }; then
	  echo "installing$$missing" >&2
	  $$sudo apt-get update -qq
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing > /dev/null
	else
	  echo "make: missing system packages; run: sudo apt-get install$$missing" >&2
	  exit 1
	fi
.ONESHELL:

$(cod): $(sources) | setup
	$(if $(findstring ",$(CURDIR))$(findstring \,$(CURDIR)),$(error $(CURDIR): swift cannot build in a folder with " or \ in its name; expected another one))
	$(swift) build -c release --product cod
	@touch $@

FORCE:

# From scratch means with this tool: another one, by its bytes and not by its time, begins anew, and
# what one has begun it goes on with.
# Of two makes at once, the second waits and finds what the first has begun.
smoke/.begun reproduce/.begun: $(cod)
	exec 9< data
	if command -v flock > /dev/null; then flock 9; fi
	tool=$$(cksum < $(cod))
	if [[ ! -e $@ || $$(< $@) != "$$tool" ]]; then
	  rm -rf $(@D)
	  mkdir $(@D)
	fi
	echo "$$tool" > $@

smoke/data/%.h5: data/%.yml smoke/.begun
	$(cod) simulate $< --smoke -o $@
	@touch $@

reproduce/data/%.h5: data/%.yml reproduce/.begun
	$(cod) simulate $< -o $@ --engine $(ENGINE) $(OPTIONS)
	@test -e $@ || { echo 'make: $@ is not merged yet; the same command goes on' >&2; exit 1; }
	@touch $@

# One figure from scratch simulates its own studies, which the tool knows. $(MAKE) is run by make -n
# as well, which is to do nothing.
define alone
$(1)/figures/%.svg: $(1)/.begun FORCE
	if [[ '$$(firstword -$$(MAKEFLAGS))' == *n* ]]; then exit; fi
	studies=$$$$($(cod) list '$$*' --studies)
	if [[ -n $$$$studies ]]; then $$(MAKE) --no-print-directory $$$$(printf '$(1)/data/%s.h5 ' $$$$studies); fi
	$(cod) draw '$$*' --data $(1)/data --figures $(1)/figures --scripts figures
.PRECIOUS: $(1)/figures/%.svg
endef
$(foreach folder,smoke reproduce,$(eval $(call alone,$(folder))))
