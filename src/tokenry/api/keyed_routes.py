"""Every route for a project's key that is no inference."""

from __future__ import annotations

from tokenry.api.batches import ROUTES as BATCHES
from tokenry.api.conversations import ROUTES as CONVERSATIONS
from tokenry.api.files import ROUTES as FILES
from tokenry.api.keyed import Keyed
from tokenry.api.responses.routes import ROUTES as RESPONSES
from tokenry.api.stored_completions import ROUTES as STORED_COMPLETIONS
from tokenry.api.uploads import ROUTES as UPLOADS

ROUTES: tuple[Keyed, ...] = (
    *FILES,
    *UPLOADS,
    *STORED_COMPLETIONS,
    *BATCHES,
    *RESPONSES,
    *CONVERSATIONS,
)
