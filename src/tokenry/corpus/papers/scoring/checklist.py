"""Which metric is looked up in which fields, by which rule: one line a metric, by the ids of the framework's list.

The ids are those of the metrics (see `metrics`); the fields are those of `template`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tokenry.corpus.papers.scoring.consistency import (
    consistent,
    domains_wrong,
    languages_wrong,
    latest_wrong,
    size_wrong,
)  # fmt: skip  # a list of names
from tokenry.corpus.papers.scoring.document import DOCUMENT
from tokenry.corpus.papers.scoring.paper import Paper
from tokenry.corpus.papers.scoring.rules import (
    DATE,
    MONTH,
    Rule,
    any_filled,
    each_line,
    exactly,
    filled,
    judged,
    linked,
    matching,
    particular,
    reachable,
    right,
    said_yes,
    satisfying,
    unless_says,
    where,
)  # fmt: skip  # a list of names


def _one_model(paper: Paper) -> bool:
    return len(paper.names("model")) > 1


def _each_crawler(key: str) -> Rule:
    def named(paper: Paper) -> bool:
        names = paper.names("crawlers")
        return len(names) == 1 or all(name.lower() in paper.value(key).lower() for name in names)

    return satisfying(key, named, "every crawler by its name, or only one crawler")


def _partly(key: str, rule: Rule) -> Rule:
    return where(lambda paper: "a part, because" in paper.value(key), "no source was used in part", rule)


def _with(opening: tuple[str, ...], rules: Mapping[str, Rule]) -> dict[str, Rule]:
    return {name: said_yes(opening, rule) for name, rule in rules.items()}


_NAMES_AND_NUMBERS = r"^[^(]*\d[^(]*\("  # a name with a version before its link
_LANGUAGE = r"\((?:[a-z]{2,3})\)|language"
_SPOKEN = r"text|image|audio|video"


def _described(section: str, key: str) -> dict[str, Rule]:
    """Of a general description of datasets that are not listed, without what the two sections ask apart."""
    return {
        f"F{section}.d.1": filled(key),
        f"F{section}.d.2": judged(key),
        f"F{section}.d.3": each_line(key, _SPOKEN, "the modality of each"),
        f"F{section}.d.4": satisfying(key, lambda paper: "not described" not in paper.value(key), "what is in each"),
        f"F{section}.d.5": each_line(key, _LANGUAGE, "the languages of each"),
    }


_GENERAL: Final = {
    "F1.1": consistent("1"),
    "F1.1.a.1": filled("provider_name"),
    "F1.1.a.2": judged("provider_name"),
    "F1.1.a.3": reachable("provider_contact"),
    "F1.1.a.4": particular("provider_contact"),
    "F1.1.b.1": unless_says("representative_name", "not required", filled("representative_name")),
    "F1.1.b.2": unless_says("representative_name", "not required", judged("representative_name")),
    "F1.1.b.3": reachable("representative_contact"),
    "F1.1.b.4": particular("representative_contact"),
    "F1.2.a.1": filled("model"),
    "F1.2.a.2": matching("model", r"\d", "a version in the name"),
    "F1.2.a.3": linked("model_links"),
    "F1.2.a.4": judged("model_links"),
    "F1.2.a.5": where(_one_model, "one model", judged("model")),
    "F1.2.b.1": filled("dependencies"),
    "F1.2.b.2": unless_says("dependencies", "none", judged("dependencies")),
    "F1.2.b.3": unless_says("dependencies", "none", right("dependencies")),
    "F1.2.b.4": linked("dependency_summaries"),
    "F1.2.b.5": judged("dependency_summaries"),
    "F1.2.c.1": matching("market_date", DATE, "a date DD/MM/YYYY"),
    "F1.2.c.2": right("market_date"),
    "F1.3.a.1": filled("modality"),
    "F1.3.a.2": right("modality", "other_modalities"),
    "F1.3.b.1": matching("size", r"billion|trillion", "one of the template's ranges"),
    "F1.3.b.2": matching("size", "tokens", "tokens as the unit"),
    "F1.3.b.3": right("size", unless=size_wrong),
    "F1.3.b.4": unless_says("other_modalities", "none", judged("other_modalities")),
    "F1.3.b.5": judged("other_sizes"),
    "F1.3.b.6": right("other_sizes"),
    "F1.3.b.7": right("other_modalities"),
    "F1.3.c.1": filled("content_types"),
    "F1.3.c.2": judged("content_types"),
    "F1.3.c.3": judged("content_types"),
    "F1.3.d.1": matching("latest_date", r"\d{4}", "a date"),
    "F1.3.d.2": matching("latest_date", MONTH, "a month"),
    "F1.3.d.3": exactly("latest_date", MONTH, "MM/YYYY"),
    "F1.3.d.4": right("latest_date", unless=latest_wrong),
    "F1.3.d.5": filled("continuous_training"),
    "F1.3.d.6": right("continuous_training"),
    "F1.3.e.1": matching("languages", _LANGUAGE, "languages"),
    "F1.3.e.2": matching("languages", r"\([a-z]{2,3}\) ", "a list of languages"),
    "F1.3.e.3": filled("union_languages"),
    "F1.3.e.4": right("languages", "union_languages", unless=languages_wrong),
    "F1.3.e.5": judged("languages", "union_languages"),
    "F1.3.f.1": filled("regional", "regions"),
    "F1.3.f.2": filled("demographic"),
    "F1.3.f.3": filled("regions"),
    "F1.3.f.4": right("regional", "demographic"),
    "F1.3.f.5": judged("regional", "demographic"),
    "F1.3.g.1": filled("compression"),
    "F1.3.g.2": matching("counting", r"tokenizer .*sha256", "the tokenizer and its sha256"),
    "F1.3.g.3": filled("sampling"),
    "F1.3.g.4": filled("size_comments"),
    "F1.3.g.5": judged("size_comments"),
}
_PUBLIC: Final = {
    "F2.1.1": consistent("2.1"),
    "F2.1.a.1": filled("public_datasets"),
    "F2.1.a.2": right("public_datasets"),
    **_with(("public_datasets",), {
        "F2.1.b.1": filled("public_modality"),
        "F2.1.b.2": right("public_modality"),
        "F2.1.c.1": each_line("public_list", r"; text; |https?://", "a list, a dataset a line"),
        "F2.1.c.2": right("public_list"),
        "F2.1.c.3": each_line("public_list", "https?://", "a link in each line"),
        "F2.1.c.4": judged("public_list", "public_datasets"),
        "F2.1.c.5": each_line("public_list", _NAMES_AND_NUMBERS, "a version in each line"),
        "F2.1.c.6": _partly("public_list", filled("public_list")),
        "F2.1.c.7": _partly("public_list", judged("public_list")),
        **_described("2.1", "public_others"),
        "F2.1.d.6": each_line("public_others", "collected|not known", "a period for each"),
        "F2.1.d.7": each_line("public_others", "document", "the size of each"),
        "F2.1.d.8": judged("public_others"),
        "F2.1.d.9": judged("public_others"),
        "F2.1.d.10": right("public_others"),
        "F2.1.e.1": filled("public_sizes"),
        "F2.1.e.2": filled("public_comments"),
        "F2.1.e.3": judged("public_comments"),
        "F2.1.e.4": right("public_sizes", "public_comments"),
    }),
}  # fmt: skip  # a line a metric
_PRIVATE: Final = {
    "F2.2.1": consistent("2.2"),
    "F2.2.1.a.1": filled("licensed_datasets"),
    "F2.2.1.a.2": right("licensed_datasets"),
    "F2.2.1.b.1": filled("licensed_modality"),
    "F2.2.1.b.2": right("licensed_modality"),
    "F2.2.2.a.1": filled("private_datasets"),
    "F2.2.2.a.2": right("private_datasets"),
    **_with(("private_datasets",), {
        "F2.2.2.b.1": filled("private_modality"),
        "F2.2.2.b.2": right("private_modality"),
        "F2.2.2.c.1": judged("private_list"),
        "F2.2.2.c.2": right("private_list"),
        "F2.2.2.c.3": each_line("private_list", _NAMES_AND_NUMBERS, "a version in each line"),
        "F2.2.2.c.4": each_line("private_list", "https?://", "a link in each line"),
        **_described("2.2.2", "private_others"),
        "F2.2.2.d.6": each_line("private_others", "document", "the size of each"),
        "F2.2.2.d.7": judged("private_others"),
        "F2.2.2.d.8": judged("private_others"),
        "F2.2.2.d.9": right("private_others"),
        "F2.2.2.e.1": matching("private_sizes", "collected", "the period of each"),
        "F2.2.2.e.2": matching("private_sizes", "tokens", "the size of each"),
        "F2.2.2.e.3": filled("private_comments"),
        "F2.2.2.e.4": judged("private_comments"),
        "F2.2.2.e.5": right("private_sizes", "private_comments"),
    }),
}  # fmt: skip  # a line a metric
_CRAWLED: Final = {
    "F2.3.1": consistent("2.3"),
    "F2.3.a.1": filled("crawling"),
    "F2.3.a.2": right("crawling"),
    **_with(("crawling",), {
        "F2.3.b.1": satisfying("crawlers", lambda paper: all(len(one) <= 60 for one in paper.names("crawlers")),
                               "names alone, separated by commas"),
        "F2.3.b.2": judged("crawlers"),
        "F2.3.b.3": right("crawlers"),
        "F2.3.b.4": right("crawlers"),
        "F2.3.b.5": satisfying("crawlers", lambda paper: bool(paper.names("crawlers")), "a list"),
        "F2.3.c.1": filled("crawler_purposes"),
        "F2.3.c.2": _each_crawler("crawler_purposes"),
        "F2.3.c.3": judged("crawler_purposes"),
        "F2.3.c.4": judged("crawler_purposes"),
        "F2.3.c.5": right("crawler_purposes"),
        "F2.3.d.1": filled("crawler_behaviour"),
        "F2.3.d.2": matching("crawler_behaviour", "captcha", "captchas"),
        "F2.3.d.3": matching("crawler_behaviour", "password|log-?in|sign-?in", "passwords"),
        "F2.3.d.4": matching("crawler_behaviour", "paywall", "paywalls"),
        "F2.3.d.5": matching("crawler_behaviour", r"robots\.txt", "robots.txt"),
        "F2.3.d.6": matching("crawler_behaviour", r"tdm|ai\.txt|content-usage|x-robots|rsl", "another protocol"),
        "F2.3.d.7": matching("crawler_behaviour", r"second|minute|rate|delay|pause|user.agent", "rates or its name"),
        "F2.3.d.8": judged("crawler_behaviour"),
        "F2.3.d.9": judged("crawler_behaviour"),
        "F2.3.d.10": right("crawler_behaviour"),
        "F2.3.e.1": matching("crawl_period", MONTH, "a period"),
        "F2.3.e.2": where(lambda paper: len(paper.names("crawlers")) > 1, "one crawler", judged("crawlers")),
        "F2.3.e.3": matching("crawl_period", f"{MONTH} to {MONTH}", "a beginning and an end"),
        "F2.3.e.4": each_line("crawl_period", MONTH, "MM/YYYY"),
        "F2.3.e.5": right("crawl_period"),
        "F2.3.f.1": filled("crawled_people", "regions"),
        "F2.3.f.2": matching("crawled_content", _LANGUAGE, "languages"),
        "F2.3.f.3": filled("crawled_people"),
        "F2.3.f.4": filled("crawled_sites"),
        "F2.3.f.5": matching("crawled_content", "document", "how much"),
        "F2.3.f.6": judged("crawled_sites", "crawled_people"),
        "F2.3.f.7": right("crawled_sites", "crawled_people"),
        "F2.3.g.1": filled("crawl_modality"),
        "F2.3.g.2": right("crawl_modality"),
        "F2.3.h.1": satisfying("domains", lambda paper: bool(paper.told["top_domains"]), "a list of domains"),
        "F2.3.h.2": right("domains", unless=domains_wrong),
        "F2.3.h.3": satisfying("domains", lambda paper: paper.has("index.html") and paper.has("summary.pdf"),
                               "the list in the page and the PDF themselves"),
        "F2.3.h.4": satisfying("domains", lambda paper: all("name" in one for one in paper.told["top_domains"]),
                               "a row a domain"),
        "F2.3.i.1": satisfying("more_domains", lambda paper: len(paper.told["domains"])
                               >= len(paper.told["top_domains"]), "all domains, in summary.json"),
        "F2.3.i.2": linked("documents_at"),
        "F2.3.i.3": any_filled("crawl_comments"),
        "F2.3.i.4": judged("crawl_comments"),
        "F2.3.i.5": right("more_domains", "crawl_comments"),
    }),
}  # fmt: skip  # a line a metric
_USERS: Final = {
    "F2.4.1": consistent("2.4"),
    "F2.4.a.1": filled("interactions"),
    "F2.4.a.2": right("interactions"),
    "F2.4.b.1": filled("services"),
    "F2.4.b.2": right("services"),
    **_with(("services",), {
        "F2.4.c.1": judged("user_services"),
        "F2.4.c.2": judged("user_services"),
        "F2.4.c.3": right("user_services"),
        "F2.4.c.4": satisfying("user_services", lambda paper: bool(paper.names("user_services")), "a list"),
    }),
    **_with(("interactions", "services"), {
        "F2.4.d.1": filled("user_modality"),
        "F2.4.d.2": right("user_modality"),
        "F2.4.e.1": any_filled("consents", "user_comments"),
        "F2.4.e.2": judged("consents", "user_comments"),
        "F2.4.e.3": right("consents", "user_comments"),
    }),
}  # fmt: skip  # a line a metric
_SYNTHETIC: Final = {
    "F2.5.1": consistent("2.5"),
    "F2.5.a.1": filled("synthetic"),
    "F2.5.a.2": right("synthetic"),
    **_with(("synthetic",), {
        "F2.5.b.1": filled("synthetic_modality"),
        "F2.5.b.2": right("synthetic_modality"),
        "F2.5.c.1": filled("synthetic_models"),
        **{f"F2.5.c.{at}": unless_says("synthetic_models", "none", rule) for at, rule in {
            2: matching("synthetic_models", r"\d", "a version of each"),
            3: right("synthetic_models"),
            4: linked("synthetic_models"),
            5: judged("synthetic_models"),
        }.items()},
        "F2.5.d.1": filled("other_models"),
        **{f"F2.5.d.{at}": unless_says("other_models", "none", rule) for at, rule in {
            2: judged("other_models"),
            3: matching("other_models", "train", "what each was trained on"),
            4: judged("other_models"),
            5: right("other_models"),
        }.items()},
    }),
    "F2.5.e.1": any_filled("made_here", "synthetic_comments"),
    "F2.5.e.2": judged("made_here"),
    "F2.5.e.3": right("made_here"),
    "F2.6.1": consistent("2.6"),
    "F2.6.a.1": filled("other_data"),
    "F2.6.a.2": right("other_data"),
    **_with(("other_data",), {
        "F2.6.b.1": filled("other_sources"),
        "F2.6.b.2": judged("other_sources"),
        "F2.6.b.3": right("other_sources"),
        "F2.6.b.4": judged("other_sources"),
        "F2.6.c.1": filled("other_comments"),
        "F2.6.c.2": judged("other_comments"),
        "F2.6.c.3": right("other_comments"),
    }),
}  # fmt: skip  # a line a metric
_PROCESSING: Final = {
    "F3.1": consistent("3"),
    "F3.1.a.1": filled("code_of_practice"),
    "F3.1.a.2": right("code_of_practice"),
    "F3.1.b.1": matching("opt_outs", r"robots\.txt", "robots.txt"),
    "F3.1.b.2": matching("reservations", "dataset|opt-?out", "datasets and their opt-outs"),
    "F3.1.b.3": matching("reservations", r"request|withdraw|objection|up to date", "later requests"),
    "F3.1.b.4": judged("opt_outs", "reservations"),
    "F3.1.b.5": right("opt_outs", "refused", "reservations"),
    "F3.1.c.1": filled("copyright_policy"),
    "F3.1.c.2": judged("copyright_policy"),
    "F3.2.a.1": filled("illegal_content"),
    "F3.2.a.2": judged("illegal_content"),
    "F3.2.a.3": right("illegal_content"),
    "F3.2.a.4": judged("illegal_content"),
    "F3.3.a.1": any_filled("filters", "rights"),
    "F3.3.a.2": judged("filters", "rights"),
    "F3.3.a.3": right("filters"),
}
CHECKLIST: Final[Mapping[str, Rule]] = {
    **DOCUMENT, **_GENERAL, **_PUBLIC, **_PRIVATE, **_CRAWLED, **_USERS, **_SYNTHETIC, **_PROCESSING,
}  # fmt: skip  # the list's order
