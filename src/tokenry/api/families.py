"""Every metric that the server exposes: the documented list.

Labels never hold what a client made up, nor whose request it was: their values are as many as the configuration has
models, deployments and engines. Source of the naming: https://prometheus.io/docs/practices/naming/
"""

from __future__ import annotations

from tokenry.api.exposition import Family

_SERVED = ("endpoint", "model")

REQUESTS = Family("tokenry_requests", "counter", "Requests by how they ended.", (*_SERVED, "outcome"))
IN_FLIGHT = Family("tokenry_requests_in_flight", "gauge", "Requests running now.")
SOCKETS = Family("tokenry_websockets", "gauge", "WebSockets open now.")
TURNS = Family("tokenry_websocket_turns", "counter", "Messages on WebSockets that asked for an answer.")
RETRIED = Family("tokenry_requests_retried", "counter", "Requests that took more than one try.", _SERVED)
ESTIMATED = Family("tokenry_requests_estimated", "counter", "Requests whose tokens are an estimate.", _SERVED)
RATE_REFUSALS = Family("tokenry_rate_limit_refusals", "counter", "Requests refused by a key's own rate limits.")
DURATION = Family("tokenry_request_duration_seconds", "histogram", "From admission to settlement.", _SERVED)
TTFT = Family("tokenry_time_to_first_token_seconds", "histogram", "Streams: admission to the first token.", _SERVED)
BETWEEN = Family(
    "tokenry_time_between_tokens_seconds", "histogram", "Streams: mean time between a request's tokens.", _SERVED
)
TOKENS = Family(
    "tokenry_tokens", "counter", "Tokens; cached are part of input, reasoning part of output.", (*_SERVED, "kind")
)
CHARGE = Family("tokenry_charge_nanousd", "counter", "Nano-USD charged.", _SERVED)
AWARD_TOKENS = Family("tokenry_award_tokens", "counter", "Tokens drawn from awards of tokens.", _SERVED)
COVERED = Family("tokenry_covered_nanousd", "counter", "Nano-USD of the price that awards of tokens paid for.", _SERVED)
COST = Family("tokenry_cost_nanousd", "counter", "Nano-USD that providers ask of the house, where known.", _SERVED)
WRITEOFF = Family("tokenry_writeoff_nanousd", "counter", "Nano-USD written off.")
HOUSE = Family("tokenry_house_nanousd", "gauge", "Nano-USD that the house bears and nobody is charged.", ("why",))

HOLDS = Family("tokenry_holds", "counter", "Holds made.")
HOLDS_OPEN = Family("tokenry_holds_open", "gauge", "Holds that have not ended.")
HOLD_WAITS = Family("tokenry_hold_waits", "counter", "Requests that waited for others' holds.")
HOLDS_IN_LINE = Family("tokenry_holds_in_line", "gauge", "Requests that wait for others' holds now.")
HOLDS_UNDONE = Family("tokenry_holds_undone", "counter", "Holds taken back because the disk refused them.")
HOLDS_RECOVERED = Family("tokenry_holds_recovered", "counter", "Holds a crash left open, settled at start.")
QUOTA_REFUSALS = Family("tokenry_quota_refusals", "counter", "Requests refused for want of funds.")

COMMITS = Family("tokenry_journal_commits", "counter", "Transactions made durable.")
COMMIT_FAILURES = Family("tokenry_journal_commit_failures", "counter", "Transactions that the disk refused.")
ENTRIES = Family("tokenry_journal_entries", "counter", "Records made durable.")
QUEUED = Family("tokenry_journal_queued", "gauge", "Records waiting or on their way to the disk.")
COMMIT_S = Family("tokenry_journal_commit_seconds", "histogram", "Length of a commit, nearly all of it fsync.")
COMMIT_LAST_S = Family("tokenry_journal_commit_last_seconds", "gauge", "Length of the newest commit.")
WAL_PAGES = Family("tokenry_journal_wal_pages", "gauge", "Pages in the write-ahead log.")
LATCHED = Family("tokenry_journal_latched", "gauge", "1 while the ledger cannot be written.")
SPENDING_HELD = Family("tokenry_spending_held", "gauge", "1 while a full disk or a restore keeps requests out.")
LEDGER_BYTES = Family("tokenry_ledger_bytes", "gauge", "Size of the ledger's files.", ("file",))
DISK_FREE = Family("tokenry_disk_free_bytes", "gauge", "Free space where the data folder lies.")
DISK_SIZE = Family("tokenry_disk_size_bytes", "gauge", "Size of the disk where the data folder lies.")

DELIVERIES = Family(
    "tokenry_deliveries", "counter", "Attempts to tell people, by how they ended.", ("channel", "ended")
)
DELIVERIES_WAITING = Family("tokenry_deliveries_waiting", "gauge", "Deliveries that wait for an attempt.")

ENGINE_UP = Family("tokenry_engine_up", "gauge", "1 while the engine is ready.", ("engine",))
ENGINE_STARTS = Family("tokenry_engine_starts", "counter", "Starts of the engine.", ("engine",))
ENGINE_BUSY = Family("tokenry_engine_requests", "gauge", "Requests on a connection to the engine.", ("engine",))
ENGINE_IDLE = Family("tokenry_engine_connections_idle", "gauge", "Open connections that nobody uses.", ("engine",))
ENGINE_WAITING = Family("tokenry_engine_requests_waiting", "gauge", "Requests in line for a connection.", ("engine",))
SLOTS = Family("tokenry_engine_slots", "gauge", "Requests that the engine works on at once.", ("engine",))
TIER_RUNNING = Family("tokenry_tier_running", "gauge", "Requests at work on the engine.", ("engine", "tier"))
TIER_WAITING = Family("tokenry_tier_waiting", "gauge", "Requests that wait for their turn.", ("engine", "tier"))
TRIES_FAILED = Family(
    "tokenry_tries_failed", "counter", "Tries at a deployment that came to nothing.", ("deployment", "ended")
)
BREAKER = Family("tokenry_deployment_breaker", "gauge", "0 closed, 1 half-open, 2 open.", ("deployment",))
FAILURES = Family("tokenry_deployment_failures_in_row", "gauge", "Failures without a success since.", ("deployment",))
DEPLOYMENT_TTFT = Family(
    "tokenry_deployment_first_token_seconds",
    "gauge",
    "Moving average of the wait for the first token.",
    ("deployment",),
)

SIGN_INS = Family("tokenry_sign_ins", "counter", "Tries at signing in, by how they ended.", ("method", "outcome"))

MEMORY = Family("process_resident_memory_bytes", "gauge", "Memory of this process, engines' children not counted.")
CPU = Family("process_cpu_seconds", "counter", "CPU time of this process, user and system.")
OPEN_FDS = Family("process_open_fds", "gauge", "Open file descriptors.")
MAX_FDS = Family("process_max_fds", "gauge", "The most file descriptors that may be open.")
STARTED = Family("process_start_time_seconds", "gauge", "When the process began, in seconds since the epoch.")
BUILD = Family("tokenry_build_info", "gauge", "Always 1; the labels say what runs.", ("version", "python"))

FAMILIES: dict[str, Family] = {family.name: family for family in list(vars().values()) if isinstance(family, Family)}
