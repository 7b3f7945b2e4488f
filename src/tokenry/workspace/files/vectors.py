"""Vectors as they are kept, and which of them are nearest. Knows numpy; imported when first a vector is met."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

DIMENSIONS_MAX = 8_192

Vectors = npt.NDArray[np.float32]


def unpack(encoded: Sequence[str]) -> Vectors:
    """Rows of base64 of little-endian float32, made of length 1. Raises ValueError: they are no vectors of one size."""
    rows = [np.frombuffer(base64.b64decode(one, validate=True), dtype="<f4") for one in encoded]
    if not rows or not 0 < rows[0].size <= DIMENSIONS_MAX or any(row.size != rows[0].size for row in rows):
        raise ValueError("vectors must all have the same size")
    found = np.stack(rows).astype(np.float32)
    if not np.isfinite(found).all():
        raise ValueError("vectors must be of finite numbers")
    norms = np.linalg.norm(found, axis=1, keepdims=True)
    unit: Vectors = np.divide(found, norms, out=np.zeros_like(found), where=norms > 0)
    return unit


def keep(vectors: Vectors) -> list[bytes]:
    """Each vector as its row keeps it: little-endian float16."""
    return [row.tobytes() for row in vectors.astype("<f2")]


def nearest(kept: Sequence[bytes], wanted: bytes, most: int) -> list[int]:
    """The places of the vectors nearest to one by their cosine, the nearest first; those of another size are passed
    over, and so are those that point away from it."""
    places = [at for at, one in enumerate(kept) if len(one) == len(wanted)]
    if not places:
        return []
    table = np.frombuffer(b"".join(kept[at] for at in places), dtype="<f2").reshape(len(places), -1)
    near = table.astype(np.float32) @ np.frombuffer(wanted, dtype="<f2").astype(np.float32)
    order = np.argsort(-near, kind="stable")[:most]
    return [places[at] for at in order if near[at] > 0]
