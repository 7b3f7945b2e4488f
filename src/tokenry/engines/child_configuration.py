"""What parents tell their children, apart from the children's code so that no parent loads a native library."""

from __future__ import annotations

import msgspec


class LlamaConfiguration(msgspec.Struct, kw_only=True, frozen=True):
    """What the parent says. `context_length` is what one request may use, in tokens; all slots have as much."""

    model_path: str
    name: str
    key: str
    context_length: int
    parallel: int
    threads: int
    http_threads: int
    embedding: bool = False


class EmbedConfiguration(msgspec.Struct, kw_only=True, frozen=True):
    """What the parent says."""

    weights_path: str
    tokenizer_path: str
    name: str
    key: str


class WhisperConfiguration(msgspec.Struct, kw_only=True, frozen=True):
    """What the parent says. `parallel` transcriptions share `threads`; none may be of more than `seconds_max`."""

    folder: str
    name: str
    key: str
    parallel: int
    threads: int
    seconds_max: int
