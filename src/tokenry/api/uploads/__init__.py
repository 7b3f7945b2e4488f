"""Files that come in parts, in the shapes of OpenAI's Uploads API."""

from tokenry.api.uploads.routes import ROUTES

__all__ = ["ROUTES"]
