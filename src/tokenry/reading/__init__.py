"""Documents of strangers to text: each read in a child process of its own, in a cage, that can be killed.

Knows formats and limits. Whose a document is, and what becomes of its text, is the business of whoever asks.
"""

from tokenry.reading.found import CHARACTERS_MAX, Found, Kind, Mark, Refused
from tokenry.reading.reader import Reader, ReadingLimits

__all__ = ["CHARACTERS_MAX", "Found", "Kind", "Mark", "Reader", "ReadingLimits", "Refused"]
