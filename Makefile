# `make` says what there is. Nothing here needs anything outside the repository but Go,
# git, make and, for the tests, some Debian packages that `make test` installs by itself.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

GOLANGCI_VERSION := v2.15.0
LINT := bin/golangci-lint-$(GOLANGCI_VERSION)

# The version of a build is what git says; a copy without git builds too.
GO := go
# The race detector watches all of our code and of what it uses, save the C of SQLite, made
# Go by a translator: each of its accesses to memory would be watched for nothing.
RACE := -race -gcflags='modernc.org/sqlite/lib=-race=false'
BUILD := CGO_ENABLED=0 $(GO) build -buildvcs=false -trimpath

export PORT ?= 8080

.PHONY: help
help: ## This list
	@echo "Entr’Actes — make TARGET"
	@grep -hE '^[a-z/-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z/-]+):.*## (.*)/\1|\2/' | while IFS='|' read -r name what; do printf '  %-14s %s\n' "$$name" "$$what"; done

.PHONY: build
build: ## Build bin/entractes, one static program
	@mkdir -p bin
	$(BUILD) -o bin/entractes ./cmd/entractes

.PHONY: deb
deb: build ## A Debian package of the program, its unit and its documents, in var/
	@deploy/debian/build

.PHONY: demo
demo: build ## A living territory on http://localhost:8080 (PORT=… for another port)
	exec bin/entractes demo

.PHONY: demo/reset
demo/reset: build ## The same, made anew
	exec bin/entractes demo --reset

.PHONY: test
test: packages ## Everything, on both engines, with the race detector and a real browser (installs PostgreSQL, Chromium and a module made of software when missing)
	$(GO) vet ./cmd/... ./examples/... ./internal
	CGO_ENABLED=1 $(GO) test $(RACE) -timeout=40m ./...
	$(GO) test -tags otel ./internal/infra/trace
	CGO_ENABLED=1 $(GO) test -tags pkcs11 -run Module ./internal/security/crypt

.PHONY: look
look: packages ## Every page on a phone and on a desk, by day and by night, into var/shots
	LOOKS=all $(GO) test -count=1 ./internal/web/...

.PHONY: soak
soak: packages ## A hundred thousand races, half a million requests, a week lived, fifty nodes killed, ten thousand requests lived by chance on each engine, two ways (hours)
	RACE_ROUNDS=50000 $(GO) test -count=1 -timeout=2h -run 'OneWinnerEachRound' -v ./internal/testkit
	BENCH_REQUESTS=500000 $(BENCH) -bench='OldTerritory' -benchtime=100x ./internal/testkit
	WEEK_HOURS=168 $(GO) test -count=1 -timeout=2h -run 'DaysThatLeaveNothingBehind' -v ./internal/testkit
	NODE_KILLS=50 $(GO) test -count=1 -timeout=1h -run 'NodesKilled' -v ./internal/testkit
	HISTORIES=10000 $(GO) test -count=1 -timeout=12h -run 'HistoriesLivedTogether' -v ./internal/testkit
	$(GO) test -count=1 -timeout=12h -run 'HistoriesOfChance' ./internal/testkit -histories.steps=260000

.PHONY: check
check: $(LINT) ## What reviewers should not have to look for: format, generated files, vet, lint, map of the code
	@unformatted="$$(gofmt -l cmd internal tools examples)"; if [ -n "$$unformatted" ]; then echo "not formatted by gofmt:"; echo "$$unformatted"; exit 1; fi
	@before="$$(mktemp)"; trap 'rm -f "$$before"' EXIT; \
	find internal -name '*_templ.go' -print0 | sort -z | xargs -0 sha256sum > "$$before"; \
	$(GO) tool templ generate -path internal >/dev/null 2>&1 || { echo "templ generate fails"; exit 1; }; \
	find internal -name '*_templ.go' -print0 | sort -z | xargs -0 sha256sum | diff "$$before" - >/dev/null || { echo "generated files were not up to date: they are now (make generate)"; exit 1; }
	$(GO) mod verify
	$(GO) vet ./...
	$(LINT) run ./...
	$(GO) test -count=1 ./internal ./internal/base/i18n

