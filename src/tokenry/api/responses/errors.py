"""What a request for a response may not be, and what is not built."""

from __future__ import annotations

from tokenry.base.errors import InvalidRequest, NotFound


class NotServed(InvalidRequest):
    """OpenAI's API has it, and it is not built here; the message says what there is instead."""

    code = "not_served"


class NoPreviousResponse(InvalidRequest):
    """The response that was to be continued is not kept: it never was, was deleted, or is another project's."""

    code = "previous_response_not_found"


class NoSuchResponse(NotFound):
    """There is no such response, or it is another project's."""
