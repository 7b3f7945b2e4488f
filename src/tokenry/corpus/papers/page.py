"""The summary as one static page: light, dark and on paper, no script, nothing fetched. Everything told is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from tokenry.corpus.papers.funnel import Step
from tokenry.corpus.papers.summary import Field, Summary, percent
from tokenry.corpus.papers.tally import Share

SECTIONS = {
    "0": "About this summary",
    "1.1": "Provider",
    "1.2": "Model",
    "1.3": "Modalities, size and characteristics",
    "2.1": "Publicly available datasets",
    "2.2.1": "Datasets licensed by rightsholders",
    "2.2.2": "Datasets from other third parties",
    "2.3": "Data crawled and scraped from online sources",
    "2.4": "User data",
    "2.5": "Synthetic data",
    "2.6": "Other sources",
    "3.1": "Reservations of rights",
    "3.2": "Illegal content",
    "3.3": "Other processing",
}
ROWS_MAX = 1000  # of a table; the JSON beside the page has all
_STYLE = """
:root{color-scheme:light dark;--paper:#fdfcfa;--ink:#1d1c1a;--soft:#66615a;--line:#ddd7cd;--bar:#3f6f8f;--open:#9a3412;
--wash:#fff4ec}
@media(prefers-color-scheme:dark){:root{--paper:#161514;--ink:#ece8e1;--soft:#a39c92;--line:#37332e;--bar:#7fb2d3;
--open:#fdba8c;--wash:#2a1e16}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:2.5rem 1.25rem 4rem;background:var(--paper);color:var(--ink);
font:1rem/1.55 system-ui,sans-serif}
a{color:var(--bar)}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .3rem}h2{font-size:1.15rem;margin:2.4rem 0 .6rem;padding-top:.7rem;
border-top:1px solid var(--line)}
p{margin:.4rem 0}.soft,th{color:var(--soft)}code{font-size:.85em;overflow-wrap:anywhere}
dl{margin:0}dt{color:var(--soft);font-size:.9rem;margin-top:.8rem}dd{margin:0;overflow-wrap:anywhere;white-space:pre-line}
.open{color:var(--open);background:var(--wash);padding:.3rem .6rem;border-left:3px solid var(--open)}
.by{font-size:.75rem;color:var(--soft);border:1px solid var(--line);border-radius:1rem;padding:0 .5rem;
margin-left:.4rem}
table{width:100%;border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th{text-align:left;font-weight:500}td,th{padding:.3rem .5rem .3rem 0;border-bottom:1px solid var(--line);
vertical-align:top;overflow-wrap:anywhere}
.n{text-align:right;white-space:nowrap;overflow-wrap:normal}
.bar{display:block;height:.35rem;background:var(--bar);border-radius:2px;min-width:1px}
.wide{overflow-x:auto}
@media print{body{max-width:none;padding:0;font-size:10pt}h2{break-after:avoid}tr,dt,dd{break-inside:avoid}
.open{background:none}}
"""


def page(summary: Summary) -> str:
    """The whole page as HTML."""
    manifest = summary.manifest
    missing = len(summary.missing)
    status = (
        f'<p class="open">Draft: {missing} fields wait for a person. Give their answers in a file: '
        f"<code>tokenry corpus report DIR --answers answers.toml</code></p>"
        if missing
        else ""
    )
    body = [
        "<h1>Summary of training content</h1>",
        (
            '<p class="soft">In the order of the template for the public summary under Article 53(1)(d) of Regulation '
            "(EU) 2024/1689. Self-stated; nobody has audited it.</p>"
        ),
        status,
        (
            f"<p>{manifest['documents']['kept']:,} documents of {manifest['documents']['read']:,} that were read; "
            f"{manifest['tokens']:,} tokens ({escape(manifest['tokenizer']['name'])}).</p>"
        ),
        (
            f'<p class="soft">Set <code>{escape(manifest["fingerprint"])}</code><br>sha256 of its manifest '
            f'<code>{summary.manifest_sha256}</code><br>The same as JSON: <a href="summary.json">summary.json</a></p>'
        ),
        *_fields(summary.fields),
        _heading("Funnel"),
        _funnel(summary.funnel, manifest["documents"]["read"]),
        _shares("Languages", "language", summary.tally.languages),
        _shares("Domains", "the tenth of all domains with the most tokens", summary.top_domains()),
        _shares("Licences", "SPDX, as documents or the recipe name them", summary.tally.licences),
        _shares("Sources", "source", summary.tally.sources),
        _wishes(summary),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Summary of training content</title><style>{_STYLE}</style></head><body><main>\n"
        + "\n".join(body)
        + "\n</main></body></html>\n"
    )


def _heading(words: str) -> str:
    return f'<h2 id="{escape(words.lower().replace(" ", "-"))}">{escape(words)}</h2>'


def _fields(fields: Sequence[Field]) -> Iterable[str]:
    for section, name in SECTIONS.items():
        own = [one for one in fields if one.section == section]
        if own:
            yield f'<h2 id="s{section}">{section} {escape(name)}</h2><dl>{"".join(map(_field, own))}</dl>'


def _field(one: Field) -> str:
    if one.value is None:
        return (
            f'<dt>{escape(one.label)}</dt><dd class="open">A person must say this (<code>{escape(one.key)}</code>)</dd>'
        )
    by = "from the set" if one.by == "set" else "stated by the provider"
    return f'<dt>{escape(one.label)}<span class="by">{by}</span></dt><dd>{escape(one.value)}</dd>'


def _funnel(steps: Sequence[Step], read: int) -> str:
    rows = []
    for one in steps:
        gone = "not known" if one.tokens_dropped is None else f"{one.tokens_dropped:,}"
        rows.append(
            f'<tr><td>{escape(one.stage)}</td><td>{escape(one.rule)}</td><td class="n">{one.dropped:,}</td>'
            f'<td class="n">{one.left:,}<span class="bar" style="width:{one.left * 100 // max(read, 1)}%"></span></td>'
            f'<td class="n">{gone}</td><td class="n">{one.tokens_left:,}</td></tr>'
        )
    return (
        '<p class="soft">Tokens of what was dropped are estimated from its characters; pages that '
        "went before their text was extracted have none.</p>"
        '<div class="wide"><table><thead><tr><th>stage</th><th>rule</th><th class="n">documents dropped</th>'
        '<th class="n">documents left</th><th class="n">tokens dropped</th><th class="n">tokens left</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _shares(title: str, what: str, shares: Sequence[Share]) -> str:
    whole = sum(one.tokens for one in shares)
    rows = "".join(
        f'<tr><td>{escape(one.name)}</td><td class="n">{one.documents:,}</td><td class="n">{one.tokens:,}</td>'
        f'<td class="n">{percent(one.tokens, whole)}</td></tr>'
        for one in shares[:ROWS_MAX]
    )
    more = f'<p class="soft">{len(shares) - ROWS_MAX:,} more are in summary.json.</p>' if len(shares) > ROWS_MAX else ""
    return (
        f'{_heading(title)}<table><thead><tr><th>{escape(what)}</th><th class="n">documents</th>'
        f'<th class="n">tokens</th><th class="n">share of this table</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>{more}"
    )


def _wishes(summary: Summary) -> str:
    dropped: dict[str, int] = summary.plain()["opt_outs"]["dropped"]
    kept = summary.tally.refused
    rows = "".join(
        f'<tr><td>{escape(name)}</td><td class="n">{dropped.get(name, 0):,}</td>'
        f'<td class="n">{kept.get(name, 0):,}</td></tr>'
        for name in summary.manifest["recipe"]["opt_out"]["protocols"]
    )
    return (
        f'{_heading("Opt-outs")}<table><thead><tr><th>protocol</th><th class="n">documents left out</th>'
        f'<th class="n">in the set although they refuse</th></tr></thead><tbody>{rows}</tbody></table>'
    )
