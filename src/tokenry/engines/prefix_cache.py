"""Whose prompts a llama.cpp engine may find in its prefix cache. Knows JSON's outside and one rule.

llama.cpp has one cache for everyone: a hit shows in `cached_tokens` and in the time to the first token, so that one
tenant could guess another's prompts. It has no cache keys per request, only `cache_prompt` on or off. The rule: reuse
is on while one scope (an organization) alone has used this process, and off for good from the first request of a
second scope on, until the process starts afresh. An engine that others may use beside us never reuses.
"""

from __future__ import annotations

_PATHS = frozenset({"/chat/completions", "/completions"})


class PrefixCache:
    """The rule for one engine process.

    Args:
        exclusive: whether nobody but us speaks to it.
    """

    def __init__(self, *, exclusive: bool) -> None:
        self._exclusive = exclusive
        self._scope: str | None = None
        self._shared = not exclusive

    def forget(self) -> None:
        """The process started afresh: its cache is empty."""
        self._scope = None
        self._shared = not self._exclusive

    def scoped(self, path: str, body: bytes, scope: str | None) -> bytes:
        """The body with our word on `cache_prompt` and `id_slot`, whatever the caller said about them.

        Args:
            path: only completions carry a prompt that is cached.
            body: a JSON object; anything else is passed on for the engine to refuse.
            scope: whose request it is; None is nobody's, and counts as another scope.
        """
        if path not in _PATHS:
            return body
        if scope is None or (self._scope is not None and scope != self._scope):
            self._shared = True
        self._scope = self._scope or scope
        reuse = b"false" if self._shared else b"true"
        return _override(body, b'"cache_prompt":%b,"id_slot":-1' % reuse)


def _override(body: bytes, members: bytes) -> bytes:
    """Append members to a JSON object: in llama.cpp's parser the last of several equal names counts."""
    inside = body.rstrip()
    if not inside.endswith(b"}"):
        return body
    inside = inside[:-1].rstrip()
    comma = b"" if inside.endswith(b"{") else b","
    return inside + comma + members + b"}"
