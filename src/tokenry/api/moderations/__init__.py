"""`/v1/moderations`: what a moderation model finds in texts and images, as its provider says it."""

from tokenry.api.moderations.fields import Moderation, ModerationList
from tokenry.api.moderations.surface import ModerationsSurface

__all__ = ["Moderation", "ModerationList", "ModerationsSurface"]
