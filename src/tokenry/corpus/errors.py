"""What ends a run with a word for the person who started it. A document that is lost is no error: it is a row."""

from __future__ import annotations

from tokenry.base.errors import TokenryError


class CorpusError(TokenryError):
    """A run cannot begin or go on; the message says what to do."""

    status = 400
    type = "invalid_request_error"


class RecipeError(CorpusError):
    """A recipe cannot be used; one line a mistake."""


class InputError(CorpusError):
    """An input cannot be found or read at all."""


class RunFolderError(CorpusError):
    """The output folder holds something else than this run, or cannot be written."""


class StageFailed(CorpusError):
    """A stage failed where no single document is to blame: a mistake of ours, or a machine that gave out."""
