"""Files of a project, in the shapes of OpenAI's Files API."""

from tokenry.api.files.routes import ROUTES
from tokenry.api.files.shown import ExpiresAfter, FileObject, Metadata, file_object

__all__ = ["ROUTES", "ExpiresAfter", "FileObject", "Metadata", "file_object"]
