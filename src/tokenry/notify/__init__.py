"""What people are told: news kept once, and carried by e-mail, webhooks and feeds, with retries and a log.

Knows no money, no roles and no requests: whoever has news tells it.
"""

from tokenry.notify.news import News, is_address
from tokenry.notify.notices import Notices

__all__ = ["News", "Notices", "is_address"]
