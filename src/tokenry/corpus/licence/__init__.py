"""Under which licence a document says that it stands, as SPDX names it."""

from __future__ import annotations

from tokenry.corpus.licence.detecting import Licence as Licence
from tokenry.corpus.licence.detecting import detected as detected
from tokenry.corpus.licence.spdx import identifier as identifier
from tokenry.corpus.licence.spdx import is_expression as is_expression

__all__ = ["Licence", "detected", "identifier", "is_expression"]
