"""What is told when its time has come, by whoever looks now and then: calls that opened, reviews that are overdue."""

from __future__ import annotations

from tokenry.programmes.calls import tell_opened
from tokenry.programmes.office import Office
from tokenry.programmes.reviews import tell_overdue


def tell_due(office: Office) -> int:
    """Tell what has come due since the last look; how many pieces of news. Blocks."""
    return tell_opened(office) + tell_overdue(office)
