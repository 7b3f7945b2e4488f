"""What people are told: news kept once, and carried by e-mail, webhooks and feeds, with retries and a log.

Knows no money, no roles and no requests: whoever has news tells it.
"""

from tokenry.notify import deliveries as deliveries
from tokenry.notify import feeds as feeds
from tokenry.notify import webhooks as webhooks
from tokenry.notify.calling import Caller
from tokenry.notify.deliveries import Delivery
from tokenry.notify.feeds import Reader, Told
from tokenry.notify.mailing import Mailer
from tokenry.notify.news import TYPES, News, is_address
from tokenry.notify.notices import Notices
from tokenry.notify.post import Post
from tokenry.notify.sender import Sender
from tokenry.notify.webhooks import Wanted, Webhook

__all__ = [
    "News",
    "TYPES",
    "Notices",
    "is_address",
    "Sender",
    "Post",
    "Caller",
    "Mailer",
    "Delivery",
    "deliveries",
    "Webhook",
    "Wanted",
    "webhooks",
    "Reader",
    "Told",
    "feeds",
]
