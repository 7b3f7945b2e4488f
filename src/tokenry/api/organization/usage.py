"""Usage: `/v1/organization/usage/…`. What nobody uses here yet is answered with empty buckets in the right shape.

Knows OpenAI's shapes and which of our endpoints each tells of; the sums are `ledger.buckets`'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, Literal, TypeVar

import msgspec

from tokenry.api.guarded import Call, Guarded
from tokenry.api.organization.spans import ROWS_MAX, Buckets, Names, Span, Timed, Width, bounded, narrowed, span_of
from tokenry.storage import MEASURES

R = TypeVar("R")
Who = Literal["project_id", "user_id", "api_key_id", "model"]

ENDPOINTS: Final[Mapping[str, tuple[str, ...]]] = {  # what our endpoints are told under
    "completions": ("chat.completions", "completions", "responses", "messages"),
    "embeddings": ("embeddings",),
    "moderations": ("moderations",),
    "images": ("images.generations", "images.edits", "images.variations"),
    "audio_speeches": ("audio.speech",),
    "audio_transcriptions": ("audio.transcriptions", "audio.translations"),
}
_TIERS = ("", "flex", "priority", "batch")
_DIMENSIONS: Final[Mapping[str, tuple[str | None, Callable[[str], Any]]]] = {  # our column, and how it is shown
    "project_id": ("project_id", str),
    "user_id": ("user_id", lambda text: text or None),
    "api_key_id": ("key_id", str),
    "model": ("model", str),
    "batch": ("tier", lambda text: text == "batch"),
    "service_tier": ("tier", lambda text: text or "default"),
    "api_source": (None, lambda _: "unlabeled"),
    "size": (None, lambda _: None),
    "source": (None, lambda _: None),
}


class ByProject(Timed, kw_only=True, frozen=True):
    """Which buckets, and whether project by project."""

    bucket_width: Width = "1d"
    group_by: tuple[Literal["project_id"], ...] = ()


class ByWho(Timed, kw_only=True, frozen=True):
    """Which buckets, whose use, and how it is grouped."""

    bucket_width: Width = "1d"
    user_ids: Names | None = None
    api_key_ids: Names | None = None
    models: Names | None = None
    group_by: tuple[Who, ...] = ()


class AskCompletions(ByWho, kw_only=True, frozen=True):
    """`batch`: only what was asked for in batches, or only what was not."""

    batch: bool | None = None
    group_by: tuple[Who | Literal["batch", "service_tier", "api_source"], ...] = ()  # type: ignore[assignment] # it takes more words than its base


class AskImages(ByWho, kw_only=True, frozen=True):
    """`sizes` and `sources` are taken, and not known of any image."""

    sizes: Names | None = None
    sources: Names | None = None
    group_by: tuple[Who | Literal["size", "source"], ...] = ()  # type: ignore[assignment] # it takes more words than its base


class AskFileSearches(Timed, kw_only=True, frozen=True):
    """Which buckets, whose searches, in which stores."""

    bucket_width: Width = "1d"
    user_ids: Names | None = None
    api_key_ids: Names | None = None
    vector_store_ids: Names | None = None
    group_by: tuple[Literal["project_id", "user_id", "api_key_id", "vector_store_id"], ...] = ()


class AskWebSearches(ByWho, kw_only=True, frozen=True):
    """Which buckets, whose searches, how wide."""

    context_levels: Names | None = None
    group_by: tuple[Who | Literal["context_level", "api_source"], ...] = ()  # type: ignore[assignment] # it takes more words than its base


class _Grouped(msgspec.Struct, kw_only=True):
    """What a result is grouped by; null where it is not."""

    project_id: str | None = None
    user_id: str | None = None
    api_key_id: str | None = None
    model: str | None = None


class _Asked(_Grouped, kw_only=True):
    """What every engine was asked for, however often. `award_tokens` were drawn from awards of tokens for it."""

    num_model_requests: int
    award_tokens: int = 0


class CompletionsUsage(_Asked, kw_only=True):
    """Text in, text out. `input_cached_tokens` and `input_cache_write_tokens` are part of `input_tokens`."""

    input_tokens: int
    output_tokens: int
    input_cached_tokens: int
    input_cache_write_tokens: int
    input_uncached_tokens: int
    input_audio_tokens: int = 0
    output_audio_tokens: int = 0
    batch: bool | None = None
    service_tier: str | None = None
    api_source: str | None = None
    object: Literal["organization.usage.completions.result"] = "organization.usage.completions.result"


class EmbeddingsUsage(_Asked, kw_only=True):
    """Text in, vectors out."""

    input_tokens: int
    object: Literal["organization.usage.embeddings.result"] = "organization.usage.embeddings.result"


class ModerationsUsage(_Asked, kw_only=True):
    """Text that was judged."""

    input_tokens: int
    object: Literal["organization.usage.moderations.result"] = "organization.usage.moderations.result"


class ImagesUsage(_Asked, kw_only=True):
    """Images that were made."""

    images: int
    size: str | None = None
    source: str | None = None
    object: Literal["organization.usage.images.result"] = "organization.usage.images.result"


class SpeechesUsage(_Asked, kw_only=True):
    """Text that was spoken."""

    characters: int
    object: Literal["organization.usage.audio_speeches.result"] = "organization.usage.audio_speeches.result"


class TranscriptionsUsage(_Asked, kw_only=True):
    """Sound that was written down."""

    seconds: int
    object: Literal["organization.usage.audio_transcriptions.result"] = "organization.usage.audio_transcriptions.result"


class StoresUsage(msgspec.Struct, kw_only=True):
    """Bytes in vector stores."""

    usage_bytes: int
    project_id: str | None = None
    object: Literal["organization.usage.vector_stores.result"] = "organization.usage.vector_stores.result"


class SessionsUsage(msgspec.Struct, kw_only=True):
    """Sessions of the code interpreter."""

    num_sessions: int
    project_id: str | None = None
    object: Literal["organization.usage.code_interpreter_sessions.result"] = (
        "organization.usage.code_interpreter_sessions.result"
    )


class FileSearchesUsage(msgspec.Struct, kw_only=True):
    """Searches in files."""

    num_requests: int
    project_id: str | None = None
    user_id: str | None = None
    api_key_id: str | None = None
    vector_store_id: str | None = None
    object: Literal["organization.usage.file_searches.result"] = "organization.usage.file_searches.result"


class WebSearchesUsage(_Asked, kw_only=True):
    """Searches in the web."""

    num_requests: int
    context_level: str | None = None
    api_source: str | None = None
    object: Literal["organization.usage.web_searches.result"] = "organization.usage.web_searches.result"


def completions(call: Call) -> Buckets[CompletionsUsage]:
    """Get the usage of completions. Chat and plain completions, in buckets of a minute, an hour or a day (UTC)."""
    return _told(call, "completions", CompletionsUsage, lambda sums: {
        "num_model_requests": sums["requests"],
        "award_tokens": sums["award_tokens"],
        "input_tokens": sums["input_tokens"],
        "output_tokens": sums["output_tokens"],
        "input_cached_tokens": sums["cached_tokens"],
        "input_cache_write_tokens": sums["cache_write_tokens"],
        "input_uncached_tokens": sums["input_tokens"] - sums["cached_tokens"] - sums["cache_write_tokens"],
    })  # fmt: skip


def embeddings(call: Call) -> Buckets[EmbeddingsUsage]:
    """Get the usage of embeddings."""
    return _told(call, "embeddings", EmbeddingsUsage, _read)


def moderations(call: Call) -> Buckets[ModerationsUsage]:
    """Get the usage of moderations. There are none here yet."""
    return _told(call, "moderations", ModerationsUsage, _read)


def images(call: Call) -> Buckets[ImagesUsage]:
    """Get the usage of images. There is none here yet."""
    return _told(call, "images", ImagesUsage, lambda sums: {
        "num_model_requests": sums["requests"], "images": sums["images"],
    })  # fmt: skip


def audio_speeches(call: Call) -> Buckets[SpeechesUsage]:
    """Get the usage of spoken text."""
    return _told(call, "audio_speeches", SpeechesUsage, lambda sums: {
        "num_model_requests": sums["requests"], "characters": sums["input_tokens"],
    })  # fmt: skip


def audio_transcriptions(call: Call) -> Buckets[TranscriptionsUsage]:
    """Get the usage of transcriptions and translations."""
    return _told(call, "audio_transcriptions", TranscriptionsUsage, lambda sums: {
        "num_model_requests": sums["requests"], "seconds": sums["audio_seconds"],
    })  # fmt: skip


def vector_stores(call: Call) -> Buckets[StoresUsage]:
    """Get the usage of vector stores. There are none here yet."""
    return _nothing(call)


def code_interpreter_sessions(call: Call) -> Buckets[SessionsUsage]:
    """Get the usage of the code interpreter. There is none here yet."""
    return _nothing(call)


def file_search_calls(call: Call) -> Buckets[FileSearchesUsage]:
    """Get the usage of searches in files. There are none here yet."""
    return _nothing(call)


def web_search_calls(call: Call) -> Buckets[WebSearchesUsage]:
    """Get the usage of searches in the web. There are none here yet."""
    return _nothing(call)


def _read(sums: Mapping[str, int]) -> dict[str, int]:
    return {
        "num_model_requests": sums["requests"], "award_tokens": sums["award_tokens"],
        "input_tokens": sums["input_tokens"],
    }  # fmt: skip


def _nothing(call: Call) -> Buckets[Any]:
    """Empty buckets; whoever asks for what is not theirs is refused all the same."""
    narrowed(call, call.query.project_ids)
    return _span(call).paged(lambda _: ())


def _span(call: Call) -> Span:
    return span_of(call, call.query, call.query.bucket_width)


def _told(
    call: Call, resource: str, shape: Callable[..., R], show: Callable[[Mapping[str, int]], Mapping[str, int]]
) -> Buckets[R]:
    ask = call.query
    where = replace(
        narrowed(call, ask.project_ids, ask.api_key_ids),
        user_ids=ask.user_ids, models=ask.models, endpoints=ENDPOINTS[resource], tiers=_tiers(ask),
    )  # fmt: skip
    call.rooms.buckets.catch_up()
    span, by = _span(call), tuple(dict.fromkeys(ask.group_by))
    columns = tuple(dict.fromkeys(column for name in by if (column := _DIMENSIONS[name][0]) is not None))
    rows = bounded(call.rooms.buckets.db.cells(span.width, (span.start, span.end), where, columns, ROWS_MAX + 1))
    found: dict[int, dict[tuple[Any, ...], dict[str, int]]] = {}
    for start, *values in rows:
        known, sums = dict(zip(columns, values, strict=False)), values[len(columns) :]
        key = tuple([show_as(known.get(column or "", "")) for column, show_as in map(_DIMENSIONS.__getitem__, by)])
        _add(found.setdefault(start, {}).setdefault(key, dict.fromkeys(MEASURES, 0)), sums)

    def results(start: int) -> Iterable[R]:
        for key, sums in found.get(start, {}).items():
            if sums["requests"]:
                yield shape(**show(sums), **dict(zip(by, key, strict=True)))

    return span.paged(results)


def _add(into: dict[str, int], sums: list[int]) -> None:
    for name, amount in zip(MEASURES, sums, strict=True):
        into[name] += amount


def _tiers(ask: Any) -> tuple[str, ...] | None:
    batch = getattr(ask, "batch", None)
    if batch is None:
        return None
    return ("batch",) if batch else tuple(tier for tier in _TIERS if tier != "batch")


_BASE = "/v1/organization/usage"
ROUTES = (
    Guarded("GET", f"{_BASE}/completions", None, completions, asks=AskCompletions),
    Guarded("GET", f"{_BASE}/embeddings", None, embeddings, asks=ByWho),
    Guarded("GET", f"{_BASE}/moderations", None, moderations, asks=ByWho),
    Guarded("GET", f"{_BASE}/images", None, images, asks=AskImages),
    Guarded("GET", f"{_BASE}/audio_speeches", None, audio_speeches, asks=ByWho),
    Guarded("GET", f"{_BASE}/audio_transcriptions", None, audio_transcriptions, asks=ByWho),
    Guarded("GET", f"{_BASE}/vector_stores", None, vector_stores, asks=ByProject),
    Guarded("GET", f"{_BASE}/code_interpreter_sessions", None, code_interpreter_sessions, asks=ByProject),
    Guarded("GET", f"{_BASE}/file_search_calls", None, file_search_calls, asks=AskFileSearches),
    Guarded("GET", f"{_BASE}/web_search_calls", None, web_search_calls, asks=AskWebSearches),
)
