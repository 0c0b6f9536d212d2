# Entry points for developers. Each target first sets up what it needs; the scripts print what they install.

.PHONY: help pages build dist run ui test test-partitioned check failover failover-patroni s3 bench sdk coverage

help:
	@sed -n 's/^#: //p' Makefile

# The inbox, where it can be built: without Node.js the binary is the API alone.
pages:
	@scripts/setup.sh build
	@if command -v npm >/dev/null; then scripts/setup.sh ui && scripts/ui.sh build; fi

#: make build      build target/release/deskwire
build: pages
	@cargo build --release -p deskwire

#: make dist       build target/dist/deskwire, optimized across crates: takes longer, and serves 5 to 15 % more
dist: pages
	@cargo build --profile dist -p deskwire

#: make ui         build the inbox (web/dist), which the next build embeds
ui:
	@scripts/setup.sh ui
	@scripts/ui.sh build

#: make run        build and start a filled demo workspace (ARGS="--listen 0.0.0.0:8080" passes flags on)
run: pages
	@cargo build --release -p deskwire
	@$${CARGO_TARGET_DIR:-target}/release/deskwire demo $(ARGS)

#: make test       everything: formatting, lints, Rust tests, official SDKs on both databases, contract
test:
	@scripts/test.sh

#: make test-partitioned  the tests of PostgreSQL on tables that are partitioned by workspace, as Citus distributes them
test-partitioned:
	@scripts/setup.sh test
	@scripts/partitioned.sh

#: make check      the quick half: formatting, spelling, lints, documentation, dependencies
check:
	@scripts/setup.sh build
	cargo fmt --check
	@scripts/typos.sh
	@scripts/lints.sh
	@scripts/deny.sh
	@scripts/machete.sh

#: make bench      the benchmarks
bench:
	@scripts/setup.sh build
	cargo xtask bench $(ARGS)

#: make sdk        the official SDK suites alone (ARGS=sqlite or ARGS=postgres for one database)
sdk:
	@scripts/setup.sh test
	cargo build -p deskwire
	@scripts/sdk.sh $(ARGS)

#: make failover   a PostgreSQL that fails over under two servers, in time, and a server behind PgBouncer: needs a machine that does nothing else
failover:
	@scripts/setup.sh build
	@scripts/failover.sh

#: make failover-patroni  PostgreSQL with Patroni, etcd and HAProxy as deploy/failover sets them up, under four servers
failover-patroni:
	@scripts/setup.sh build
	@scripts/setup.sh failover
	@scripts/patroni.sh $(ARGS)

#: make s3         files in a bucket of SeaweedFS, under two servers, and moved there and back
s3:
	@scripts/setup.sh build
	@scripts/setup.sh s3
	@scripts/s3.sh

#: make coverage   rewrite tests/coverage.txt from the traffic of the last make test, and README's table
coverage:
	@python3 scripts/coverage.py --write
	@python3 scripts/operations.py
