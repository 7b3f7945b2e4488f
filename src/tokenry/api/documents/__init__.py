"""The OpenAPI document of everything we serve, generated from the types that parse and write it, and a page of it.

Knows the shape of every route and what it may answer; serves nothing itself. A test holds it against the route table.
"""

from tokenry.api.documents.document import openapi
from tokenry.api.documents.page import page

DOCS_PAGE = page(openapi())

__all__ = ["DOCS_PAGE", "openapi"]
