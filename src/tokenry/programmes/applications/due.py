"""What is told when its time has come, by whoever looks now and then: calls that opened, reviews that are overdue."""

from __future__ import annotations

from tokenry.programmes.applications.reviews import tell_overdue
from tokenry.programmes.calls.calls import tell_opened
from tokenry.programmes.office import Office


def tell_due(office: Office) -> int:
    """Tell what has come due since the last look; how many pieces of news. Blocks."""
    return tell_opened(office) + tell_overdue(office)
