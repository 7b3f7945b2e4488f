"""A statement as one page to read and to print: no script, nothing from elsewhere, light and dark, A4 or Letter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from typing import Final

from msgspec import UNSET

from tokenry.api.statements.told import Told
from tokenry.base.clock import NS_PER_S, to_datetime
from tokenry.base.units import nano_to_usd
from tokenry.ledger.statements import AwardMonth, StatementLine

PAGE_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "private, no-store",
}
_SINGLE: Final = {"audio_second": "per second", "image": "per image"}
_AMOUNT: Final = re.compile(r"-?[\d,]+\.\d+\Z")
_STYLE = """
:root { color-scheme: light dark; --ground: #fff; --ink: #16191d; --soft: #59626b; --line: #d4d8dd; --bad: #9a2c12; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #15181b; --ink: #e6e9ec; --soft: #9fa8b1; --line: #363c42; --bad: #f3a58c; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.5rem; max-width: 62rem; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 1rem; margin-bottom: 2rem; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 2.2rem 0 .5rem; }
p { margin: .2rem 0; }
.soft, caption { color: var(--soft); }
.total { font-size: 1.6rem; font-weight: 650; text-align: right; }
.bad { color: var(--bad); border: 1px solid var(--bad); padding: .6rem .9rem; border-radius: 6px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; font-size: .85rem; padding-bottom: .3rem; }
th { text-align: left; color: var(--soft); font-weight: 600; font-size: .8rem; }
th, td { padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
tfoot td, tfoot th { font-weight: 650; color: var(--ink); border-bottom: 0; border-top: 2px solid var(--line); }
td:first-child { min-width: 6.5rem; }
code { font: .85em ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
td code { display: inline-block; min-width: 7.2rem; }
.wide:focus-visible { outline: 2px solid var(--soft); outline-offset: 4px; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .8rem; font-size: .82rem; }
@media (max-width: 40rem) {
  body { padding: 1.5rem 1rem; }
  header .total, header .n { text-align: left; white-space: normal; }
}
@media print {
  :root { color-scheme: light; --ground: #fff; --ink: #000; --soft: #444; --line: #bbb; --bad: #8a1f06; }
  @page { margin: 16mm; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  table { font-size: 9pt; } thead { display: table-header-group; } tfoot { display: table-row-group; }
  td:first-child { min-width: 0; } td code { min-width: 26mm; }
  tr, header, footer { break-inside: avoid; }
  h2 { break-after: avoid; } .wide { overflow: visible; }
}
"""


def page(told: Told, issued_at: int, digest: bytes, *, as_issued: bool) -> str:
    """The page.

    Args:
        issued_at: seconds since the epoch. digest: of the statement as it was issued.
        as_issued: whether the transfers still say the same; the page says so where they do not.
    """
    statement = told.statement
    place = "all projects" if statement.project_id is None else told.projects[statement.project_id]
    warning = "" if as_issued else (
        '<p class="bad" role="alert">The transfers of this month say something else today than when this statement was '
        "issued. Do not rely on it; have <code>tokenry statement verify</code> and <code>tokenry ledger check</code> "
        "run first.</p>"
    )  # fmt: skip
    title = f"Statement {statement.month}, {told.organization}, {place}"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{escape(title)}</title><style>{_STYLE}</style></head>
<body><main>
<header><div><h1>Statement</h1>
<p>{escape(told.organization)}, {escape(place)}</p>
<p class="soft">{_day(told.start)} to {_day(told.end - 1)}, UTC</p></div>
<div><p class="total">{_cents(statement.total)}</p>
<p class="soft n">charged; exactly ${_usd(statement.total)}</p>
{_drawn(told)}<p class="soft n">No. {statement.number}, issued {_day(issued_at)}</p></div></header>
{warning}
{_summary(told)}
{_usage(told)}
{_corrections(told)}
{_written_off(told)}
{_awards(told)}
{_tokens(told)}
<footer class="soft">
<p>Statement <code>{escape(told.id)}</code>, SHA-256 <code>{digest.hex()}</code></p>
<p>After <code>{statement.previous}</code></p>
<p>Amounts are US dollars, exact to a billionth; cents are rounded half up, for reading. Every request is rounded once
by itself, so an amount is a sum, not a product of quantity and rate.</p>
</footer></main></body></html>
"""


def _drawn(told: Told) -> str:
    tokens = told.statement.tokens
    return "" if tokens is UNSET else f'<p class="soft n">and {tokens.drawn:,} tokens of token awards</p>\n'


def _summary(told: Told) -> str:
    statement = told.statement
    rows: list[Sequence[str]] = [("Usage at its price", _usd(statement.usage))]
    if statement.corrections:
        rows.append(("Corrections of past requests", _usd(statement.corrections)))
    if statement.written_off:
        rows.append(("Written off", _usd(-statement.written_off)))
    words = f"{statement.requests:,} requests, {statement.input_tokens:,} tokens in, {statement.output_tokens:,} out."
    if statement.borne:
        words += f" Beside it the house bore ${nano_to_usd(statement.borne)}, an estimate, for what crashes cut short."
    return _table("Summary", ("", "#USD"), rows, ("Charged", _usd(statement.total)), words)


def _usage(told: Told) -> str:
    lines = [line for line in told.statement.lines if line.meter != "correction"]
    heads = ("Project", "Model", "Meter", "#Quantity", "#Rate, USD", "Price version", "#USD")
    rows = [
        (
            escape(told.projects.get(line.project_id, line.project_id)), escape(line.model),
            escape(_spoken(line.meter)), f"{line.quantity:,}", _rate(line),
            f"<code>{escape(line.price_version)}</code>", _usd(line.amount),
        )
        for line in lines
    ]  # fmt: skip
    foot = ("Usage", "", "", "", "", "", _usd(told.statement.usage))
    return _table("Usage", heads, rows, foot) if rows else "<h2>Usage</h2><p>There was none.</p>"


def _corrections(told: Told) -> str:
    lines = [line for line in told.statement.lines if line.meter == "correction"]
    rows = [
        (
            escape(told.projects.get(line.project_id, line.project_id)), escape(line.model),
            f"<code>{escape(line.price_version)}</code>", _usd(line.amount),
        )
        for line in lines
    ]  # fmt: skip
    foot = ("Corrections", "", "", _usd(told.statement.corrections))
    return _table("Corrections", ("Project", "Model", "Rated anew by", "#USD"), rows, foot) if rows else ""


def _written_off(told: Told) -> str:
    rows = [
        (escape(told.projects.get(one.project_id, one.project_id)), escape(one.model), _usd(-one.amount))
        for one in told.statement.written_offs
    ]
    foot = ("Written off", "", _usd(-told.statement.written_off))
    return _table("Written off", ("Project", "Model", "#USD"), rows, foot) if rows else ""


def _awards(told: Told) -> str:
    awards = told.statement.awards
    heads = ("Award", "#Opening", "#Issued", "#Charged", "#Corrected", "#Expired", "#Other", "#Closing")
    columns = ("opening", "issued", "charged", "corrected", "expired", "other", "closing")
    rows = [(_award(told, one), *(_usd(getattr(one, name)) for name in columns)) for one in awards]
    foot = ("All awards", *(_usd(sum(getattr(one, name) for one in awards)) for name in columns))
    return _table("Awards", heads, rows, foot, "What paid, and what is left of it.") if rows else ""


def _tokens(told: Told) -> str:
    """What awards of tokens paid, and what is left of them; nothing where there are none."""
    tokens = told.statement.tokens
    if tokens is UNSET:
        return ""
    heads = ("Project", "Model", "Meter", "#Quantity", "#Tokens drawn", "#Would have cost, USD")
    rows: list[Sequence[str]] = [
        (
            escape(told.projects.get(line.project_id, line.project_id)), escape(line.model),
            escape(_spoken(line.meter)), f"{line.quantity:,}", f"{line.drawn:,}", _usd(line.amount),
        )
        for line in tokens.lines
    ]  # fmt: skip
    foot = ("Paid in tokens", "", "", "", f"{tokens.drawn:,}", _usd(tokens.covered))
    words = "Nobody is charged dollars for this. Tokens drawn are weighted as each award says."
    if tokens.written_off:
        words += f" Beside it the house bore {tokens.written_off:,} tokens of models without a price."
    columns = ("opening", "issued", "charged", "expired", "other", "closing")
    awards = [(_award(told, one), *(f"{getattr(one, name):,}" for name in columns)) for one in tokens.awards]
    whole = ("All token awards", *(f"{sum(getattr(one, name) for one in tokens.awards):,}" for name in columns))
    titles = ("Award", "#Opening", "#Issued", "#Drawn", "#Expired", "#Other", "#Closing")
    return (_table("Paid by token awards", heads, rows, foot, words) if rows else "") + _table(
        "Token awards", titles, awards, whole, "In tokens."
    )


def _award(told: Told, one: AwardMonth) -> str:
    name = told.awards.get(one.award_id)
    return (f"{escape(name)}<br>" if name else "") + f"<code>{escape(one.award_id)}</code>"


def _table(
    title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], foot: Sequence[str], words: str = ""
) -> str:
    """A table of cells that are HTML already; a head with `#` before it is a column of numbers."""
    numbers = [head.startswith("#") for head in heads]
    *rows, foot = _aligned([*rows, foot], numbers)

    def cells(row: Sequence[str]) -> str:
        return "".join(
            f'<td class="n">{cell}</td>' if number else f"<td>{cell}</td>"
            for cell, number in zip(row, numbers, strict=True)
        )

    head = "".join(
        f'<th scope="col"{" class=n" if number else ""}>{name.lstrip("#")}</th>'
        for name, number in zip(heads, numbers, strict=True)
    )
    body = "".join(f"<tr>{cells(row)}</tr>" for row in rows)
    caption = f"<caption>{words}</caption>" if words else ""
    return (
        f'<h2>{title}</h2><div class="wide" role="region" aria-label="{title}" tabindex="0"><table>{caption}'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
        f"<tfoot><tr>{cells(foot)}</tr></tfoot></table></div>"
    )


def _aligned(rows: Sequence[Sequence[str]], numbers: Sequence[bool]) -> list[list[str]]:
    """The same with as many decimals in each column of amounts as the finest of them has."""
    found = [list(row) for row in rows]
    for column, number in enumerate(numbers):
        places = [len(row[column].partition(".")[2]) for row in found if _AMOUNT.match(row[column])]
        for row in found:
            if number and _AMOUNT.match(row[column]):
                row[column] += "0" * (max(places) - len(row[column].partition(".")[2]))
    return found


def _spoken(meter: str) -> str:
    return meter.replace("_", " ")


def _rate(line: StatementLine) -> str:
    single = _SINGLE.get(line.meter)
    if single is None:
        return f"{nano_to_usd(line.rate)} per million"
    exact = f"{Decimal(line.rate).scaleb(-15):f}".rstrip("0").rstrip(".")
    return f"{exact or '0'} {single}"


def _usd(nano: int) -> str:
    whole, _, rest = nano_to_usd(nano).partition(".")
    return f"{int(whole):,}.{rest}" if whole not in {"-0"} else f"-0.{rest}"


def _cents(nano: int) -> str:
    cents = Decimal(nano).scaleb(-9).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"${cents:,}" if cents >= 0 else f"-${-cents:,}"


def _day(at: int) -> str:
    return f"{to_datetime(at * NS_PER_S):%-d %B %Y}"
