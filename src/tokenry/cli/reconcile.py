"""`tokenry reconcile`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import show
from tokenry.cli.options import AsJson, Data, example, single

if TYPE_CHECKING:
    from datetime import tzinfo

    from tokenry.cli.journal import JournalFile
    from tokenry.ledger.reconcile import Line, OurSide, Report, Statement, Tally

app = single()

Json = dict[str, Any]
LATE_NS = 3600 * 1_000_000_000  # how long after its day's end a request that began on it may have ended
WORDS = {
    "requests": "requests",
    "input_tokens": "tokens in",
    "cached_tokens": "cached",
    "output_tokens": "tokens out",
}

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="One export, in one file or its pages.")]
Providers = Annotated[
    list[str] | None, typer.Option("--provider", help="Whose export it is, as [[provider]] names it; may be repeated.")
]
Format = Annotated[str | None, typer.Option("--format", help="openai, anthropic, litellm or csv; found out if absent.")]
Zone = Annotated[str, typer.Option("--timezone", help="The zone of the file's days, like America/New_York.")]
Keys = Annotated[
    list[str] | None,
    typer.Option("--key", help="The provider's key that this house uses, as the file names it; may be repeated."),
]
Models = Annotated[
    list[str] | None,
    typer.Option("--model", metavar="FILE=OURS", help="What the file calls a model = what our deployment does."),
]


@app.command(
    epilog=example(
        "tokenry reconcile usage.json --provider openai",
        "tokenry reconcile costs.csv --provider openai --json",
        "tokenry reconcile page1.json page2.json --timezone America/Los_Angeles",
    )
)
def reconcile(
    files: Files,
    provider: Providers = None,
    format_: Format = None,
    timezone: Zone = "UTC",
    key: Keys = None,
    model: Models = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Put a provider's usage or cost export beside the ledger, day by day and model by model.

    Every difference is explained or said to be unexplained. Exit code 0 when all is explained, else 1. The cost is what
    the ledger says that the house pays, not what its accounts were charged.
    """
    from tokenry.ledger.reconcile import Terms, compare

    zone = _zone(timezone)
    statement = _read(files, zone, format_)
    from tokenry.cli.journal import opened

    with opened(data) as journal:
        ours = _ours(journal, statement, frozenset(provider) if provider else None, zone)
        terms = Terms(
            today=ours.day_of(_now_ns()),
            versions=journal.price_versions(),
            keys=frozenset(key) if key else None,
            models=_pairs(model or []),
        )
        report = compare(statement, ours, terms)
    if as_json:
        show.document(_document(files, statement, report))
    else:
        _tell(report)
    raise typer.Exit(0 if report.ok else 1)


def _zone(name: str) -> tzinfo:
    from datetime import UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if name.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise TokenryError(f"there is no time zone {name[:60]!r}; write it like America/New_York") from None


def _now_ns() -> int:
    from tokenry.base.clock import SystemClock

    return SystemClock().now_ns()


def _read(files: list[Path], zone: tzinfo, format_: str | None) -> Statement:
    """All files added up. Raises TokenryError, with the file and the line."""
    from tokenry.ledger.reconcile import FORMATS, Reading, StatementRefused, rows, statement

    if format_ is not None and format_ not in FORMATS:
        raise TokenryError(f"there is no format {format_[:60]!r}; known are {', '.join(FORMATS)}")
    whole: Statement | None = None
    for path in files:
        try:
            one = statement(rows(path), Reading(zone, format_))
        except StatementRefused as error:
            raise TokenryError(f"{path}: {error.message}") from None
        if whole is None:
            whole = one
        else:
            whole.merge(one)
    assert whole is not None, "the command line asks for one file at least"
    return whole


def _ours(journal: JournalFile, statement: Statement, providers: frozenset[str] | None, zone: tzinfo) -> OurSide:
    """The ledger's side, of the days that the file speaks of. Raises TokenryError when it is not clear of whom."""
    from tokenry.base.clock import isoformat
    from tokenry.cli.journal import watched
    from tokenry.ledger import Span
    from tokenry.ledger.reconcile import OurSide, days_span, midnight

    if not statement.days:
        raise TokenryError("nothing in the file was a provider's work; there is nothing to compare")
    first, end = days_span(statement.days)
    span = Span(midnight(first, zone), midnight(end, zone) + LATE_NS)
    base = journal.base()
    if base is not None and span.start <= base.at:
        raise TokenryError(
            f"requests up to {isoformat(base.at)} are no longer kept one by one; reconcile a file whose days are later"
        )
    side = OurSide(providers, zone)
    for row in watched(journal, span):
        side.add(row)
    side.finish()
    if providers is None and len(side.met) > 1:
        raise TokenryError(
            f"in this time the ledger has {', '.join(sorted(side.met))}: say whose file it is: --provider"
        )
    if providers is not None and not providers & side.met:
        some = ", ".join(sorted(side.met)) or "nobody"
        show.note(f"in this time no request went to {', '.join(sorted(providers))}; requests went to {some}")
    return side


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = {}
    for one in given:
        theirs, sign, ours = one.partition("=")
        if not (theirs and sign and ours):
            raise TokenryError(f"--model {one[:60]}: write it like gpt-4o-2024-08-06=gpt-4o")
        pairs[theirs] = ours
    return pairs


