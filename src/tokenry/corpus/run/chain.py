"""Which stages a recipe means, in which order. The one place that knows the order."""

from __future__ import annotations

from pathlib import Path

from tokenry.corpus.dedup import Bands, Deduplicator, ExactDedup, MinHashDedup
from tokenry.corpus.documents import Stage
from tokenry.corpus.evidence import Gather, HonourOptOuts
from tokenry.corpus.extract import Careful, Printed, Quick
from tokenry.corpus.licence import Licence
from tokenry.corpus.normal import Seal
from tokenry.corpus.recipe import Recipe
from tokenry.corpus.run import layout
from tokenry.corpus.run.pages import OnPages


def chain(recipe: Recipe) -> list[Stage]:
    """The stages that look at one batch: everything between reading and deduplication.

    In a cascade the cheap filters run twice: on the quick extractor's text, to spare the careful one's time, and on the
    text that will be kept. Documents that came as text have no second one, and meet each filter once.
    """
    extract = recipe.extract
    base = Path(recipe.base)
    filters = [(one.opened(base), one.cheap) for one in recipe.filters]
    stages = [*_papers(recipe), Printed()]
    if extract.extractor == "cascade":
        stages += [
            Quick("quick_extract"),
            *(OnPages(one) for one, cheap in filters if cheap),
            Careful(fast=extract.fast),
        ]
    elif extract.extractor == "careful":
        stages.append(Careful(fast=extract.fast))
    else:
        stages.append(Quick())
    stages += [*(one for one, _ in filters), Seal()]
    return [*stages, Bands()] if recipe.dedup.minhash else stages


def _papers(recipe: Recipe) -> list[Stage]:
    """What is known of a document before it is read: its owner's wishes, its licence. A refusal spares the reading."""
    out = Path(recipe.base) / Path(recipe.output).expanduser()
    stages: list[Stage] = [Gather(layout.sites(out), recipe.opt_out.agents), Licence()]
    return [*stages, HonourOptOuts(recipe.opt_out.protocols)] if recipe.opt_out.honour else stages


def deduplicators(recipe: Recipe, folder: Path | None = None) -> list[Deduplicator]:
    """Those that look at all batches, in order. They spill to `folder`."""
    wanted: list[Deduplicator] = []
    if recipe.dedup.exact:
        wanted.append(ExactDedup(folder))
    if recipe.dedup.minhash:
        wanted.append(MinHashDedup(folder))
    return wanted
