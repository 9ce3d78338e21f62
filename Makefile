# The pipeline: studies (data/*.yml) -> samples (data/*.h5) -> tables (figures/*.tsv) -> pictures.
# `make help` lists the targets. A figure is redrawn if its samples, its script or the tool changed;
# samples are made anew by `make reproduce` and `make smoke` alone.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: figures setup build test golden smoke reproduce claims report verify status summary estimate bench doctor metadata docs archive check-archive lint clean help
.DEFAULT_GOAL := figures
export LC_ALL := C.UTF-8

studies := two-layer-density two-layer-samples two-layer-width langevin-bias langevin-exact \
  three-layer-collapse pattern-transition pattern-transition-32 pattern-transition-wide \
  attention-collapse attention-long attention-printed \
  cnn-learnability cnn-channels cnn-erf cnn-cubic cnn-proportions
# Each figure and the studies that it is made from; none where it is theory alone.
names := ldt-density sample-complexity specialists langevin-bias ldt-101 effective-action propagation phase-diagram \
  three-layer-collapse pattern-transition overlap-densities \
  attention-printed attention-collapse attention-exponents attention-pattern \
  cnn-learnability cnn-exponent cnn-amplification cnn-hermite cnn-proportions
study.ldt-density := two-layer-density
study.sample-complexity := two-layer-samples
study.specialists := two-layer-width
study.langevin-bias := langevin-bias langevin-exact
study.ldt-101 :=
study.effective-action :=
study.propagation :=
study.phase-diagram := two-layer-samples two-layer-width pattern-transition
study.three-layer-collapse := three-layer-collapse
study.pattern-transition := pattern-transition pattern-transition-32 pattern-transition-wide
study.overlap-densities := pattern-transition pattern-transition-wide
study.cnn-learnability := cnn-learnability
study.cnn-exponent := cnn-learnability
study.cnn-amplification := cnn-channels cnn-learnability
study.cnn-hermite := cnn-erf cnn-cubic
study.cnn-proportions := cnn-proportions
study.attention-collapse := attention-collapse attention-long
study.attention-exponents := attention-collapse attention-long
study.attention-pattern := attention-collapse attention-long
study.attention-printed := attention-printed attention-collapse
# Its tables: NAME.tsv, NAME-numbers.tsv, and
tables.sample-complexity := -alignment
tables.ldt-101 := -sampled
tables.effective-action := -minima -order
tables.propagation := -power -lazy
tables.phase-diagram := -edges -labels -sampled
tables.three-layer-collapse := -threshold
tables.pattern-transition := -energies
tables.cnn-learnability := -theory
tables.cnn-exponent := -thresholds
tables.cnn-amplification := -theory -points
tables.cnn-hermite := -alignment
tables.cnn-proportions := -theory
tables.attention-exponents := -samples
tables.attention-printed := -reach

cod := .build/release/cod
sources := Package.swift $(shell find Sources -name .build -prune -o \( -type f -o -type l \) -print)
swift := swift
# Tests and the tool share one build: no @testable imports anywhere.
test_flags := -c release --disable-testable-imports

# Where the clock has gone backwards, what was made in the future would pass for new whatever changes now: it
# is made again.
$(shell find $(wildcard $(cod) figures smoke reproduce) -type f ! -name '*.gp' -newermt now -exec touch -t 197001020000 {} + 2> /dev/null)

figures: $(names:%=figures/%.svg) $(names:%=figures/%.pdf)  ## draw every figure from the archived samples (the default)

fig-%: figures/%.svg figures/%.pdf  ## draw one figure, as in make fig-specialists
	@echo $^

build: $(cod)  ## build the tool

test: $(cod)  ## set up, build and run every test
	$(swift) test $(test_flags)

golden: $(cod)  ## check the pinned bits of kernels, gradients and chains in a debug build as well
	$(swift) test --filter 'Golden|InstructionSet|theBits'

smoke: $(names:%=smoke/figures/%.svg)  ## every study and figure from scratch on tiny grids, in smoke/ (half a minute)

