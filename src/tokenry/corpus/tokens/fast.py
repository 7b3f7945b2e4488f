"""The fast way to a published encoding's ids: gigatoken, held against tiktoken on a sample of every batch.

Which texts are looked at twice depends on the batch alone: its first, its longest, and every sixty-fourth, each up to
its 8,000th character, for tiktoken is so much slower that whole ones would take more time than all the rest. A single
difference ends the run: ids that are wrong now and then are worse than none.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

import gigatoken
import numpy as np

from tokenry.corpus.errors import StageFailed

SAMPLED_EVERY = 64  # texts
LOOKED_AT = 8_000  # characters of a text of the sample
SCHEMES = {"o200k_base": "o200k", "cl100k_base": "gpt4"}  # gigatoken's names for how text is parted, by file of ranks


class Reference(Protocol):
    """What the fast way is held against."""

    def reference(self, text: str) -> Any:
        """The ids of a text as an array."""
        ...


class Fast:
    """Ids of many texts.

    Args:
        file: which ranks.
        ranks: them, as tiktoken's format has them.
        reference: what decides.
    """

    def __init__(self, file: str, ranks: bytes, reference: Reference) -> None:
        self._reference = reference
        with tempfile.NamedTemporaryFile(suffix=".tiktoken") as beside:
            beside.write(ranks)
            beside.flush()
            # No special tokens: their names in a text are plain text.
            self._made = gigatoken.Tokenizer.from_tiktoken(Path(beside.name), SCHEMES[file], {})

    def encode(self, texts: Sequence[str]) -> list[Any]:
        """Each text's ids as an array of uint32.

        Raises:
            StageFailed: a text of the sample has other ids than the reference says.
        """
        ids = [self._made.encode(text) for text in texts]
        for at in sampled(texts):
            text = texts[at][:LOOKED_AT]
            mine = ids[at] if len(text) == len(texts[at]) else self._made.encode(text)
            if not np.array_equal(mine, self._reference.reference(text)):
                raise StageFailed(
                    f"gigatoken {version()} gives other ids than tiktoken for the text that begins "
                    f'{texts[at][:80]!r}; set tokens.engine = "tiktoken"'
                )
        return ids


def sampled(texts: Sequence[str]) -> list[int]:
    """Which of these texts are looked at twice."""
    if not texts:
        return []
    return sorted({*range(0, len(texts), SAMPLED_EVERY), max(range(len(texts)), key=lambda at: len(texts[at]))})


def version() -> str:
    """gigatoken's version."""
    return metadata.version("gigatoken")
