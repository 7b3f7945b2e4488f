"""What a set would cost before it is built: pure arithmetic over a measured sample. Money is nano-USD, never a float.

It counts processor time, reading and storage. It does not know a cloud's fees for requests or for traffic between
regions, and takes the sample for the whole: near copies above all are many more in a crawl than in a sample of it, so
their share is asked for.
"""

from __future__ import annotations

import msgspec

from tokenry.corpus.run.sampling import Measured

NS_PER_HOUR = 3_600 * 10**9
PER_MILLION = 10**6
SPILLED = 112 + 16  # bytes of keys a kept document while copies are looked for
HELD = 40  # bytes of memory a kept document meanwhile, while the last clusters are put in order
SORTED = 200 * 2**20  # bytes of memory that sorting takes beside


class Terms(msgspec.Struct, frozen=True):
    """What is wanted, and on what terms."""

    tokens: int | None = None  # None: what the inputs give
    cores: int = 64
    duplicates_ppm: int = 0  # of the kept documents, how many in a million go as copies
    core_hour_nano: int = 40_000_000  # nano-USD: $0.04
    tb_month_nano: int = 23_000_000_000  # nano-USD a month for 10^12 bytes: $23


class Step(msgspec.Struct, frozen=True):
    """One stage's part of the work."""

    stage: str
    core_ms: int
    cost_nano: int


class Plan(msgspec.Struct, frozen=True):
    """Documents and bytes are what must be read and what comes out; times suppose that every core is kept busy."""

    documents: int
    input_bytes: int
    inputs_suffice: bool
    kept: int
    tokens: int
    shard_bytes: int
    steps: tuple[Step, ...]
    core_ms: int
    compute_nano: int
    storage_nano_month: int  # of the shards
    wall_ms: int
    read_bits_per_s: int  # to keep the cores busy
    dedup_disk_bytes: int
    dedup_memory_bytes: int


def plan(measured: Measured, terms: Terms) -> Plan:
    """What the terms ask for, as the sample suggests.

    Raises:
        ValueError: the sample kept nothing, so that no amount of it gives tokens.
    """
    left = PER_MILLION - terms.duplicates_ppm
    of_sample = measured.tokens * left  # tokens that the sample gives, in millionths
    if of_sample <= 0:
        raise ValueError("the sample kept nothing: no amount of such documents gives a token")
    there = measured.input_documents
    documents = there
    if terms.tokens is not None:
        documents = _up(terms.tokens * PER_MILLION * measured.documents, of_sample)
    # A document costs what one of the sample cost; what follows deduplication is spared for those that go.
    steps = tuple(_step(name, ns, documents, measured, terms) for name, ns in measured.cpu_ns.items())
    core_ms = sum(step.core_ms for step in steps)
    kept = documents * measured.kept // measured.documents
    shards = documents * measured.shard_bytes * left // (measured.documents * PER_MILLION)
    wall_ms = _up(core_ms, terms.cores)
    size = documents * measured.walked_bytes // max(measured.walked_documents, 1)
    return Plan(
        documents=documents, input_bytes=size, inputs_suffice=documents <= there, kept=kept * left // PER_MILLION,
        tokens=documents * of_sample // (measured.documents * PER_MILLION), shard_bytes=shards, steps=steps,
        core_ms=core_ms, compute_nano=sum(step.cost_nano for step in steps),
        storage_nano_month=shards * terms.tb_month_nano // 10**12, wall_ms=wall_ms,
        read_bits_per_s=size * 8 * 1000 // max(wall_ms, 1), dedup_disk_bytes=kept * SPILLED,
        dedup_memory_bytes=SORTED + kept * HELD,
    )  # fmt: skip  # a line a fact would bury the call


def _step(name: str, ns: int, documents: int, measured: Measured, terms: Terms) -> Step:
    whole = ns * documents // measured.documents
    if name in ("tokens", "shards"):
        whole = whole * (PER_MILLION - terms.duplicates_ppm) // PER_MILLION
    return Step(name, whole // 10**6, whole * terms.core_hour_nano // NS_PER_HOUR)


def _up(amount: int, by: int) -> int:
    return -(-amount // by)
