"""How the installation fares, for whoever runs it: what is well, what is not, and how to mend it."""

from tokenry.api.health.routes import ROUTES

__all__ = ["ROUTES"]
