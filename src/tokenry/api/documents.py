"""The OpenAPI document of everything we serve, generated from the types that parse it, and a page that shows it."""

from __future__ import annotations

from typing import Any

import msgspec

import tokenry
from tokenry.api.openai.fields import Chat, Completion, Embedding


def openapi() -> dict[str, Any]:
    """The document, OpenAPI 3.1."""
    (chat, completion, embedding), components = msgspec.json.schema_components(
        (Chat, Completion, Embedding), ref_template="#/components/schemas/{name}"
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tokenry", "version": tokenry.__version__},
        "paths": {},
        "components": {"schemas": components},
    }


DOCS_PAGE = "<!doctype html>"
