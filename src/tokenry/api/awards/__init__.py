"""Awards of programmes over HTTP: as officers administer them, and as those who have them see them."""

from tokenry.api.awards.acts import ROUTES as ACTS
from tokenry.api.awards.acts import tier_named
from tokenry.api.awards.mine import ROUTES as MINE
from tokenry.api.awards.reading import ROUTES as READING
from tokenry.api.awards.shapes import status_of
from tokenry.api.guarded import Guarded

ROUTES: tuple[Guarded, ...] = (*READING, *ACTS, *MINE)

__all__ = ["ROUTES", "status_of", "tier_named"]
