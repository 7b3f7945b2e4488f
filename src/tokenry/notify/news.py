"""A piece of news: what happened, whom it concerns, and the occasion by which it is told once. Pure.

Knows no way by which it goes to somebody (notices.py keeps it, sender.py carries it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from tokenry.base.addresses import address_key

TYPES: Final[dict[str, str]] = {
    "budget.threshold_reached": "spending reached a share of a budget",
    "spend_alert.reached": "a month's spending reached an amount somebody asked to be told of",
    "limit_request.created": "somebody asked for a higher limit",
    "limit_request.decided": "a wish for a higher limit was approved or denied",
    "invite.sent": "somebody was invited",
    "statement.issued": "a month's statement was issued",
    "milestone.reached": "an organization has processed so many tokens that it gets a certificate",
    "call.opened": "a call of a programme is open for applications",
    "application.submitted": "somebody applied to a programme",
    "application.returned": "your application came back: change it, and submit it again",
    "application.waitlisted": "your application waits for units that others may leave",
    "application.withdrawn": "an applicant took an application back",
    "application.decided": "your application was decided on",
    "application.accepted": "an applicant accepted what was offered",
    "application.refused": "an applicant refused what was offered",
    "review.assigned": "you are asked to review an application",
    "review.conflict": "a reviewer declared a conflict of interest",
    "review.declined": "a reviewer cannot review",
    "review.overdue": "your review of an application is overdue",
    "award.granted": "an award was made",
    "award.tranche_released": "the next part of an award was handed out",
    "award.amended": "a change of an award was decided on",
    "award.suspended": "an award was suspended",
    "award.exhausted": "an award is nearly or wholly used up",
    "award.expiring": "an award ends soon",
    "award.closed": "an award was closed",
    "report.due": "a report on an award is due soon",
    "report.overdue": "a report on an award is overdue",
    "report.submitted": "a report on an award was handed in",
    "report.decided": "a report on an award was decided on",
    "batch.completed": "a batch is done",
    "batch.failed": "a batch's input file cannot be worked on",
    "batch.expired": "a batch's window was over before all of its lines were done",
    "batch.cancelled": "a batch that somebody cancelled has come to its end",
    "content_grant.given": "somebody was given leave to read your chats",
    "webhook.disabled": "a webhook said that it is gone",
}
TEST: Final = "webhook.test"  # told to one webhook because somebody asked for it; in no feed
DATA_SIZE_MAX = 16 * 1024  # bytes of a piece of news as JSON
ADDRESS_LENGTH_MAX = 254  # characters, as RFC 5321 bounds a path
ADDRESSES_MAX = 100  # to which one piece of news is mailed

# What every mail server takes without quoting; a name before the @ in other alphabets needs its server's consent.
_ATOM = r"[^\s@<>()\[\]\\,;:.\"\x00-\x20\x7f]+"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_ATOM}(?:\.{_ATOM})*\Z")


class News(msgspec.Struct, frozen=True):
    """Something that happened.

    Args:
        organization_id: whose news it is.
        type: one of TYPES.
        occasion: names this very happening, so that it is told once however often it is noticed:
            `budget.threshold_reached:bud_…:2026-11:80`.
        data: ids, amounts and times, as JSON values; everybody in charge reads it, and every webhook gets it.
        project_id: the project it is about; None = the organization.
        user_id: the person it concerns; None = everybody in charge.
        private: what only the mails of this news say (an invitation's link); forgotten once they are sent.
    """

    organization_id: str
    type: str
    occasion: str
    data: dict[str, Any]
    project_id: str | None = None
    user_id: str | None = None
    private: dict[str, Any] | None = None


def is_address(text: str) -> bool:
    """Whether a mail may be addressed to this. Says nothing about whether anybody reads it."""
    return len(text) <= ADDRESS_LENGTH_MAX and "=?" not in text and _ADDRESS.match(text) is not None


def distinct(addresses: Iterable[str]) -> tuple[str, ...]:
    """Each address once, whatever its capitals, in their order; at most ADDRESSES_MAX."""
    found: dict[str, str] = {}
    for address in addresses:
        found.setdefault(address_key(address), address.strip())
    return tuple(found.values())[:ADDRESSES_MAX]
