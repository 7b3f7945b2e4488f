"""Chat completions that were stored, in the shapes of OpenAI's API."""

from tokenry.api.stored_completions.keeping import keeper
from tokenry.api.stored_completions.routes import ROUTES

__all__ = ["ROUTES", "keeper"]
