"""What administrators and members look at: how much was asked, what it cost, how long it took."""

from tokenry.api.dashboard.routes import ROUTES

__all__ = ["ROUTES"]
