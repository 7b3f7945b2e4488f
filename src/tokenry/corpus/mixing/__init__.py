"""How much of each source a set holds."""

from __future__ import annotations

from tokenry.corpus.mixing.mix import STAGE as STAGE
from tokenry.corpus.mixing.mix import Mixture as Mixture
from tokenry.corpus.mixing.mix import unweighted as unweighted

__all__ = ["STAGE", "Mixture", "unweighted"]
