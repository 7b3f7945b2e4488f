"""The OpenAPI document of everything we serve, generated from the types that parse and write it, and a page of it.

Knows the shape of every route and what it may answer; serves nothing itself. A test holds it against the route table.
"""

from functools import cache

from tokenry.api.documents.document import openapi
from tokenry.api.documents.page import page
from tokenry.api.documents.style import HEADERS as PAGE_HEADERS


@cache
def docs_page() -> str:
    """The page, drawn when it is first asked for."""
    return page(openapi())


__all__ = ["PAGE_HEADERS", "docs_page", "openapi"]
