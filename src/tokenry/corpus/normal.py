"""A text as it is compared: exact duplicates, proofs of inclusion and removals all mean the same normal form.

NFC, every run of white space one blank, none at the ends. Case, digits and punctuation stay: two texts that differ in
them are two texts.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any, ClassVar

from tokenry.corpus.documents import Outcome, nothing_dropped, texts, with_column


def normalised(text: str) -> str:
    """The normal form of a text."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def digest(text: str) -> bytes:
    """sha256 of the normal form in UTF-8, 32 bytes."""
    return hashlib.sha256(normalised(text).encode("utf-8", "surrogatepass")).digest()


class Seal:
    """The last stage before deduplication: digests are set, and pages as they came are let go."""

    slow: ClassVar[bool] = False

    @property
    def stage(self) -> str:
        return "seal"

    def __call__(self, documents: Any) -> Outcome:
        """Set `digest`, empty `raw`."""
        sealed = with_column(documents, "digest", [digest(text) for text in texts(documents)])
        return Outcome(with_column(sealed, "raw", [None] * documents.num_rows), nothing_dropped())
