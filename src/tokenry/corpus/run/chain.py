"""Which stages a recipe means, in which order. The one place that knows the order."""

from __future__ import annotations

from tokenry.corpus.dedup import Deduplicator, ExactDedup
from tokenry.corpus.documents import Stage
from tokenry.corpus.extract import Careful, Quick
from tokenry.corpus.normal import Seal
from tokenry.corpus.recipe import Recipe


def chain(recipe: Recipe) -> list[Stage]:
    """The stages that look at one batch: everything between reading and deduplication.

    In a cascade the cheap filters run twice: on the quick extractor's text, to spare the careful one's time, and on the
    text that will be kept.
    """
    extract = recipe.extract
    stages: list[Stage] = []
    if extract.extractor == "cascade":
        stages += [Quick("quick_extract"), *(one for one in recipe.filters if one.cheap), Careful(fast=extract.fast)]
    elif extract.extractor == "careful":
        stages.append(Careful(fast=extract.fast))
    else:
        stages.append(Quick())
    return [*stages, *recipe.filters, Seal()]


def deduplicators(recipe: Recipe) -> list[Deduplicator]:
    """Those that look at all batches, in order."""
    return [ExactDedup()] if recipe.dedup.exact else []
