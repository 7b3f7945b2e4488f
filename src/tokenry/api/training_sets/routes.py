"""The routes of training sets. Files of a report have a route each: no other name can be asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from tokenry.api.guarded import Call, Guarded, Page, Paged, listed
from tokenry.api.pieces import Pieces
from tokenry.api.training_sets.shapes import FullTrainingSetShape, TrainingSetShape
from tokenry.api.training_sets.shown import ALL, full, shape
from tokenry.sets import REPORT_FILES, TrainingSet

_ONE: Final = f"{ALL}/{{set_id}}"
_PIECE: Final = 256 * 1024  # bytes
# The page has a style and links to its sister files. Who wrote it is not known: no script runs, nothing is fetched.
_POLICY: Final = (
    "sandbox allow-same-origin allow-downloads; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_MEDIA: Final = {
    "index.html": "text/html; charset=utf-8",
    "summary.pdf": "application/pdf",
    "summary.json": "application/json",
    "croissant.json": "application/ld+json",
    "spdx.json": "application/ld+json",
    "sha256sums.txt": "text/plain; charset=utf-8",
}
_TITLES: Final = {
    "index.html": "Show a training set's report. One page without script; shown under a policy that loads nothing.",
    "summary.pdf": "Download a report's summary. The public summary of training content, as PDF.",
    "summary.json": "Download a report's figures. The summary and every figure of the report, as JSON.",
    "croissant.json": "Download a training set's Croissant. What dataset search and loaders read.",
    "spdx.json": "Download a training set's SPDX. What tools for bills of materials read.",
    "sha256sums.txt": "Download the sums of a report's files. As `sha256sum --check` reads them.",
}


def listing(call: Call) -> Page[TrainingSetShape]:
    """List training sets. Those that the configuration names (`corpus.sets`), the last finished first."""
    sets = call.rooms.sets
    found = sets.listing(call.rooms.config.corpus.sets)
    return listed(found, call.query, lambda one: one.id, lambda one: shape(one, sets.signed(one), sets.report(one)))


def retrieve(call: Call) -> FullTrainingSetShape:
    """Retrieve a training set. Its funnel, inputs, shards, roots and opt-outs, and what its report found."""
    sets, one = call.rooms.sets, _asked(call)
    return full(one, sets.signed(one), sets.report(one), sets.shards_state(one))


def _asked(call: Call) -> TrainingSet:
    return call.rooms.sets.find(call.rooms.config.corpus.sets, call.path["set_id"])


def _file(name: str) -> Callable[[Call], Pieces]:
    def answer(call: Call) -> Pieces:
        one = _asked(call)
        file, size = call.rooms.sets.file(one, name)
        saved = f"{one.id}-{name}"
        return Pieces(_pieces(file), _MEDIA[name], size, saved, _POLICY if name.endswith(".html") else None)

    answer.__doc__ = _TITLES[name]
    return answer


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _route(name: str) -> Guarded:
    media, failures = _MEDIA[name], ("conflict",)
    return Guarded("GET", f"{_ONE}/report/{name}", "sets.read", _file(name), media=media, failures=failures)


ROUTES: tuple[Guarded, ...] = (
    Guarded("GET", ALL, "sets.read", listing, asks=Paged),
    Guarded("GET", _ONE, "sets.read", retrieve),
    *(_route(name) for name in REPORT_FILES),
)