# --- what is shown ---------------------------------------------------------------------------------------------------


def _tell(report: Report) -> None:
    told = {name for line in report.lines for name in line.known}
    columns = [name for name in WORDS if name in told]
    titles = [f">{WORDS[name].upper()}" for name in columns] + ([">COST"] if "cost" in told else [])
    show.table(
        ["DAY", "*MODEL", *titles, "RESULT"],
        [(line.day, line.model, *_cells(line, columns, cost="cost" in told), _result(line)) for line in report.lines],
        empty="Neither side has anything in this time.",
    )
    for line in report.lines:
        if line.reasons or not line.explained:
            _differences(line)
    for note in report.notes:
        show.say(*show.hanging("note: ", note, 6))
    for hint in report.hints:
        show.say(*show.hanging("try: ", hint, 6))
    _sum_up(report)


def _cells(line: Line, columns: list[str], *, cost: bool) -> list[str]:
    """The file's own numbers; a dash for what it does not tell of such a line."""
    counts = [show.count(line.file.tally.count(name)) if name in line.known else "-" for name in columns]
    return counts + ([_usd(line.file.tally.cost) if "cost" in line.known else "-"] if cost else [])


def _result(line: Line) -> str:
    if not line.explained:
        return "unexplained"
    return "explained" if line.reasons else "agrees"


def _differences(line: Line) -> None:
    show.say("", f"{line.day} {line.model}: the file says {_words(line.difference)}")
    for reason in line.reasons:
        show.say(*show.hanging("  -", f"{_words(reason.part)}: {reason.words}", 4))
    if not line.explained:
        show.say(*show.hanging("  -", f"{_words(line.left)}: UNEXPLAINED", 4))


def _words(part: Tally) -> str:
    """`+2 requests, -100 tokens out, +$0.01`."""
    said = [f"{part.count(name):+,} {word}" for name, word in WORDS.items() if part.count(name)]
    if part.cost:
        said.append(f"{'+' if part.cost > 0 else '-'}{_usd(abs(part.cost))}")
    return ", ".join(said) or "the same in sum"


def _usd(nano: int) -> str:
    from tokenry.base.units import nano_to_usd

    return show.usd(nano_to_usd(nano))


def _sum_up(report: Report) -> None:
    counts = {word: sum(_result(line) == word for line in report.lines) for word in ("agrees", "explained")}
    lines = show.counted(len(report.lines), "line")
    if report.ok:
        show.say(
            "", f"{lines}: {counts['agrees']} agree, {counts['explained']} explained. Nothing is left unexplained."
        )
    else:
        left = len(report.lines) - sum(counts.values())
        show.say("", f"{lines}: {counts['agrees']} agree, {counts['explained']} explained, {left} UNEXPLAINED.")


def _document(files: list[Path], statement: Statement, report: Report) -> Json:
    return {
        "ok": report.ok,
        "files": [str(path) for path in files],
        "format": statement.format,
        "lines": [
            {
                "day": line.day.isoformat(),
                "model": line.model,
                "compared": sorted(line.known),
                "file": _told(line, line.file.tally),
                "ledger": _numbers(line.ours.tally),
                "difference": _told(line, line.difference),
                "reasons": [{"why": r.why, "words": r.words, **_numbers(r.part)} for r in line.reasons],
                "unexplained": None if line.explained else _numbers(line.left),
            }
            for line in report.lines
        ],
        "notes": report.notes,
        "hints": report.hints,
    }


def _told(line: Line, tally: Tally) -> Json:
    """The numbers that the file tells; null for the others."""
    numbers = _numbers(tally)
    return {name: value if name.removesuffix("_usd") in line.known else None for name, value in numbers.items()}


def _numbers(tally: Tally) -> Json:
    from tokenry.base.units import nano_to_usd

    return {**{name: tally.count(name) for name in WORDS}, "cost_usd": nano_to_usd(tally.cost)}
