"""Every route for a project's key that is no inference."""

from __future__ import annotations

from tokenry.api.files import ROUTES as FILES
from tokenry.api.keyed import Keyed

ROUTES: tuple[Keyed, ...] = (*FILES,)
