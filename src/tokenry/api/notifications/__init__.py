"""Our own administration of what people are told: webhooks, the log of deliveries, and the feed of news."""

from tokenry.api.guarded import Guarded
from tokenry.api.notifications.deliveries import ROUTES as DELIVERIES
from tokenry.api.notifications.news import ROUTES as NEWS
from tokenry.api.notifications.webhooks import ROUTES as WEBHOOKS

ROUTES: tuple[Guarded, ...] = (*WEBHOOKS, *DELIVERIES, *NEWS)

__all__ = ["ROUTES"]
