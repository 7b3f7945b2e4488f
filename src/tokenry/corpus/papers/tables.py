"""Parts of the page: tables of shares, fields with links, the funnel as a drawing. Everything told is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from tokenry.corpus.papers.fields import Field
from tokenry.corpus.papers.funnel import Step
from tokenry.corpus.papers.links import links
from tokenry.corpus.papers.shares import Share, percent

ROWS_MAX = 1000  # of a table; the JSON beside the page has all
_ROW_HEIGHT, _BAR_HEIGHT, _BASELINE = 40, 10, 14  # pixels
_WIDE = '<div class="wide" tabindex="0">'  # moves sideways where the screen is too narrow, with the keyboard too
_SMALL = 3  # columns of a table that need not be as wide as the page
_KINDS = {">": ' class="n"', "*": ' class="t"'}
_BY = {
    "set": "computed from the set",
    "person": "stated by the provider",
    "both": "figures from the set, words of the provider",
}


def linked(text: str) -> str:
    """Text with its links as links."""
    parts = []
    at = 0
    for start, link in links(text):
        parts += [escape(text[at:start]), f'<a href="{escape(link)}">{escape(link)}</a>']
        at = start + len(link)
    return "".join([*parts, escape(text[at:])])


def breakable(name: str) -> str:
    """A name such as `gopher_below_alpha_threshold`, which a narrow screen may part after each of its parts."""
    return escape(name).replace("_", "_<wbr>")


def field(one: Field) -> str:
    """One field of the template."""
    code = f'<span class="code">{escape(one.section)}</span>' if one.section != "0" else ""
    head = f"<dt>{code}{escape(one.label)}</dt>"
    if one.by == "open":
        return f'<div>{head}<dd class="open">A person must say this (<code>{escape(one.key)}</code>)</dd></div>'
    if one.by == "free":
        return f'<div>{head}<dd class="soft">not stated (<code>{escape(one.key)}</code>, optional)</dd></div>'
    if one.by == "none":
        return f'<div>{head}<dd class="soft">{linked(one.value or "")}</dd></div>'
    return f'<div>{head}<dd>{linked(one.value or "")}<span class="by">{_BY[one.by]}</span></dd></div>'


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a head that begins with `>` stands over figures, one with `*` over sentences. Cells are HTML already."""
    kinds = [_KINDS.get(head[:1], "") for head in heads]
    top = "".join(f"<th{kind}>{escape(head.lstrip('>*'))}</th>" for head, kind in zip(heads, kinds, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(row, kinds, strict=True)) + "</tr>"
        for row in rows
    )
    small = " small" if len(heads) <= _SMALL and _KINDS["*"] not in kinds else ""
    return f'{_WIDE}<table class="list{small}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def shares(what: str, of: Sequence[Share], whole: int, named: object = escape) -> str:
    """A list of shares, each with its bar.

    Args:
        what: is listed.
        of: the rows, the first `ROWS_MAX` of which are shown.
        whole: tokens that are all of it.
        named: how a name is told, as HTML.
    """
    tell = named if callable(named) else escape
    rows = "".join(
        f'<tr><td>{tell(one.name)}</td><td class="n">{one.documents:,}</td><td class="n">{one.tokens:,}</td>'
        f'<td class="n">{percent(one.tokens, whole)}</td><td class="share"><span class="bar" '
        f'style="width:{one.tokens * 100 // max(whole, 1)}%"></span></td></tr>'
        for one in of[:ROWS_MAX]
    )
    more = f'<p class="soft">{len(of) - ROWS_MAX:,} more are in summary.json.</p>' if len(of) > ROWS_MAX else ""
    return (
        f'{_WIDE}<table><thead><tr><th>{escape(what)}</th><th class="n">documents</th><th class="n">tokens</th>'
        f'<th class="n">of all tokens</th><th class="share"></th></tr></thead><tbody>{rows}</tbody></table></div>{more}'
    )


def funnel_drawn(steps: Sequence[Step], read: int) -> str:
    """Documents left after each stage, as a drawing that is as wide as its place and keeps its letters' size."""
    rows = [("read", read, 0)]
    for stage, group in groupby(steps, key=lambda step: step.stage):
        own = list(group)
        rows.append((stage, own[-1].left, sum(step.dropped for step in own)))
    height = len(rows) * _ROW_HEIGHT
    drawn = "".join(_bar(at, *row, read) for at, row in enumerate(rows))
    return (
        f'<figure><svg role="img" height="{height}" aria-label="Documents left after each stage, of '
        f'{read:,}">{drawn}</svg>'
        "<figcaption>Documents left after each stage; the second part of a bar is what that stage took out. The table "
        "below has every rule.</figcaption></figure>"
    )


def _bar(at: int, stage: str, left: int, gone: int, read: int) -> str:
    top = at * _ROW_HEIGHT
    widths = [one * 100 / max(read, 1) for one in (left, gone)]
    lost = f" ({gone:,} out)" if gone else ""
    return (
        f'<text x="0" y="{top + _BASELINE}">{escape(stage)}</text>'
        f'<text x="100%" y="{top + _BASELINE}" text-anchor="end">{left:,}<tspan class="soft">{lost}</tspan></text>'
        f'<rect class="ground" x="0" y="{top + 20}" width="100%" height="{_BAR_HEIGHT}" rx="2"/>'
        f'<rect class="left" x="0" y="{top + 20}" width="{widths[0]:.2f}%" height="{_BAR_HEIGHT}" rx="2"/>'
        f'<rect class="gone" x="{widths[0]:.2f}%" y="{top + 20}" width="{widths[1]:.2f}%" height="{_BAR_HEIGHT}" '
        'rx="2"/>'
    )
