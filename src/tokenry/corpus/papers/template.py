"""The fields of the public summary in the template's order, filled as far as a set and its people say.

Source: the European Commission's template of 24 July 2025 for Article 53(1)(d) of Regulation (EU) 2024/1689, section by
section, in words of our own. The size told is this set's; a model that was trained on more has more to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tokenry.corpus.papers.answers import QUESTIONS, Answers
from tokenry.corpus.papers.fields import Desk, Field, none, stated, whether
from tokenry.corpus.papers.languages import OFFICIAL, named
from tokenry.corpus.papers.places import Placed, Places, month, period
from tokenry.corpus.papers.regions import NOWHERE, within_union
from tokenry.corpus.papers.shares import NO_DOMAIN, UNKNOWN, Share, percent
from tokenry.corpus.papers.tally import Tally

NO_OTHERS = "the answer above names no other modality"


def filled(manifest: dict[str, Any], tally: Tally, answers: Answers, crawled: list[Share] | None = None) -> list[Field]:
    """Every field.

    Args:
        manifest: of the set.
        tally: its figures.
        answers: what a person said.
        crawled: domains of the crawled sources, where there are other sources as well.
    """
    desk, places = Desk(answers), Places(tally, answers)
    domains = tally.domains if crawled is None else crawled
    parts = (
        _document(desk), _provider(desk), _size(desk, manifest, tally), _characteristics(desk, manifest, tally),
        _public(desk, places), _private(desk, places), _crawled(desk, places, domains), _users(desk, places),
        _synthetic(desk, places), _others(desk, places), _processing(desk, manifest, tally),
    )  # fmt: skip  # the template's order
    return sorted((field for part in parts for field in part), key=_place)


def _place(field: Field) -> list[str]:
    """Where it stands; what is said of the summary beside the template comes after what the template asks of it."""
    return ["0", "c"] if field.section == "0" else field.section.split(".")


def opt_outs(manifest: dict[str, Any]) -> dict[str, int]:
    """How many documents each protocol's refusal took out."""
    return {row["rule"]: row["documents"] for row in manifest["funnel"] if row["stage"] == "opt_out"}


def size_range(tokens: int) -> str:
    """The template's range for text."""
    if tokens < 1_000_000_000:
        return "less than 1 billion tokens"
    return "1 billion to 10 trillion tokens" if tokens <= 10_000_000_000_000 else "more than 10 trillion tokens"


def _document(desk: Desk) -> Iterator[Field]:
    keys = (
        "summary_version", "previous_versions", "last_update", "published_at", "versions_at", "status", "changes",
    )  # fmt: skip  # a line of keys
    yield from map(desk.asked, keys)


def _provider(desk: Desk) -> Iterator[Field]:
    needed = not desk.said("representative_name").lower().startswith("not required")
    alone = desk.said("dependencies").lower().startswith("none")
    for key in ("provider_name", "provider_contact", "representative_name"):
        yield desk.asked(key)
    yield desk.unless(needed, "representative_contact", "no representative is required")
    for key in ("model", "model_links", "dependencies"):
        yield desk.asked(key)
    yield desk.unless(not alone, "dependency_summaries", "the model was made from no other")
    yield desk.asked("market_date")


def _size(desk: Desk, manifest: dict[str, Any], tally: Tally) -> Iterator[Field]:
    tokens = manifest["tokens"]
    text_alone = desk.said("other_modalities").lower().startswith("none")
    yield stated("1.3.a", "modality", "Modality", "Text")
    yield desk.asked("other_modalities")
    yield stated("1.3.b", "size", "Size of the text", f"{size_range(tokens)}; exactly {tokens:,} tokens in this set")
    yield desk.unless(not text_alone, "other_sizes", NO_OTHERS)
    yield desk.asked("content_types")
    latest = month(tally.last_date) or "not known: the sources give no dates"
    yield stated("1.3.d", "latest_date", "Latest date of acquisition (MM/YYYY)", latest)
    yield desk.asked("continuous_training")


