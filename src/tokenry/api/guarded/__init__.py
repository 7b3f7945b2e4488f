"""Administrative routes: each says what it needs, what it takes and what it gives; one door lets callers through.

Knows who asks, whether they may, and how bodies and queries are read. What a route does stands beside its resource.
"""

from tokenry.api.guarded.asked import read_body, read_fields, read_query
from tokenry.api.guarded.browser import (
    CSRF_HEADER,
    SESSION_COOKIE,
    ForgedRequest,
    InsecureTransport,
    find_session,
    keep_fresh,
    origin_of,
    read_cookie,
    renew,
    require_private,
    require_same_origin,
    require_unforged,
    session_actor,
    set_cookie,
    set_session,
)
from tokenry.api.guarded.door import Door
from tokenry.api.guarded.forms import Form
from tokenry.api.guarded.paging import Page, Paged, listed
from tokenry.api.guarded.route import Call, Guarded, Method, NoQuery, Query, Taken

__all__ = [
    "CSRF_HEADER",
    "ForgedRequest",
    "InsecureTransport",
    "SESSION_COOKIE",
    "find_session",
    "keep_fresh",
    "origin_of",
    "read_cookie",
    "renew",
    "require_private",
    "require_same_origin",
    "require_unforged",
    "session_actor",
    "set_cookie",
    "set_session",
    "Call",
    "Door",
    "Form",
    "Guarded",
    "Method",
    "NoQuery",
    "Page",
    "Paged",
    "Query",
    "Taken",
    "listed",
    "read_body",
    "read_fields",
    "read_query",
]
