"""Usage by minute, hour and day: derived from the journal, made again at will, never used to enforce anything."""

from tokenry.ledger.buckets.buckets import BEHIND_MAX, IDLE_REST_S, WIDTHS, Buckets
from tokenry.ledger.buckets.closed import Closed
from tokenry.ledger.buckets.tally import CHARGE, CORRECTION, DAY_S, HOUR_S, ISSUED, MINUTE_S

__all__ = [
    "BEHIND_MAX",
    "CHARGE",
    "CORRECTION",
    "DAY_S",
    "HOUR_S",
    "IDLE_REST_S",
    "ISSUED",
    "MINUTE_S",
    "WIDTHS",
    "Buckets",
    "Closed",
]
