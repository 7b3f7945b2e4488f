"""Usage by minute, hour and day: derived from the journal, made again at will, never used to enforce anything."""

from tokenry.ledger.buckets.buckets import ALONE, BEHIND_MAX, IN_PASSING, WAITED_FOR, WIDTHS, Buckets, Pace
from tokenry.ledger.buckets.closed import Closed
from tokenry.ledger.buckets.days import AwardDay
from tokenry.ledger.buckets.latency import Latency
from tokenry.ledger.buckets.picture import Line as PictureLine
from tokenry.ledger.buckets.picture import Picture, Sketched, Step, Sums, days_before, picture, slots_between, total_of
from tokenry.ledger.buckets.tally import CHARGE, DAY_S, HOUR_S, ISSUED, MINUTE_S
from tokenry.ledger.budgets import zone

__all__ = [
    "ALONE",
    "BEHIND_MAX",
    "CHARGE",
    "DAY_S",
    "HOUR_S",
    "IN_PASSING",
    "ISSUED",
    "MINUTE_S",
    "WAITED_FOR",
    "WIDTHS",
    "AwardDay",
    "Buckets",
    "Closed",
    "Latency",
    "Pace",
    "Picture",
    "PictureLine",
    "Sketched",
    "Step",
    "Sums",
    "days_before",
    "picture",
    "slots_between",
    "total_of",
    "zone",
]
