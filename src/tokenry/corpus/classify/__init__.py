"""Scores of texts: the one that comes along, fastText's models, and those that other packages bring."""

from __future__ import annotations

from tokenry.corpus.classify.classifier import GROUP as GROUP
from tokenry.corpus.classify.classifier import Classifier as Classifier
from tokenry.corpus.classify.classifier import classifier as classifier
from tokenry.corpus.classify.measure import auc as auc
from tokenry.corpus.classify.prose import FEATURES as FEATURES
from tokenry.corpus.classify.prose import Prose as Prose
from tokenry.corpus.classify.prose import features as features

__all__ = ["FEATURES", "GROUP", "Classifier", "Prose", "auc", "classifier", "features"]
