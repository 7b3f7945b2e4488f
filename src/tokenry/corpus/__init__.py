"""The life of one document: read, extract, filter, deduplicate, tokenize, shard, and the papers of all of it.

An optional room: it needs the extra `corpus`, and nothing that serves requests imports it.
"""

from __future__ import annotations

from tokenry.corpus.checking import Breach as Breach
from tokenry.corpus.consent import Consented as Consented
from tokenry.corpus.consent import Door as Door
from tokenry.corpus.differing import difference as difference
from tokenry.corpus.errors import CorpusError as CorpusError
from tokenry.corpus.errors import RecipeError as RecipeError
from tokenry.corpus.inspecting import sampled as sampled
from tokenry.corpus.inspecting import standing as standing
from tokenry.corpus.inspecting import traced as traced
from tokenry.corpus.papers import read_manifest as read_manifest
from tokenry.corpus.papers.answers import QUESTIONS as QUESTIONS
from tokenry.corpus.papers.answers import Answers as Answers
from tokenry.corpus.papers.answers import read_answers as read_answers
from tokenry.corpus.papers.report import report as report
from tokenry.corpus.papers.roots import key_beside as key_beside
from tokenry.corpus.papers.roots import key_in as key_in
from tokenry.corpus.papers.roots import key_of as key_of
from tokenry.corpus.papers.roots import public_of as public_of
from tokenry.corpus.papers.roots import read as signed_roots
from tokenry.corpus.papers.roots import sign as sign
from tokenry.corpus.papers.scoring import read_yardstick as read_yardstick
from tokenry.corpus.papers.scoring import scored as scored
from tokenry.corpus.prove import NEAR as NEAR
from tokenry.corpus.prove import NOT_PROVED as NOT_PROVED
from tokenry.corpus.prove import Prover as Prover
from tokenry.corpus.prove import checked as checked
from tokenry.corpus.prove import text_in as text_in
from tokenry.corpus.recipe import PRESETS as PRESETS
from tokenry.corpus.recipe import Recipe as Recipe
from tokenry.corpus.recipe import load as load_recipe
from tokenry.corpus.recipe import parse as parse_recipe
from tokenry.corpus.run import Plan as Plan
from tokenry.corpus.run import Progress as Progress
from tokenry.corpus.run import Terms as Terms
from tokenry.corpus.run import admit as admit
from tokenry.corpus.run import build as build
from tokenry.corpus.run import kept_texts as kept_texts
from tokenry.corpus.run import plan as plan
from tokenry.corpus.run import sampled_costs as sampled_costs
from tokenry.corpus.sample import write_sample as write_sample
from tokenry.corpus.tokens import train as train_tokenizer
from tokenry.corpus.verify import unchecked as unchecked
from tokenry.corpus.verify import verify as verify
from tokenry.corpus.withdrawing import affected as affected
from tokenry.corpus.withdrawing import rebuild as rebuild

__all__ = [
    "QUESTIONS",
    "Answers",
    "read_answers",
    "write_sample",
    "report",
    "read_yardstick",
    "scored",
    "CorpusError",
    "RecipeError",
    "PRESETS",
    "Recipe",
    "load_recipe",
    "parse_recipe",
    "Plan",
    "Progress",
    "Terms",
    "build",
    "kept_texts",
    "train_tokenizer",
    "plan",
    "sampled_costs",
    "sampled",
    "standing",
    "traced",
    "Breach",
    "Consented",
    "Door",
    "admit",
    "affected",
    "rebuild",
    "difference",
    "unchecked",
    "read_manifest",
    "NEAR",
    "NOT_PROVED",
    "Prover",
    "checked",
    "text_in",
    "key_beside",
    "key_in",
    "key_of",
    "public_of",
    "signed_roots",
    "sign",
    "verify",
]