def _characteristics(desk: Desk, manifest: dict[str, Any], tally: Tally) -> Iterator[Field]:
    tokens, made = manifest["tokens"], manifest["tokenizer"]
    spoken = [one for one in tally.languages if one.name != UNKNOWN]
    listed = ", ".join(f"{named(one.name)} {percent(one.tokens, tokens)}" for one in spoken)
    codes = {one.name for one in spoken}
    there = ", ".join(named(code) for code in OFFICIAL if code in codes) or "none"
    missing = ", ".join(named(code) for code in OFFICIAL if code not in codes) or "none"
    places = [one for one in tally.regions if one.name != NOWHERE]
    told = ", ".join(f"{one.name} {percent(one.tokens, tokens)}" for one in places) or "none"
    within = percent(within_union(places), tokens)
    yield stated("1.3.e", "languages", "Languages, by their share of tokens", listed or "not determined by this recipe")
    yield stated("1.3.e", "union_languages", "Official languages of the Union", f"in the set: {there}; not in it: "
                 f"{missing}")  # fmt: skip  # one statement
    yield stated("1.3.f", "regions", "Countries, by the endings of domains", f"{told}; in the Union {within} of "
                 "tokens. Generic endings such as .com say nothing of a country")  # fmt: skip  # one statement
    yield desk.asked("regional")
    yield desk.asked("demographic")
    yield stated("1.3.g", "counting", "How the size was counted", "after all processing, before training, with the "
                 f"tokenizer {made['name']} (sha256 {made['sha256']}), one end token a document included")  # fmt: skip
    yield stated("1.3.g", "compression", "Compression in the count of the size", "none: tokens of plain text, "
                 f"{tally.characters:,} characters in all")  # fmt: skip  # one statement
    yield none("1.3.g", "sampling", "Sampling rates of audio and video", "the set is text")
    yield desk.asked("size_comments")


def _used(desk: Desk, places: Places, key: str, section: str) -> Field:
    """The yes or no that opens a section: a person's, else that of the sources that were placed."""
    question, there = QUESTIONS[key], places.of(section)
    if desk.said(key):
        return desk.asked(key)
    if there:
        tokens = sum(one.share.tokens for one in there)
        return Field(question.section, key, question.label, f"yes: {tokens:,} tokens of this set", "set")
    if places.unplaced:
        return Field(question.section, key, question.label, None, "open")
    return Field(question.section, key, question.label, "no: no source of this set belongs here", "set")


def _no(key: str) -> str:
    return f"{QUESTIONS[key].section} does not say yes"


def _modality(section: str, key: str, used: Field) -> Field:
    label = "Modalities"
    if not whether(used.value or ""):
        return none(section, key, label, f"{used.section} does not say yes")
    return stated(section, key, label, "Text")


def _list(desk: Desk, key: str, lines: list[str], used: Field, otherwise: str) -> Field:
    """Lines computed for the sources of the set, then what a person adds."""
    question = QUESTIONS[key]
    if not whether(used.value or ""):
        return none(question.section, key, question.label, f"{used.section} does not say yes")
    both = "\n".join(filter(None, [*lines, desk.said(key)]))
    if lines:
        return Field(question.section, key, question.label, both, "both")
    return desk.asked(key) if both or not otherwise else none(question.section, key, question.label, otherwise)


def _sizes(section: str, key: str, placed: list[Placed]) -> Field:
    label = "Size and period of these sources"
    if not placed:
        return none(section, key, label, "no source of this set belongs here")
    return stated(section, key, label, "\n".join(f"{one.share.name}: {one.figures}" for one in placed))


def _public(desk: Desk, places: Places) -> Iterator[Field]:
    used, there = _used(desk, places, "public_datasets", "2.1"), places.of("2.1")
    listed, others = (
        [one.line for one in there if one.source.listed],
        [one.described for one in there if not one.source.listed],
    )
    yield used
    yield _modality("2.1.b", "public_modality", used)
    yield _list(desk, "public_list", listed, used, "no large one was used" if others else "")
    yield _list(desk, "public_others", others, used, "all are listed above" if listed else "")
    yield _sizes("2.1.e", "public_sizes", there)
    yield desk.asked("public_comments")


def _private(desk: Desk, places: Places) -> Iterator[Field]:
    licensed = _used(desk, places, "licensed_datasets", "2.2.1")
    yield licensed
    yield _modality("2.2.1.b", "licensed_modality", licensed)
    used, there = _used(desk, places, "private_datasets", "2.2.2"), places.of("2.2.2")
    known, others = (
        [one.line for one in there if one.source.listed],
        [one.described for one in there if not one.source.listed],
    )
    yield used
    yield _modality("2.2.2.b", "private_modality", used)
    yield _list(desk, "private_list", known, used, "none is publicly known" if others else "")
    yield _list(desk, "private_others", others, used, "all are listed above" if known else "")
    yield _sizes("2.2.2.e", "private_sizes", there)
    yield desk.asked("private_comments")


