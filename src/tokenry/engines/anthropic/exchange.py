"""An exchange with Anthropic's API whose reader reads a chat completion.

Bytes are translated on the connection's side, before they are counted and kept: whoever reads, waits, is slow or hangs
up meets the same exchange as any other, and the peer is held back by what is unread of the translation.
"""

from __future__ import annotations

from tokenry.engines.anthropic.errors import error_body
from tokenry.engines.anthropic.stream import Translator
from tokenry.engines.wire import Exchange

_ERROR_SIZE_MAX = 64 * 1024  # bytes; a longer error is handed on as it comes


class ChatExchange(Exchange):
    """One request to `/messages`, answered as `/chat/completions`. See `Exchange`."""

    __slots__ = ("_error", "_translator")

    def __init__(self, translator: Translator, first: bytes, rest: bytes, until: float) -> None:
        super().__init__(first, rest, until)
        self._translator = translator
        self._error: bytes | None = b""  # what has come of an error's body; None = too much to translate

    def on_piece(self, piece: bytes) -> None:
        """See `Exchange`."""
        super().on_piece(self._told(piece))

    def on_end(self, piece: bytes) -> None:
        """See `Exchange`."""
        last = self._told(piece)
        if self._error:
            last += error_body(self._error)
        super().on_end(last)

    def _told(self, piece: bytes) -> bytes:
        if not piece:
            return b""
        if 200 <= self.status < 300:
            return self._translator.feed(piece)
        if self._error is None:
            return piece
        self._error += piece
        if len(self._error) <= _ERROR_SIZE_MAX:
            return b""
        piece, self._error = self._error, None
        return piece