# Studies from scratch run here, or as job arrays: make reproduce ENGINE=slurm, with further options of cod
# simulate in OPTIONS. With -j studies are submitted side by side.
ENGINE := local
OPTIONS :=

reproduce: $(names:%=reproduce/figures/%.svg)  ## every study and figure from scratch at archived size, in reproduce/, and compared
	@$(cod) verify . reproduce -o reproduce

claims: $(names:%=figures/%-numbers.tsv)  ## say of every claim of the paper whether the archive supports it, here and in the README
	@$(cod) claims --readme README.md

report: figures  ## write report.html, the whole archive as one page that loads nothing
	@$(cod) report

verify: $(cod)  ## check that every archived file is intact, every table what its samples give, every picture what its tables give
	@$(cod) verify

status: $(cod)  ## say of each study and figure whether it is fresh, stale, partial, missing or damaged
	@$(cod) status || true

summary: $(cod)  ## print every archived study in numbers
	@for study in $(studies); do echo "data/$$study.h5"; $(cod) summary data/$$study.h5; done

estimate: $(cod)  ## say what simulating every study anew would cost on this machine (half a minute)
	@$(cod) estimate

bench: $(cod)  ## time gradients, workers, the sampler and the random numbers (a few minutes)
	@$(cod) bench

doctor: $(cod)  ## say what this machine has of what the pipeline needs
	@$(cod) doctor

metadata: $(cod)  ## make .zenodo.json and codecheck.yml from CITATION.cff and the figures
	@$(cod) metadata

archive: report  ## write the whole project with its papers as one file, in archive/
	@rm -f archive/*.tar.gz
	@$(cod) archive

check-archive: archive  ## unpack that file elsewhere, check every byte and make its figures anew
	@$(cod) check-archive archive/*.tar.gz

docs: $(cod)  ## write the documentation that is generated: docs/results, docs/claims.md, docs/reference
	@$(cod) docs

lint:  ## check the formatting of all Swift sources
	$(swift) format lint --strict --recursive Package.swift Sources Tests

clean:  ## remove the build, the archive and all that smoke and reproduce made
	rm -rf .build smoke reproduce archive report.html data/.cells data/.slurm

help:  ## list the targets
	@sed -nE 's/^([a-z%-]+):.*  ## (.*)/\1\t\2/p' Makefile | sed 's/^fig-%/fig-NAME/' | expand -t 14

# What the system lacks: package and how to tell. apt installs it where it can; otherwise one line says
# what to run.
setup:
	@command -v swift > /dev/null || { echo 'make: swift: not found; install Swift 6.2 or later from swift.org' >&2; exit 1; }
	missing=
	command -v pkg-config > /dev/null || missing+=' pkg-config'
	pkg-config --exists hdf5 2> /dev/null || missing+=' libhdf5-dev'
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

# A figure's tables come from its study, its pictures from its tables and its script. The same rules
# serve the archive (data/, figures/), smoke/ and reproduce/. Their files are put in place whole or not at
# all: make, which on failure deletes the second file of two even if it is as it was, has nothing to delete.
define figure
$(1).tables := $(foreach suffix,_ -numbers $(tables.$(1)),$(2)figures/$(1)$(suffix:_=).tsv)
$$($(1).tables) &: $$(study.$(1):%=$(2)data/%.h5) $$(cod) $(if $(2),| $(2).begun)
	$$(cod) tables $(1) --data $(2)data -o $(2)figures
	@touch $(2)figures/$(1)*.tsv
.PRECIOUS: $$($(1).tables) $(2)figures/$(1).svg $(2)figures/$(1).pdf
$(2)figures/$(1).svg $(2)figures/$(1).pdf &: $$($(1).tables) figures/$(1).gp figures/style.gp
	$$(cod) render $(1) --tables $(2)figures
endef
$(foreach folder,_ smoke/ reproduce/,$(foreach name,$(names),$(eval $(call figure,$(name),$(folder:_=)))))

# From scratch means with this tool: another one, by its bytes and not by its time, begins anew, and what one has
# begun it goes on with.
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
