"""How awards go down, how long they last, and how a programme is taken up. Pure."""

from tokenry.programmes.outlook.burn_down import DAY_S, Day, days, first_of_day, idle_days, whole_days
from tokenry.programmes.outlook.forecast import Forecast, Span, forecast, words
from tokenry.programmes.outlook.uptake import AwardUse, Uptake, uptake

__all__ = [
    "DAY_S",
    "AwardUse",
    "Day",
    "Forecast",
    "Span",
    "Uptake",
    "days",
    "first_of_day",
    "forecast",
    "idle_days",
    "uptake",
    "whole_days",
    "words",
]
