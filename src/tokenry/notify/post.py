"""From a delivery to a mail or a call: what is sent, and by whom."""

from __future__ import annotations

import msgspec

from tokenry import __version__
from tokenry.base.clock import NS_PER_S, Clock
from tokenry.config import Config
from tokenry.notify.calling import Call, Caller
from tokenry.notify.deliveries import Due
from tokenry.notify.letters import Letter, message
from tokenry.notify.mailing import Mailer
from tokenry.notify.outcome import Outcome
from tokenry.notify.signing import signed_headers
from tokenry.notify.webhooks import keys_of

NO_SERVER = "not sent: no mail server is configured (mail.host); set one, then replay this"


class Post:
    """Mails and calls, each by its own way."""

    def __init__(self, clock: Clock, caller: Caller, mailer: Mailer) -> None:
        self._clock = clock
        self._caller = caller
        self._mailer = mailer

    async def carry(self, one: Due, config: Config) -> Outcome:
        """One attempt."""
        if one.channel == "email":
            return await self._mail(one, config)
        if one.webhook is None or one.webhook.disabled_at is not None:
            return Outcome("refused", "the webhook is disabled or deleted")
        body = payload(one)
        now_ns = self._clock.now_ns()
        headers = {
            "content-type": "application/json",
            "user-agent": f"Tokenry/{__version__}",
            **signed_headers(one.news.id, now_ns // NS_PER_S, body, keys_of(one.webhook, now_ns)),
        }
        return await self._caller.call(Call(one.webhook.url, headers, body), config.webhooks)

    async def _mail(self, one: Due, config: Config) -> Outcome:
        if config.mail.host is None or config.mail.from_address is None:
            return Outcome("refused", NO_SERVER)
        if not one.target:
            return Outcome("refused", "the person whom this was for was erased")
        news = one.news
        letter = Letter(
            one.id, one.target, news.type, one.organization, news.data, one.private, one.subject_prefix, news.created_at
        )
        return await self._mailer.send(message(letter, config.mail.from_address), one.target, config.mail)


def payload(one: Due) -> bytes:
    """What a webhook gets: the same bytes at every attempt."""
    news = one.news
    return msgspec.json.encode({
        "id": news.id,
        "object": "event",
        "type": news.type,
        "created_at": news.created_at // NS_PER_S,
        "organization_id": news.organization_id,
        "project_id": news.project_id,
        "data": news.data,
    })  # fmt: skip
