"""Ids of many texts as one column, the end token after each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa


def with_ends(ids: Sequence[Any], end: int) -> Any:
    """A column of lists of int32.

    Args:
        ids: an array of uint32 a text.
        end: the token that follows each.
    """
    offsets = np.zeros(len(ids) + 1, np.int64)
    np.cumsum([len(one) + 1 for one in ids], out=offsets[1:])
    flat = np.empty(offsets[-1], np.int32)
    for at, one in enumerate(ids):
        flat[offsets[at] : offsets[at + 1] - 1] = one
    flat[offsets[1:] - 1] = end
    return pa.LargeListArray.from_arrays(pa.array(offsets), pa.array(flat))
