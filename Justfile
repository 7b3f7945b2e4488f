# The verbs of this house. `uv run --group test just test` needs nothing but uv; `just --list` shows the rest.

set positional-arguments

_default:
    @just --list

# Every test, on up to four cores; arguments go to pytest, as in `just test tests/ledger -k hold` or `just test -n 0`
test *args:
    uv run --group test pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder "$@"

# Lint, format, spelling, types, import contracts, house rules and docs: all that needs no running server
check: lint types contracts tidy docs

# ruff (rules and format) and typos
lint:
    uv run --group lint ruff check .
    uv run --group lint ruff format --check .
    uv run --group lint typos

# Put the format right, and what ruff can repair safely
fix:
    uv run --group lint ruff check --fix .
    uv run --group lint ruff format .

# mypy --strict
types:
    uv run --group lint --group test mypy

# The order of the rooms (import-linter)
contracts:
    uv run --group lint lint-imports

# The house rules that no ready-made linter knows
tidy:
    uv run --group test pytest tests/tidy -q

# Lower the house rules' counts after something got better; it never raises one
ratchet:
    uv run --group test python -m tests.tidy.ratchet

# Whether the docs name everything the code offers, and their links hold
docs:
    uv run --group test pytest tests/docs -q

# Write the command line's reference page from the verbs
reference:
    uv run --group test python -m tests.docs.write

# The pages, by a Node.js that comes along: `just web install`, `build`, `dev`, `check`, `fix`, `test`
web what *args:
    #!/bin/sh
    set -eu
    shift
    case {{quote(what)}} in
    install) exec uv run --only-group web npm --prefix web ci --ignore-scripts ;;
    build) exec uv run --only-group web python -m web.packing.building ;;
    *) exec uv run --only-group web npm --prefix web run {{quote(what)}} -- "$@" ;;
    esac

# Write the types of the browser's code from the OpenAPI document
web-types:
    uv run --group test python -m tests.web.typescript

# The next release's changelog, from changelog.d/
changelog:
    uv run --group lint towncrier build --draft --version next

# Measure a claim: `just bench gateway --help`
bench what *args:
    uv run --group test python -m bench."$@"

# Kill the server at random instants under load and ask the ledger; `just crash --kills 60 --seed 1`
crash *args:
    uv run --group test python -m tests.crash.kill "$@"

# Cut the power of the journal's disk at many instants; takes the number of seeds
powercut *args:
    uv run --group test python -m tests.storage.cut_power "$@"

# Fuzz by coverage, in broken HTTP and by OpenAPI; `just fuzz cutter --minutes 10`, or all targets in turn
fuzz *args:
    uv run --group test --group fuzz python -m tests.fuzz "$@"

# Let made-up people loose on the whole house in one process; `just simulate --seeds 10000`, `--seed 4711 --trace`
simulate *args:
    uv run --group test python -m tests.simulation.house_sim "$@"

# Budgets x windows x requests at once x corrections on SQLite; `just budgets --runs 5000`
budgets *args:
    uv run --group test python -m tests.simulation.budget_runs "$@"

# Awards of dollars and tokens x budgets x requests at once x power cuts, judged; `just awards --runs 5000`, `--seed 4711`
awards *args:
    uv run --group test python -m tests.simulation.award_runs "$@"

# What hostile clients cost, by attack: 10,000 connections held, keys guessed, bodies made to cost
hostile *args:
    uv run --group test python -m tests.hostile.measure "$@"

# Suites that others wrote: `just conformance steady OPENAPI_DOCUMENT`, `just conformance open-responses CHECKOUT`
conformance *args:
    uv run --group test python -m tests.conformance "$@"

# Everything that CI does, in a clean environment
ci:
    bash .ci/run

# Hours of mixed load with hang-ups, reloads, killed engines and backups: `just soak --hours 2`
soak *args:
    uv run --group test python -m bench.soak "$@"
