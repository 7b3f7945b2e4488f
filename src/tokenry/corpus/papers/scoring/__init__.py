"""A written summary held against the metrics that published ones are graded by. Self-assessed, and says so."""

from __future__ import annotations

from tokenry.corpus.papers.scoring.grading import Score as Score
from tokenry.corpus.papers.scoring.grading import scored as scored
from tokenry.corpus.papers.scoring.metrics import read_yardstick as read_yardstick

__all__ = ["Score", "read_yardstick", "scored"]
