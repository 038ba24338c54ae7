# make run serves the board with demo data; make test runs the tests. Both
# install what they miss, on a Debian-like machine that has Go, npm and root or
# sudo, and both are quick when it is all there. make help lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

TEMPL        := go tool -modfile=tools.mod templ
LINT_VERSION := v2.15.0
LINT         := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/runboard/golangci-lint-$(LINT_VERSION)/golangci-lint
CONFORMANCE  ?= ../shared/conformance
CORPUS       := ../shared/corpus
FUZZTIME     ?= 30s
SUDO         := $(if $(filter-out 0,$(shell id -u)),sudo)

# The Lucide icons that views use.
ICONS := arrow-down arrow-up chevron-down chevron-right circle circle-alert circle-check circle-minus circle-slash circle-x \
	external-link info loader-circle repeat search triangle x

.PHONY: help run dev build generate assets fmt lint test test-race bench fuzz check check-generated conformance corpus clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Serve demo data from ./runboard-data on http://127.0.0.1:8080; RUNBOARD_LISTEN and RUNBOARD_DATA move it.
	./runboard serve --demo

dev: assets ## Serve demo data on http://127.0.0.1:7331 and rebuild and reload on every change.
	$(TEMPL) generate -include-version=false -path . --watch --open-browser=false \
		--watch-pattern '(.+\.go$$)|(.+\.templ$$)|(.+_templ\.txt$$)|(static/.+\.(css|js)$$)' \
		--proxy http://127.0.0.1:8080 --cmd "go run . serve --demo --no-compression"

build: assets ## Build ./runboard.
	CGO_ENABLED=0 go build -trimpath -o runboard .

generate: ## Write the Go code of the templates.
	$(TEMPL) generate -include-version=false -path ./views

assets: static/vendor/htmx.min.js ## Fetch the front-end files.

static/node_modules/.package-lock.json: static/package.json static/package-lock.json
	cd static && npm ci --no-audit --no-fund
	touch $@

static/vendor/htmx.min.js: static/node_modules/.package-lock.json Makefile
	mkdir -p static/vendor/icons
	cp $(ICONS:%=static/node_modules/lucide-static/icons/%.svg) static/vendor/icons/
	cp static/node_modules/htmx.org/dist/htmx.min.js $@
	touch $@

fmt: $(LINT) ## Format everything.
	$(LINT) fmt
	$(TEMPL) fmt ./views

lint: $(LINT) ## Run the linters.
	$(LINT) run ./...

$(LINT):
	@echo "Building golangci-lint $(LINT_VERSION), once; it takes some minutes."
	GOBIN=$(@D) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)

# $(call need,package,command...) installs a Debian package when it has left none of its commands.
define need
@for command in $(2); do ! command -v $$command >/dev/null || exit 0; done; echo "Installing $(1)"; \
	$(SUDO) apt-get -qq update && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $(1)
endef

.PHONY: chromium postgres gcc
chromium:
	$(call need,chromium,chromium chromium-browser google-chrome)
postgres:
	$(call need,postgresql,initdb /usr/lib/postgresql/*/bin/initdb)
gcc:
	$(call need,gcc libc6-dev,gcc)

test: assets chromium postgres ## Run the tests, on SQLite and PostgreSQL and in Chromium; pictures of the pages stay in ./artifacts.
	mkdir -p artifacts
	.ci/postgres go test -artifacts -outputdir "$(CURDIR)/artifacts" ./...

test-race: assets chromium postgres gcc ## Run the tests with the race detector.
	mkdir -p artifacts
	.ci/postgres go test -race -gcflags='modernc.org/...=-d=checkptr=0' -timeout 20m -artifacts -outputdir "$(CURDIR)/artifacts" \
		$$(go list ./... | grep -v /api/report$$)
	go test ./api/report # It starts no goroutine, and its hostile files are too large for the race detector.

bench: assets ## Run the benchmarks, print their ratios, and kill the server 100 times; the figures stay in bench.txt.
	go test -run '^$$' -bench . -benchmem -timeout 60m ./... | tee bench.txt
	RUNBOARD_KILLS=100 go test -run '^TestDurability$$' -v -count 1 -timeout 20m . | tee -a bench.txt
	@.ci/ratios bench.txt

fuzz: ## Run every fuzz target for FUZZTIME (30s), two at a time.
	@grep -roE '^func Fuzz\w+' --include='*_test.go' api handlers views web static | sort | \
		sed -E 's,(.*)/[^/]+:func (.*),^\2$$ ./\1,' | \
		xargs -L 1 -P 2 .ci/fuzz $(FUZZTIME)

check-generated: ## Fail when templates are not formatted, or their Go code or go.mod is out of date.
	$(TEMPL) fmt -fail ./views
	@before=$$(cat views/*_templ.go | cksum); $(MAKE) --no-print-directory generate; \
		[ "$$before" = "$$(cat views/*_templ.go | cksum)" ] || { echo "views/*_templ.go were out of date: commit them"; exit 1; }
	go mod tidy -diff

conformance: build ## Drive the server with the official clients.
	@if [ ! -d $(CONFORMANCE) ]; then echo "Skipped: there is no conformance kit in $(CONFORMANCE)."; exit 0; fi; \
		kit=$$(mktemp -d); trap 'rm -rf "$$kit"' EXIT; cp -r $(CONFORMANCE)/. "$$kit"; "$$kit/run.sh" "$(CURDIR)/runboard"

corpus: ## Read real result files of many tools, compare the counts with those expected, and print them by format.
	@if [ ! -d $(CORPUS) ]; then echo "Skipped: there is no corpus in $(CORPUS)."; exit 0; fi; \
		go test -run '^TestCorpus$$' -count 1 -v ./api/report | sed -nE 's/^ *corpus_test\.go:[0-9]+: +(.+)/\1/p; /^ *--- FAIL|^ +(expected|actual|Error:)|^(FAIL|ok)\b|cannot|\.go:[0-9]+:[0-9]+:/p'

check: check-generated lint test-race conformance fuzz ## All that CI checks.

clean: ## Remove what was built, but no data.
	rm -rf runboard artifacts bench.txt static/node_modules static/vendor/htmx.min.js static/vendor/icons