def _crawled(desk: Desk, places: Places, all_domains: list[Share]) -> Iterator[Field]:
    used, there = _used(desk, places, "crawling", "2.3"), places.of("2.3")
    yes = whether(used.value or "")
    yield used
    for key in ("crawlers", "crawler_purposes", "crawler_behaviour"):
        yield desk.unless(yes, key, _no("crawling"))
    if not yes:
        for section, key, label in _OF_CRAWLS:
            yield none(section, key, label, _no("crawling"))
        for key in ("crawled_sites", "crawled_people"):
            yield desk.unless(False, key, _no("crawling"))
        return
    spans = "\n".join(f"{one.share.name}: {period(one.origin.first_date, one.origin.last_date)}" for one in there)
    domains = [one for one in all_domains if one.name != NO_DOMAIN]
    values = {
        "crawl_period": spans or "not known: no source of this set was crawled",
        "crawled_content": "\n".join(f"{one.share.name}: {one.figures}" for one in there) or "none in this set",
        "crawl_modality": "Text",
        "domains": f"the tenth of all {len(domains):,} crawled domains that holds the most tokens is listed under "
        "Domains below; a domain is a host without `www.`",
        "more_domains": f"summary.json has all {len(domains):,}; manifest/documents.parquet of the set "
        "has the address of every document",
    }
    for section, key, label in _OF_CRAWLS:
        yield stated(section, key, label, values[key])
    for key in ("crawled_sites", "crawled_people", "documents_at", "crawl_comments"):
        yield desk.asked(key)


_OF_CRAWLS = (
    ("2.3.e", "crawl_period", "Period of collection (MM/YYYY)"),
    ("2.3.f", "crawled_content", "Content that was crawled, and its languages"),
    ("2.3.g", "crawl_modality", "Modalities"),
    ("2.3.h", "domains", "Most relevant domains"),
    ("2.3.i", "more_domains", "All domains and documents"),
)


def _users(desk: Desk, places: Places) -> Iterator[Field]:
    prompts, services = (
        _used(desk, places, "interactions", "2.4.a"), _used(desk, places, "services", "2.4.b")
    )  # fmt: skip  # a pair
    yes = whether(prompts.value or "") or whether(services.value or "")
    consented = sum(one.origin.consented for one in [*places.of("2.4.a"), *places.of("2.4.b")])
    yield prompts
    yield services
    yield desk.unless(whether(services.value or ""), "user_services", _no("services"))
    yield _modality("2.4.d", "user_modality", prompts if whether(prompts.value or "") else services)
    if yes:
        yield stated("2.4.e", "consents", "Consent", f"{consented:,} documents of the set stand under the id of a "
                     "consent, by which each is found and taken out when it is withdrawn")  # fmt: skip  # one statement
    else:
        yield none("2.4.e", "consents", "Consent", "no data of users was used")
    yield desk.asked("user_comments")


def _synthetic(desk: Desk, places: Places) -> Iterator[Field]:
    used, there = _used(desk, places, "synthetic", "2.5"), places.of("2.5")
    yield used
    yield _modality("2.5.b", "synthetic_modality", used)
    for key in ("synthetic_models", "other_models"):
        yield desk.unless(whether(used.value or ""), key, _no("synthetic"))
    yield stated("2.5.e", "made_here", "Text made while the set was made", "none: no stage of this pipeline writes "
                 "text of its own; placeholders such as [EMAIL] stand for personal traces")  # fmt: skip
    if there:
        yield _sizes("2.5.e", "synthetic_sizes", there)
    yield desk.asked("synthetic_comments")


def _others(desk: Desk, places: Places) -> Iterator[Field]:
    used = _used(desk, places, "other_data", "2.6")
    yield used
    yield _list(desk, "other_sources", [f"{one.share.name}: {one.described}" for one in places.of("2.6")], used, "")
    yield desk.asked("other_comments")


def _processing(desk: Desk, manifest: dict[str, Any], tally: Tally) -> Iterator[Field]:
    settings = manifest["recipe"]["opt_out"]
    gone = opt_outs(manifest)
    counts = ", ".join(f"{name}: {count:,}" for name, count in sorted(gone.items())) or "none carried a refusal"
    heeded = (
        f"before any text was read, documents were left out whose site, response or page refuses, by "
        f"{', '.join(settings['protocols'])}; robots.txt and ai.txt as {', '.join(settings['agents'])} must read them. "
        f"Left out: {counts}. Site files were heeded where the inputs hold them"
        if settings["honour"]
        else "refusals were recorded and not acted on: the recipe says `opt_out.honour = false`"
    )
    filters = ", ".join(manifest["recipe"]["filters"]) or "none"
    traces = (
        "e-mail addresses, public IP addresses, IBANs, card and telephone numbers, as far as the recipe says, were "
    )
    yield desk.asked("code_of_practice")
    yield stated("3.1.b", "opt_outs", "Reservations of rights before training", heeded)
    yield stated("3.1.b", "refused", "Documents in the set whose recorded words refuse",
                 f"{sum(tally.refused.values()):,}")  # fmt: skip  # one statement
    yield desk.asked("reservations")
    yield desk.asked("copyright_policy")
    yield desk.asked("illegal_content")
    if "pii" in manifest["recipe"]["filters"]:
        yield stated(
            "3.3.a", "traces", "Personal traces", traces + "replaced by placeholders. Names and addresses stay"
        )
    yield stated("3.3.a", "filters", "Filters", f"{filters}; what each rule took out is listed under Funnel below")
    yield desk.asked("rights")
