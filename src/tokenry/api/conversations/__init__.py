"""Conversations: items that are kept in order, to which responses are appended."""

from tokenry.api.conversations.routes import ROUTES

__all__ = ["ROUTES"]
