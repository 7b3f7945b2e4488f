"""A whole Tokenry tested from the outside: the real program, real folders, a mock upstream, clients that misbehave.

Knows the command line and HTTP; imports nothing of the product.
"""

from tests.e2e.harness.answers import Answer
from tests.e2e.harness.client import Talk, ask
from tests.e2e.harness.configuration import configured, model, scripted
from tests.e2e.harness.program import PROGRAM, run
from tests.e2e.harness.server import Key, Server
from tests.e2e.harness.upstream import PROMPT_TOKENS, Mock, Sent

__all__ = [
    "PROGRAM",
    "PROMPT_TOKENS",
    "Answer",
    "Key",
    "Mock",
    "Sent",
    "Server",
    "Talk",
    "ask",
    "configured",
    "model",
    "run",
    "scripted",
]
