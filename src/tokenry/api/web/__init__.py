"""The workspace's pages as files: which are there, how they are sent, and which paths lead to them.

Knows nothing of what they show: a browser that has them asks the API like everybody else.
"""

from tokenry.api.web.bundle import DIST, Bundle, is_built, read_bundle
from tokenry.api.web.paths import APP, leads_into_app
from tokenry.api.web.routes import ABSENT, HEADERS, WebPages

__all__ = ["ABSENT", "APP", "Bundle", "DIST", "HEADERS", "WebPages", "is_built", "leads_into_app", "read_bundle"]
