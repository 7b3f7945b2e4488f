"""Anthropic's Messages API for any chat engine: requests told as chats, answers told as messages.

Knows that API's shapes, blocks, events and errors. Money, limits and engines are the gateway's.
"""

from tokenry.api.messages.counting import MessagesCounter
from tokenry.api.messages.models import listed, shown, speaks_messages
from tokenry.api.messages.surface import MessagesSurface, authorization
from tokenry.api.messages.words import MESSAGES_WORDS

__all__ = [
    "MESSAGES_WORDS",
    "MessagesCounter",
    "MessagesSurface",
    "authorization",
    "listed",
    "shown",
    "speaks_messages",
]
