"""What to build: one TOML file, typed and checked."""

from __future__ import annotations

from tokenry.corpus.recipe.parse import load as load
from tokenry.corpus.recipe.parse import parse as parse
from tokenry.corpus.recipe.presets import PRESETS as PRESETS
from tokenry.corpus.recipe.schema import Budget as Budget
from tokenry.corpus.recipe.schema import Input as Input
from tokenry.corpus.recipe.schema import Recipe as Recipe
from tokenry.corpus.recipe.schema import plain as plain

__all__ = ["PRESETS", "Budget", "Input", "Recipe", "load", "parse", "plain"]
