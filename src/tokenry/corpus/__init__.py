"""The life of one document: read, extract, filter, deduplicate, tokenize, shard, and the papers of all of it.

An optional room: it needs the extra `corpus`, and nothing that serves requests imports it.
"""

from __future__ import annotations

from tokenry.corpus.errors import CorpusError as CorpusError
from tokenry.corpus.errors import RecipeError as RecipeError
from tokenry.corpus.inspecting import sampled as sampled
from tokenry.corpus.inspecting import standing as standing
from tokenry.corpus.inspecting import traced as traced
from tokenry.corpus.recipe import PRESETS as PRESETS
from tokenry.corpus.recipe import Recipe as Recipe
from tokenry.corpus.recipe import load as load_recipe
from tokenry.corpus.recipe import parse as parse_recipe
from tokenry.corpus.run import Progress as Progress
from tokenry.corpus.run import build as build
from tokenry.corpus.verify import Breach as Breach
from tokenry.corpus.verify import read_manifest as read_manifest
from tokenry.corpus.verify import verify as verify

__all__ = [
    "CorpusError",
    "RecipeError",
    "PRESETS",
    "Recipe",
    "load_recipe",
    "parse_recipe",
    "Progress",
    "build",
    "sampled",
    "standing",
    "traced",
    "Breach",
    "read_manifest",
    "verify",
]
