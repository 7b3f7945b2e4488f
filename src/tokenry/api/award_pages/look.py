"""How the pages about awards look: one style sheet for light, dark, narrow and paper, and the frame of a page.

No page runs a script; its policy allows one style, by its hash, forms that lead back here, and nothing from elsewhere.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape

from tokenry.api.palette import PALETTE

STYLE = (
    PALETTE
    + """* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif;
  overflow-wrap: anywhere; }
.page { max-width: 58rem; margin: 0 auto; padding: 2.2rem 1.25rem 4rem; }
.brand { color: var(--soft); font-weight: 600; letter-spacing: .02em; margin-bottom: 1.4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.1rem; margin: 0 0 .7rem; }
section { background: var(--raised); border: 1px solid var(--line); border-radius: 12px; padding: 1.3rem 1.4rem;
  margin-top: 1.2rem; }
p { margin: .4rem 0; }
.soft { color: var(--soft); font-size: .93rem; }
a { color: var(--act); }
a:focus-visible, button:focus-visible, summary:focus-visible { outline: 2px solid var(--act); outline-offset: 2px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .9rem; margin-top: 1.4rem; }
.tile { background: var(--raised); border: 1px solid var(--line); border-radius: 12px; padding: .9rem 1.1rem; }
.tile b { display: block; font-size: 1.45rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: .86rem; }
.badge { font-size: .8rem; font-weight: 600; border-radius: 5px; padding: .1rem .5rem; white-space: nowrap;
  color: var(--good); background: var(--good-ground); vertical-align: middle; }
.badge.bad, .told.bad { color: var(--bad); background: var(--bad-ground); }
.told { border-radius: 8px; padding: .7rem .9rem; margin: 1rem 0 0; color: var(--good);
  background: var(--good-ground); }
.chart { display: block; width: 100%; height: auto; margin: .6rem 0 .2rem; }
.chart .grid { stroke: var(--line); fill: none; }
.chart .tick { fill: var(--soft); font-size: 11.5px; font-variant-numeric: tabular-nums; }
.chart .area, .chart .band { fill: var(--wash); }
.chart .line { fill: none; stroke: var(--act); stroke-width: 2; stroke-linejoin: round; }
.chart .ahead { fill: none; stroke: var(--act); stroke-width: 1.6; stroke-dasharray: 5 4; }
.chart .end { fill: none; stroke: var(--bad); stroke-width: 1.4; stroke-dasharray: 2 3; }
.spark { width: 7.5rem; height: 1.5rem; fill: var(--act); vertical-align: middle; }
pre { background: var(--code); border-radius: 8px; padding: .8rem 1rem; overflow-x: auto; margin: .5rem 0 0;
  font: .85rem/1.5 ui-monospace, Menlo, Consolas, monospace; overflow-wrap: normal; }
code { font: .9em ui-monospace, Menlo, Consolas, monospace; }
details { margin-top: .7rem; } summary { cursor: pointer; font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th { text-align: left; color: var(--soft); font-weight: 600; font-size: .82rem; white-space: nowrap; }
th, td { padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: normal; }
td:first-child { min-width: 11rem; overflow-wrap: anywhere; }
.words { min-width: 13rem; }
td .soft { display: block; font-size: .86rem; }
tr:last-child td { border-bottom: 0; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
form { margin: .8rem 0 0; }
button { font: inherit; font-weight: 600; cursor: pointer; border-radius: 7px; padding: .5rem 1rem; border: 0;
  color: var(--act-ink); background: var(--act); }
@media (max-width: 40rem) { .chart .tick { font-size: 20px; } .chart .second { display: none; } }
@media (max-width: 30rem) { .page { padding: 1.3rem .9rem 3rem; } section { padding: 1.1rem 1rem; }
  h1 { font-size: 1.4rem; } .tile b { font-size: 1.2rem; } }
@media print { :root { color-scheme: light; --ground: #fff; --raised: #fff; --ink: #000; --soft: #444; --line: #bbb; }
  form, details { display: none; } section, .tile { break-inside: avoid; } .page { padding: 0; } }
"""
)
_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}


def frame(title: str, body: str) -> str:
    """A whole page around a body that is HTML already and brings its own heading."""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)} · Tokenry</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<style>{STYLE}</style></head><body><div class="page"><div class="brand">Tokenry</div>'
        f"<main>{body}</main></div></body></html>\n"
    )


def tiles(facts: Iterable[tuple[str, str]]) -> str:
    """Figures to see at a glance: (figure, what it is), both plain text."""
    return (
        '<div class="tiles">'
        + "".join(
            f'<div class="tile"><b>{escape(figure)}</b><span>{escape(what)}</span></div>' for figure, what in facts
        )
        + "</div>"
    )


def section(title: str, body: str) -> str:
    """A part of a page; nothing when there is nothing in it."""
    return f"<section><h2>{escape(title)}</h2>{body}</section>" if body else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are HTML already; a head that begins with `#` is of numbers."""
    css = [' class="n"' if head.startswith("#") else "" for head in heads]
    top = "".join(f"<th{look}>{escape(head.removeprefix('#'))}</th>" for head, look in zip(heads, css, strict=True))
    lines = "".join(
        "<tr>" + "".join(f"<td{look}>{cell}</td>" for cell, look in zip(row, css, strict=True)) + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table></div>'


def paragraphs(words: str) -> str:
    """Plain text as HTML, its blank lines kept as breaks between paragraphs."""
    return "".join(f"<p>{escape(part.strip())}</p>" for part in words.split("\n\n") if part.strip())