.PHONY: generate
generate: ## Write again what is generated: templates, the drawing of the states
	$(GO) tool templ generate -path internal
	$(GO) test -count=1 ./internal/care/request -run ShowsTheTable -update

SBOM := bin/cyclonedx-gomod-v1.10.0
.PHONY: sbom
sbom: $(SBOM) ## Every library of the program with its version and licence, as CycloneDX in var/sbom.json and as a list in var/licences.txt
	@mkdir -p var
	$(SBOM) app -json -licenses -assert-licenses -packages=false -main cmd/entractes -output var/sbom.json .
	@$(GO) run ./tools/licences < var/sbom.json > var/licences.txt
	@cat var/licences.txt

BENCH := DBTEST_FSYNC=1 $(GO) test -run='^$$' -timeout=40m
.PHONY: bench
bench: packages build ## Figures beside their floors, both engines, kept in var/bench.json (twenty minutes; AGAINST=FILE compares)
	@mkdir -p var
	@rm -f var/bench.txt
	$(BENCH) -bench='CommitToHandler|LastOf200' -benchtime=200x ./internal/infra/queue | tee -a var/bench.txt
	$(BENCH) -bench='Throughput' -benchtime=20000x ./internal/infra/queue | tee -a var/bench.txt
	$(BENCH) -bench='Request' -benchtime=200x ./internal/testkit | tee -a var/bench.txt
	$(BENCH) -bench='CreateByHTTP1' -benchtime=2000x ./internal/testkit | tee -a var/bench.txt
	$(BENCH) -bench='CreateByHTTP50|BenchmarkAccept|WholeLife' -benchtime=400x ./internal/testkit | tee -a var/bench.txt
	$(BENCH) -bench='TriggerAmong' -benchtime=500x ./internal/testkit | tee -a var/bench.txt
	$(BENCH) -bench='OldTerritory' -benchtime=100x ./internal/testkit | tee -a var/bench.txt
	$(BENCH) -bench='Listeners' -benchtime=20x ./internal/testkit | tee -a var/bench.txt
	$(BENCH) -bench='Session|PatientFile' -benchtime=2000x ./internal/testkit | tee -a var/bench.txt
	$(GO) test -run='^$$' -bench='SecondStart' -benchtime=1x -timeout=15m ./internal/testkit | tee -a var/bench.txt
	@$(GO) run ./tools/benchtable -save var/bench.json $(if $(AGAINST),-against $(AGAINST)) < var/bench.txt

.PHONY: cluster
cluster: ## Three nodes, PostgreSQL and nginx on this machine, killed in turn while people ask (a minute)
	examples/cluster/run

.PHONY: screenshots
screenshots: build ## Take the pictures of the README again, from a fresh demonstration
	$(GO) run ./tools/screenshots

# Packages of the tests: a private PostgreSQL is started by each test program, pages are
# looked at by Chromium, and the race detector needs a C compiler.
.PHONY: packages
packages:
	@missing=(); \
	compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql); \
	[ -x /usr/bin/chromium ] || missing+=(chromium); \
	command -v gcc >/dev/null || missing+=(gcc libc6-dev); \
	command -v certutil >/dev/null || missing+=(libnss3-tools); \
	command -v openssl >/dev/null || missing+=(openssl); \
	command -v softhsm2-util >/dev/null || missing+=(softhsm2); \
	if [ "$${#missing[@]}" -gt 0 ]; then \
		if [ "$$(id -u)" != 0 ]; then echo "Please install: $${missing[*]}"; exit 1; fi; \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -qq </dev/null; \
		apt-get install -y -qq --no-install-recommends "$${missing[@]}" </dev/null >/dev/null; \
	fi

$(SBOM):
	@mkdir -p bin
	GOBIN=$(CURDIR)/bin $(GO) install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
	mv bin/cyclonedx-gomod $(SBOM)

$(LINT):
	@mkdir -p bin
	GOBIN=$(CURDIR)/bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv bin/golangci-lint $(LINT)
