"""The filters that a recipe can name. A new one takes its place in `FILTERS`."""

from __future__ import annotations

from tokenry.corpus.filters.c4 import C4Quality as C4Quality
from tokenry.corpus.filters.decontamination import Decontamination as Decontamination
from tokenry.corpus.filters.filter import Filter as Filter
from tokenry.corpus.filters.filter import TextFilter as TextFilter
from tokenry.corpus.filters.filter import WordFilter as WordFilter
from tokenry.corpus.filters.fineweb import FinewebQuality as FinewebQuality
from tokenry.corpus.filters.gopher import GopherQuality as GopherQuality
from tokenry.corpus.filters.language import Language as Language
from tokenry.corpus.filters.length import Length as Length
from tokenry.corpus.filters.pii import Pii as Pii
from tokenry.corpus.filters.quality import Quality as Quality
from tokenry.corpus.filters.repetition import GopherRepetition as GopherRepetition
from tokenry.corpus.filters.urls import Urls as Urls

_KINDS: tuple[type[Filter], ...] = (
    Length, Urls, Language, GopherRepetition, GopherQuality, C4Quality, FinewebQuality, Quality,
    Decontamination, Pii,
)  # fmt: skip  # one list
FILTERS: dict[str, type[Filter]] = {kind.name: kind for kind in _KINDS}

__all__ = [
    "FILTERS",
    "C4Quality",
    "Decontamination",
    "Filter",
    "FinewebQuality",
    "GopherQuality",
    "GopherRepetition",
    "Language",
    "Length",
    "Pii",
    "Quality",
    "TextFilter",
    "Urls",
    "WordFilter",
]
