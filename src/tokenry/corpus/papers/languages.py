"""Names of languages, which of them are official in the Union, and how much of the web is in each.

Codes are ISO 639-1 as fastText's language identification gives them. Shares of the web are those of pages in Common
Crawl's archive CC-MAIN-2024-42, primary language as CLD2 finds it: plots/languages.csv of
https://github.com/commoncrawl/cc-crawl-statistics. Listed are languages with 0.2 % of it or more,
and those of the Union.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Language(NamedTuple):
    """A language. `web`: pages of ten thousand."""

    name: str
    web: int = 0


OFFICIAL = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl",
    "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip  # codes, not lines
LANGUAGES: Mapping[str, Language] = {
    "ar": Language("Arabic", 67), "bg": Language("Bulgarian", 30), "ca": Language("Catalan", 21),
    "cs": Language("Czech", 106), "da": Language("Danish", 46), "de": Language("German", 530),
    "el": Language("Greek", 57), "en": Language("English", 4342), "es": Language("Spanish", 454),
    "et": Language("Estonian", 13), "fa": Language("Persian", 71), "fi": Language("Finnish", 34),
    "fr": Language("French", 440), "ga": Language("Irish", 1), "he": Language("Hebrew", 25),
    "hi": Language("Hindi", 21), "hr": Language("Croatian", 21), "hu": Language("Hungarian", 56),
    "id": Language("Indonesian", 112), "it": Language("Italian", 253), "ja": Language("Japanese", 504),
    "ko": Language("Korean", 74), "lt": Language("Lithuanian", 17), "lv": Language("Latvian", 9),
    "mt": Language("Maltese"), "nl": Language("Dutch", 181), "no": Language("Norwegian", 31),
    "pl": Language("Polish", 181), "pt": Language("Portuguese", 231), "ro": Language("Romanian", 60),
    "ru": Language("Russian", 604), "sk": Language("Slovak", 37), "sl": Language("Slovenian", 16),
    "sr": Language("Serbian", 22), "sv": Language("Swedish", 66), "th": Language("Thai", 41),
    "tr": Language("Turkish", 124), "uk": Language("Ukrainian", 60), "vi": Language("Vietnamese", 105),
    "zh": Language("Chinese", 481),
}  # fmt: skip  # three a line


def named(code: str) -> str:
    """`German (de)`; the code alone where no name is at hand."""
    return f"{LANGUAGES[code].name} ({code})" if code in LANGUAGES else code
