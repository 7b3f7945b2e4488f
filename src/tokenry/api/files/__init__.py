"""Files of a project, in the shapes of OpenAI's Files API."""

from tokenry.api.files.routes import ROUTES

__all__ = ["ROUTES"]
