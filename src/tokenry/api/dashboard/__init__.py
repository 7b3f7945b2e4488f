"""What administrators and members look at: how much was asked, what it cost, how long it took, one by one too."""

from tokenry.api.dashboard.audit import ROUTES as AUDIT
from tokenry.api.dashboard.requests import ROUTES as REQUESTS
from tokenry.api.dashboard.routes import ROUTES as PICTURES
from tokenry.api.guarded import Guarded

ROUTES: tuple[Guarded, ...] = (*PICTURES, *REQUESTS, *AUDIT)

__all__ = ["ROUTES"]
