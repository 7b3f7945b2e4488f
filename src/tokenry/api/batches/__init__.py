"""Batches of a project, in the shapes of OpenAI's Batch API; and the way that their lines take to the gateway."""

from tokenry.api.batches.asking import Asker
from tokenry.api.batches.routes import ROUTES

__all__ = ["ROUTES", "Asker"]
