"""The summary as one static page: light, dark and on paper, no script, nothing fetched. Everything told is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from itertools import groupby

from tokenry.corpus.papers.findings import Findings, Removed
from tokenry.corpus.papers.languages import OFFICIAL, named
from tokenry.corpus.papers.shares import NO_DOMAIN, UNKNOWN
from tokenry.corpus.papers.style import STYLE
from tokenry.corpus.papers.summary import Summary
from tokenry.corpus.papers.tables import breakable, field, funnel_drawn, linked, shares, table

PARTS = {"0": "About this summary", "1": "General information", "2": "List of data sources", "3": "Data processing"}
SECTIONS = {
    "0": "",
    "1.1": "Provider",
    "1.2": "Model",
    "1.3": "Modalities, size and characteristics",
    "2.1": "Publicly available datasets",
    "2.2": "Private datasets from third parties",
    "2.3": "Data crawled and scraped from online sources",
    "2.4": "User data",
    "2.5": "Synthetic data",
    "2.6": "Other sources",
    "3.1": "Reservations of rights",
    "3.2": "Illegal content",
    "3.3": "Other processing",
}
TITLE = "Summary of training content"


def page(summary: Summary, findings: Findings) -> str:
    """The whole page as HTML."""
    appendix = [(name, made(summary, findings)) for name, made in _APPENDIX]
    body = [
        *_head(summary),
        _contents("The template", [(f"p{part}", name) for part, name in PARTS.items()]),
        _contents("Beside it, from the set", [(_id(name), name) for name, _ in appendix]),
        *_template(summary),
        '<p class="beside">What follows is not asked for by the template: the same set, counted.</p>',
        *[f'<h2 id="{_id(name)}">{escape(name)}</h2>{made}' for name, made in appendix],
    ]
    about = " · ".join([TITLE, *summary.subject])
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(about)}</title><style>{STYLE}</style></head><body><main>\n"
        + "\n".join(body)
        + "\n</main></body></html>\n"
    )


def _id(name: str) -> str:
    return name.lower().replace(" ", "-")


def _contents(head: str, entries: Iterable[tuple[str, str]]) -> str:
    listed = "".join(f'<li><a href="#{place}">{escape(name)}</a></li>' for place, name in entries)
    return f'<nav aria-label="{escape(head)}"><p class="soft">{escape(head)}</p><ol>{listed}</ol></nav>'


def _head(summary: Summary) -> Iterable[str]:
    manifest, missing = summary.manifest, len(summary.missing)
    yield f"<h1>{TITLE}</h1>"
    if summary.subject:
        yield f'<p class="subject">{escape(" · ".join(summary.subject))}</p>'
    yield (
        '<p class="soft">In the order of the template for the public summary under Article 53(1)(d) of Regulation '
        "(EU) 2024/1689. Self-stated; nobody has audited it.</p>"
    )
    if missing:
        yield (
            f'<p class="open">Draft: {missing} fields wait for a person. Give their answers in a file: '
            "<code>tokenry corpus report DIR --answers answers.toml</code></p>"
        )
    refused = sum(summary.plain()["opt_outs"]["dropped"].values())
    facts = {
        "documents in the set": f"{manifest['documents']['kept']:,}",
        "documents read": f"{manifest['documents']['read']:,}",
        f"tokens ({manifest['tokenizer']['name']})": f"{manifest['tokens']:,}",
        "languages": f"{len([one for one in summary.tally.languages if one.name != UNKNOWN]):,}",
        "domains": f"{len([one for one in summary.tally.domains if one.name != NO_DOMAIN]):,}",
        "documents left out by opt-outs": f"{refused:,}",
    }
    cells = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    yield f'<dl class="glance">{cells}</dl>'
    yield (
        f'<p class="soft">Set <code>{escape(manifest["fingerprint"])}</code><br>sha256 of its manifest '
        f'<code>{summary.manifest_sha256}</code><br>The same as <a href="summary.json">JSON</a> and as '
        '<a href="summary.pdf">PDF</a>; for tools as <a href="croissant.json">Croissant</a> and '
        '<a href="spdx.json">SPDX</a>; <a href="sha256sums.txt">sums of these files</a></p>'
    )


def _template(summary: Summary) -> Iterable[str]:
    for part, part_name in PARTS.items():
        yield f'<h2 id="p{part}">{"" if part == "0" else part + " "}{escape(part_name)}</h2>'
        for section, name in SECTIONS.items():
            own = [one for one in summary.fields if (one.section + ".").startswith(section + ".")]
            if not section.startswith(part) or not own:
                continue
            head = f'<h3 id="s{section}">{section} {escape(name)}</h3>' if name else ""
            yield f'{head}<dl class="fields">{"".join(map(field, own))}</dl>'


def _funnel(summary: Summary, _: Findings) -> str:
    rows = [
        (
            breakable(one.stage), breakable(one.rule), f"{one.dropped:,}", f"{one.left:,}",
            "not known" if one.tokens_dropped is None else f"{one.tokens_dropped:,}", f"{one.tokens_left:,}",
        )
        for one in summary.funnel
    ]  # fmt: skip  # a row
    heads = ["stage", "rule", ">documents dropped", ">documents left", ">tokens dropped", ">tokens left"]
    return (
        f"{funnel_drawn(summary.funnel, summary.manifest['documents']['read'])}{table(heads, rows)}"
        '<p class="soft">Tokens of what was dropped are estimated from its characters; pages that went before their '
        "text was extracted have none.</p>"
    )


def _languages(summary: Summary, _: Findings) -> str:
    def told(code: str) -> str:
        return f"{escape(named(code))}{' · official in the Union' if code in OFFICIAL else ''}"

    listed = shares("language", summary.tally.languages, summary.manifest["tokens"], told)
    return f"<p>As a model for 176 languages took the beginning of each text to be; most by tokens first.</p>{listed}"


def _domains(summary: Summary, _: Findings) -> str:
    count = len([one for one in summary.domains if one.name != NO_DOMAIN])
    crawled = " that were crawled" if summary.domains != summary.tally.domains else ""
    return (
        f"<p>The tenth of all {count:,} domains{crawled}, that holds the most tokens. summary.json has "
        f"all of them.</p>{shares('domain', summary.top_domains(), summary.manifest['tokens'])}"
    )


def _regions(summary: Summary, _: Findings) -> str:
    return (
        "<p>Countries by the country-code endings of domains. Generic endings such as .com say nothing, nor do those "
        "that the whole world uses, such as .io.</p>"
        + shares("country", summary.tally.regions, summary.manifest["tokens"])
    )


def _sources(summary: Summary, _: Findings) -> str:
    told = shares("source", summary.tally.sources, summary.manifest["tokens"])
    return f"<p>The recipe's inputs by the names that it gives them, else by that of their folder or file.</p>{told}"


def _licences(summary: Summary, _: Findings) -> str:
    told = shares("SPDX expression", summary.tally.licences, summary.manifest["tokens"])
    return (
        "<p>As documents or the recipe name them. Unknown is a licence that nobody named: it says neither that the "
        f"text is free nor that it is not.</p>{told}"
    )


def _wishes(summary: Summary, _: Findings) -> str:
    dropped: dict[str, int] = summary.plain()["opt_outs"]["dropped"]
    kept = summary.tally.refused
    rows = [(escape(name), f"{dropped.get(name, 0):,}", f"{kept.get(name, 0):,}") for name in summary.protocols()]
    return (
        "<p>By which protocol a document's owner refused. One that refuses by several is counted with the first. In "
        "the set although they refuse: those of protocols that the recipe does not heed.</p>"
        + table(["protocol", ">documents left out", ">in the set although they refuse"], rows)
    )


def _diversity(_: Summary, findings: Findings) -> str:
    rows = [
        (one.of, f"{one.kinds:,}", f"{one.effective:,.2f}", f"{one.dominant:,.2f}", f"{one.reference_effective:,.2f}",
         f"{one.distance:.3f}", linked(one.reference))
        for one in findings.diversity
    ]  # fmt: skip  # a row
    heads = [
        "of",
        ">kinds",
        ">effective number",
        ">of common ones",
        ">the reference's",
        ">distance, bits",
        "*reference",
    ]
    return (
        "<p>The effective number is the exponential of Shannon's entropy: so many kinds of equal size would be as "
        "varied (Hill numbers of order 1; of common ones: order 2). The distance to the reference is Jensen-Shannon's "
        "divergence: 0 is the same, 1 is nothing in common. All of it counts documents.</p>" + table(heads, rows)
    )


def _texts(_: Summary, findings: Findings) -> str:
    texts = findings.texts
    rows = [
        (escape(one.occupation), f"{one.mentions:,}", f"{one.she:,}", f"{one.he:,}", f"{one.she_bits:+.2f}",
         f"{one.he_bits:+.2f}")
        for one in texts.associations
    ]  # fmt: skip  # a row
    heads = ["occupation", ">mentions", ">she near", ">he near", ">she, bits", ">he, bits"]
    mentioned = [(escape(one.group), f"{one.documents:,}") for one in texts.mentions]
    nothing = '<p class="soft">No occupation is mentioned five times in this sample.</p>'
    return (
        f"<p>Counted on {texts.documents:,} documents of {texts.characters:,} characters, {texts.english:,} of them in "
        "English: all of the set, or a sample drawn by the documents' ids.</p><h3>Pronouns near occupations</h3>"
        "<p>Mentions of an occupation in English with <q>she</q> (her, hers, herself) or <q>he</q> (him, his, himself) "
        "within ten words, and the pointwise mutual information in bits against blocks of 21 words anywhere (Church "
        "and Hanks, 1990), with half a mention added to what was seen and to what was to be expected. 0 is no more "
        "than anywhere. Few mentions say little.</p>"
        f"{table(heads, rows) if rows else nothing}<h3>Groups that are mentioned</h3><p>English documents with one of "
        "a group's words. Occupations and groups are short lists that come with Tokenry.</p>"
        + table(["group", ">documents"], mentioned)
    )


def _topics(_: Summary, findings: Findings) -> str:
    rows = [
        (escape(one.domain), f'<span class="words">{escape(", ".join(one.words))}</span>')
        for one in findings.texts.standing_out
    ]
    return (
        "<p>Topics as far as words show them: what stands out in each of the largest domains against all others, by "
        "the z-score of its log-odds with the whole sample as prior (Monroe, Colaresi and Quinn, 2008). Documents of "
        "the most common language alone, and no word that stands in more than a fifth of them.</p>"
        + table(["domain", "*words"], rows)
    )


def _removed(_: Summary, findings: Findings) -> str:
    if not findings.removed:
        return "<p>None are shown.</p>"
    parts = []
    for (stage, rule), group in groupby(findings.removed, key=lambda one: (one.stage, one.rule)):
        parts.append(f"<h4>{escape(stage)}: {escape(rule)}</h4>")
        parts.append(f'<ul class="removed">{"".join(map(_gone, group))}</ul>')
    return (
        "<p>Some documents that each rule took out, drawn by a seed, each with what decided. Personal traces are "
        "replaced; of what its owner refused, took back or gave under a consent no text is shown.</p>"
        f"<details><summary>{len(findings.removed):,} documents</summary>{''.join(parts)}</details>"
    )


def _gone(one: Removed) -> str:
    begins = f"<q>{escape(one.begins)}</q>" if one.begins else ""
    value = f" · {escape(one.value[:200])}" if one.value else ""
    return f"<li>{escape(one.url or one.source)}{value}{begins}</li>"


_APPENDIX: Sequence[tuple[str, Callable[[Summary, Findings], str]]] = (
    ("Funnel", _funnel),
    ("Languages", _languages),
    ("Domains", _domains),
    ("Regions", _regions),
    ("Topics", _topics),
    ("Sources", _sources),
    ("Licences", _licences),
    ("Opt-outs", _wishes),
    ("Diversity", _diversity),
    ("Associations and mentions", _texts),
    ("Removed documents", _removed),
)
