"""Routes for a project's key that are no inference: files, stored answers and their like; one door lets keys through.

Knows whose key it is, how bodies, forms and queries are read, and how answers are written. What a route does stands
beside its resource.
"""

from tokenry.api.keyed.door import KeyedDoor, read_whole
from tokenry.api.keyed.paging import Leafed, Order, paged, wish
from tokenry.api.keyed.route import Keyed, KeyedCall
from tokenry.api.multipart import Attached, Layout

__all__ = [
    "Attached",
    "Keyed",
    "KeyedCall",
    "KeyedDoor",
    "Layout",
    "Leafed",
    "Order",
    "paged",
    "read_whole",
    "wish",
]
