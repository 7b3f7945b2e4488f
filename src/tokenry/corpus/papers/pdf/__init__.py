"""The summary as a PDF: text that can be searched and copied, links that lead somewhere, letters of many scripts.

It holds the template's fields and the tables that they rest on. The drawing of what each rule took out, and documents
that were removed, are for the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from tokenry.corpus.papers.fields import Field
from tokenry.corpus.papers.findings import Findings
from tokenry.corpus.papers.languages import named
from tokenry.corpus.papers.pdf.sheets import BAR, GONE, INNER, ORANGE, SOFT, Sheets, Style
from tokenry.corpus.papers.shares import Share, percent
from tokenry.corpus.papers.summary import Summary

__all__ = ["pdf"]
_LABELS: Final = 150.0  # points
_SMALL, _LABEL = Style(8.5, SOFT), Style(9.5, SOFT)
_FIGURES: Final = 74.0  # points, of a column of figures
_ROWS_MAX: Final = 1000


def pdf(summary: Summary, findings: Findings, title: str, parts: dict[str, str], sections: dict[str, str]) -> bytes:
    """The file.

    Args:
        summary: of the set.
        findings: what else was counted.
        title: of the document.
        parts, sections: names of the template's, by their numbers.
    """
    manifest = summary.manifest
    sheets = Sheets(title, f"{title} · set {manifest['fingerprint'][:12]}")
    sheets.heading(title, 0)
    if summary.subject:
        sheets.paragraph(" · ".join(summary.subject), Style(12.5))
    sheets.paragraph(
        "In the order of the template for the public summary under Article 53(1)(d) of Regulation (EU) 2024/1689. "
        "Self-stated; nobody has audited it.",
        _LABEL,
    )
    if summary.missing:
        sheets.paragraph(f"Draft: {len(summary.missing)} fields wait for a person.", Style(10.5, ORANGE))
    sheets.paragraph(
        f"{manifest['documents']['kept']:,} documents of {manifest['documents']['read']:,} that were read; "
        f"{manifest['tokens']:,} tokens ({manifest['tokenizer']['name']})."
    )
    sheets.paragraph(f"Set {manifest['fingerprint']}\nsha256 of its manifest {summary.manifest_sha256}", _SMALL)
    for part, name in parts.items():
        sheets.heading(name if part == "0" else f"{part} {name}", 1)
        _sections(sheets, summary, part, sections)
    _tables(sheets, summary, findings)
    return sheets.file()


def _sections(sheets: Sheets, summary: Summary, part: str, sections: dict[str, str]) -> None:
    for section, name in sections.items():
        own = [one for one in summary.fields if (one.section + ".").startswith(section + ".")]
        if section.startswith(part) and own:
            if name:
                sheets.heading(f"{section} {name}", 2)
            for one in own:
                _field(sheets, one)


def _field(sheets: Sheets, one: Field) -> None:
    style, words = Style(), one.value or ""
    if one.by == "open":
        style, words = Style(10.5, ORANGE), f"A person must say this ({one.key})"
    elif one.by == "free":
        style, words = Style(10.5, SOFT), "not stated (optional)"
    elif one.by == "none":
        style = Style(10.5, SOFT)
    cells = [
        (one.label if one.section == "0" else f"{one.section} {one.label}", _LABEL, 0.0, _LABELS - 14, False),
        (words, style, _LABELS, INNER - _LABELS, False),
    ]
    sheets.columns(cells, ruled=True)


def _tables(sheets: Sheets, summary: Summary, findings: Findings) -> None:
    tokens = summary.manifest["tokens"]
    _funnel(sheets, summary)
    _shares(sheets, "Languages", "language", [(named(one.name), one) for one in summary.tally.languages], tokens)
    told = [(one.name, one) for one in summary.top_domains()]
    _shares(sheets, "Domains", "the tenth of all with the most tokens", told, tokens)
    _shares(
        sheets, "Regions", "country of a domain's ending", [(one.name, one) for one in summary.tally.regions], tokens
    )
    _shares(sheets, "Sources", "source", [(one.name, one) for one in summary.tally.sources], tokens)
    _shares(sheets, "Licences", "SPDX expression", [(one.name, one) for one in summary.tally.licences], tokens)
    sheets.heading("Opt-outs", 1)
    dropped, kept = summary.plain()["opt_outs"]["dropped"], summary.tally.refused
    rows = [(name, f"{dropped.get(name, 0):,}", f"{kept.get(name, 0):,}") for name in summary.protocols()]
    sheets.paragraph(
        "Documents by the protocol by which their owner refused: those that were left out, and those in the set "
        "although they refuse, by protocols that the recipe does not heed.",
        _LABEL,
    )
    _table(sheets, ("protocol", "left out", "in the set"), rows)
    _diversity(sheets, findings)
    _associations(sheets, findings)


def _diversity(sheets: Sheets, findings: Findings) -> None:
    sheets.heading("Diversity", 1)
    sheets.paragraph(
        "The effective number is the exponential of Shannon's entropy: so many kinds of equal size would be as varied. "
        "The distance to the reference is Jensen-Shannon's divergence in bits, 0 to 1. All of it counts documents.",
        _LABEL,
    )
    _table(
        sheets,
        ("of", "kinds", "effective", "reference", "distance"),
        [
            (
                one.of,
                f"{one.kinds:,}",
                f"{one.effective:,.2f}",
                f"{one.reference_effective:,.2f}",
                f"{one.distance:.3f}",
            )
            for one in findings.diversity
        ],
    )
    for one in findings.diversity:
        sheets.paragraph(f"Reference of {one.of}: {one.reference}.", _SMALL)


def _associations(sheets: Sheets, findings: Findings) -> None:
    texts = findings.texts
    sheets.heading("Associations and mentions", 1)
    sheets.paragraph(
        f"Counted on {texts.documents:,} documents, {texts.english:,} of them in English. Bits are pointwise mutual "
        "information of an occupation and a pronoun within ten words, against anywhere; 0 is no more than anywhere.",
        _LABEL,
    )
    rows = [
        (one.occupation, f"{one.mentions:,}", f"{one.she_bits:+.2f}", f"{one.he_bits:+.2f}")
        for one in texts.associations
    ]
    _table(sheets, ("occupation", "mentions", "she, bits", "he, bits"), rows)
    sheets.heading("Groups that are mentioned", 2)
    _table(sheets, ("group", "documents"), [(one.group, f"{one.documents:,}") for one in texts.mentions])


def _funnel(sheets: Sheets, summary: Summary) -> None:
    sheets.heading("Funnel", 1)
    sheets.paragraph("Documents left after each stage. The page beside this file has every rule.", _LABEL)
    read = summary.manifest["documents"]["read"]
    rows = [("read", read, 0)]
    for stage, group in groupby(summary.funnel, key=lambda step: step.stage):
        own = list(group)
        rows.append((stage, own[-1].left, sum(one.dropped for one in own)))
    for stage, left, gone in rows:
        sheets.room(30)
        out = f"{left:,}" + (f" ({gone:,} out)" if gone else "")
        sheets.columns(
            [(stage, Style(9.5), 0.0, 300.0, False), (out, Style(9.5), 300.0, INNER - 300, True)],
            ruled=False,
        )
        sheets.skip(1)
        sheets.bar([(left / max(read, 1), BAR), (gone / max(read, 1), GONE)])
        sheets.skip(5)


def _shares(sheets: Sheets, title: str, what: str, rows: Iterable[tuple[str, Share]], tokens: int) -> None:
    told = [(name, f"{one.documents:,}", f"{one.tokens:,}", percent(one.tokens, tokens)) for name, one in rows]
    sheets.heading(title, 1)
    _table(sheets, (what, "documents", "tokens", "of all"), told[:_ROWS_MAX])
    if len(told) > _ROWS_MAX:
        sheets.paragraph(f"{len(told) - _ROWS_MAX:,} more are in summary.json.", _SMALL)


def _table(sheets: Sheets, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """The first column takes what figures leave."""
    first = INNER - _FIGURES * (len(heads) - 1)

    def laid(cells: Sequence[str], style: Style) -> list[tuple[str, Style, float, float, bool]]:
        lefts = [0.0, *(first + _FIGURES * at for at in range(len(cells) - 1))]
        widths = [first - 10, *[_FIGURES] * (len(cells) - 1)]
        return [
            (words, style, left, width, at > 0)
            for at, (words, left, width) in enumerate(zip(cells, lefts, widths, strict=True))
        ]

    sheets.columns(laid(heads, _SMALL), ruled=True)
    for row in rows:
        sheets.columns(laid(row, Style(9.5)), ruled=True)
