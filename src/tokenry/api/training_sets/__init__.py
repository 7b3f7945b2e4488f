"""Training sets for those who run the house: `/v1/tokenry/training_sets`. What they say is their papers'."""

from tokenry.api.training_sets.routes import ROUTES

__all__ = ["ROUTES"]
