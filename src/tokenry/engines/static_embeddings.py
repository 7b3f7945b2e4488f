"""Static embeddings: a table of token vectors, averaged and normalised. Knows numpy and files, no HTTP.

The table is a safetensors file with one two-dimensional tensor (float16 or float32); format:
https://github.com/huggingface/safetensors#format. The tokenizer is a Hugging Face `tokenizers` file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

_DTYPES: dict[str, npt.DTypeLike] = {"F16": np.float16, "F32": np.float32}
_HEADER_SIZE_MAX = 1024 * 1024

Floats = npt.NDArray[np.float32]


class _Tensor(msgspec.Struct):
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


class StaticEmbedder:
    """Turns texts or token ids into unit vectors.

    Args:
        weights: safetensors file with one tensor of shape (tokens, dimensions).
        tokenizer: tokenizers' JSON file.

    Raises:
        ValueError: the weights are not such a file.
    """

    def __init__(self, weights: Path, tokenizer: Path) -> None:
        self._table = _read_table(weights)
        self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    @property
    def dimensions(self) -> int:
        """How long a full vector is."""
        return int(self._table.shape[1])

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, without special tokens."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def embed(self, inputs: Sequence[Sequence[int]], dimensions: int | None = None) -> Floats:
        """Unit vectors of shape (len(inputs), dimensions or all).

        The mean of the token rows, cut to `dimensions` and normalised again; ids beyond the table count as its last
        row. An input without tokens is the zero vector.
        """
        wide = dimensions or self.dimensions
        vectors = np.zeros((len(inputs), wide), dtype=np.float32)
        last = self._table.shape[0] - 1
        for row, ids in enumerate(inputs):
            if len(ids):
                picked = np.clip(np.asarray(ids, dtype=np.int64), 0, last)
                vectors[row] = self._table[picked, :wide].astype(np.float32).mean(axis=0)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        result: Floats = np.divide(vectors, norms, out=vectors, where=norms > 0)
        return result


def _read_table(path: Path) -> npt.NDArray[Any]:
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        if not 0 < size <= _HEADER_SIZE_MAX:
            raise ValueError(f"{path} is not a safetensors file")
        try:
            header = msgspec.json.decode(file.read(size), type=dict[str, Any])
            header.pop("__metadata__", None)
            (tensor,) = (msgspec.convert(value, _Tensor) for value in header.values())
        except (msgspec.MsgspecError, ValueError) as error:
            raise ValueError(f"{path} does not hold one table of vectors ({error})") from None
    if tensor.dtype not in _DTYPES or len(tensor.shape) != 2:
        raise ValueError(f"{path} holds {tensor.dtype}{list(tensor.shape)}, not a table of F16 or F32 vectors")
    shape = (tensor.shape[0], tensor.shape[1])
    return np.memmap(path, dtype=_DTYPES[tensor.dtype], mode="r", offset=8 + size + tensor.data_offsets[0], shape=shape)
