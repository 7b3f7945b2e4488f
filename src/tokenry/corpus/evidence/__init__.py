"""What documents bring about their owners' wishes: kept raw, and heeded by rules that name their protocol."""

from __future__ import annotations

from tokenry.corpus.evidence.behind import behind as behind
from tokenry.corpus.evidence.behind import said as said
from tokenry.corpus.evidence.gathering import Gather as Gather
from tokenry.corpus.evidence.opt_out import AGENTS as AGENTS
from tokenry.corpus.evidence.opt_out import PROTOCOLS as PROTOCOLS
from tokenry.corpus.evidence.opt_out import HonourOptOuts as HonourOptOuts
from tokenry.corpus.evidence.opt_out import refusal as refusal
from tokenry.corpus.evidence.rsl import MEDIA as RSL_MEDIA
from tokenry.corpus.evidence.sites import RESPONSE_MAX as RESPONSE_MAX
from tokenry.corpus.evidence.sites import Policy as Policy
from tokenry.corpus.evidence.sites import found as found
from tokenry.corpus.evidence.sites import kind_of as kind_of
from tokenry.corpus.evidence.sites import may_be as may_be
from tokenry.corpus.evidence.sites import write as write_sites

__all__ = [
    "AGENTS",
    "PROTOCOLS",
    "RESPONSE_MAX",
    "RSL_MEDIA",
    "Gather",
    "HonourOptOuts",
    "Policy",
    "behind",
    "found",
    "kind_of",
    "may_be",
    "refusal",
    "said",
    "write_sites",
]
