"""Our own resources about prices: the versions of the price book, and what is left between price and cost."""

from tokenry.api.guarded import Guarded
from tokenry.api.pricing.margins import ROUTES as MARGINS
from tokenry.api.pricing.shapes import MarginShape, RateShape, margin_shown, percent, rates_shown, version_shown
from tokenry.api.pricing.versions import ROUTES as VERSIONS

ROUTES: tuple[Guarded, ...] = (*VERSIONS, *MARGINS)

__all__ = ["ROUTES", "MarginShape", "RateShape", "margin_shown", "percent", "rates_shown", "version_shown"]
