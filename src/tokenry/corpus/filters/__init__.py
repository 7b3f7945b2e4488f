"""The filters that a recipe can name. A new one takes its place in `FILTERS`."""

from __future__ import annotations

from tokenry.corpus.filters.filter import Filter as Filter
from tokenry.corpus.filters.filter import TextFilter as TextFilter
from tokenry.corpus.filters.fineweb import FinewebQuality as FinewebQuality
from tokenry.corpus.filters.length import Length as Length

FILTERS: dict[str, type[Filter]] = {kind.name: kind for kind in (Length, FinewebQuality)}

__all__ = ["FILTERS", "Filter", "TextFilter", "Length", "FinewebQuality"]
