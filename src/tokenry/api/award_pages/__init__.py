"""Pages about awards for people with a browser: the awardee, the funder, and whoever has a public link."""

from tokenry.api.award_pages.routes import AwardPages
from tokenry.api.award_pages.told import ROUTES

__all__ = ["ROUTES", "AwardPages"]
