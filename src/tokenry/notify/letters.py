"""What a mail says of a piece of news: subject and text, plain and short. Pure.

What is not known here is written out member by member, so that news of any type can be mailed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from tokenry.base.clock import to_datetime
from tokenry.notify.news import TYPES

SUBJECT_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to be: to whom, about which news. `private` is what only the mail says."""

    id: str  # of the delivery, the same for every attempt
    address: str
    type: str
    organization: str
    data: Mapping[str, Any]
    private: Mapping[str, Any]
    subject_prefix: str | None
    told_at: int  # nanoseconds since the epoch


def message(letter: Letter, from_address: str) -> EmailMessage:
    """The mail. Headers are made by the standard library, which lets no line break into them."""
    mail = EmailMessage()
    mail["From"] = from_address
    local, _, domain = letter.address.rpartition("@")
    mail["To"] = Address(username=local, domain=domain)
    mail["Subject"] = _one_line(" ".join(filter(None, (letter.subject_prefix, _subject(letter)))))[:SUBJECT_LENGTH_MAX]
    mail["Date"] = format_datetime(to_datetime(letter.told_at))
    mail["Message-ID"] = f"<{letter.id}@{from_address.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: an absence note need not answer
    mail.set_content(_text(letter))
    return mail


def _subject(letter: Letter) -> str:
    words, data = TYPES.get(letter.type, letter.type.replace("_", " ").replace(".", ": ")), letter.data
    if letter.type == "budget.threshold_reached" and "percent" in data:
        words = f"{data['percent']} % of a budget is spent"
    elif letter.type == "spend_alert.reached" and "threshold_usd" in data:
        words = f"this month's spending reached ${data['threshold_usd']}"
    elif letter.type == "limit_request.decided" and "state" in data:
        words = f"your wish for a higher limit is {data['state']}"
    elif letter.type == "milestone.reached" and isinstance(data.get("threshold_tokens"), int):
        words = f"{letter.organization} has processed {data['threshold_tokens']:,} tokens"
    elif letter.type == "application.decided" and "state" in data:
        words = f"your application is {data['state']}"
    elif letter.type == "invite.sent":
        words = f"you are invited to {letter.organization}"
    return words[:1].upper() + words[1:]


def _text(letter: Letter) -> str:
    lines = [f"{_one_line(_subject(letter))}.", ""]
    for name, value in (*letter.private.items(), *letter.data.items()):
        if value is not None:
            lines.append(f"{_label(name)}: {_value(name, value)}")
    lines += ["", f"Organization: {_one_line(letter.organization)}", "", "Sent by Tokenry, which reads no answers."]
    return "\n".join(lines) + "\n"


def _label(name: str) -> str:
    words = name.removesuffix("_usd").replace("_", " ")
    return _one_line(words[:1].upper() + words[1:])


def _value(name: str, value: Any) -> str:
    if name.endswith("_usd"):
        return _one_line(f"${value}")
    if isinstance(value, list):
        return ", ".join(_one_line(str(part)) for part in value)
    return _one_line(str(value))


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
