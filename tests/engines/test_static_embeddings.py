"""Static embeddings against arithmetic done by hand on a table of four tokens."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from tokenry.engines.static_embeddings import StaticEmbedder

TABLE = np.array([[0, 0], [3, 4], [1, 0], [0, 1]], dtype=np.float16)


def write_table(path: Path, table: np.ndarray, dtype: str = "F16", *, name: str = "embedding.weight") -> Path:
    header = {
        "__metadata__": {"format": "pt"},
        name: {"dtype": dtype, "shape": list(table.shape), "data_offsets": [0, table.nbytes]},
    }
    head = json.dumps(header).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head + table.tobytes())
    return path


@pytest.fixture
def tokenizer(tmp_path: Path) -> Path:
    made = Tokenizer(WordLevel({"[UNK]": 0, "far": 1, "east": 2, "north": 3}, unk_token="[UNK]"))
    made.pre_tokenizer = Whitespace()
    made.save(str(tmp_path / "tokenizer.json"))
    return tmp_path / "tokenizer.json"


@pytest.fixture
def embedder(tmp_path: Path, tokenizer: Path) -> StaticEmbedder:
    return StaticEmbedder(write_table(tmp_path / "table.safetensors", TABLE), tokenizer)


def test_one_token_is_its_row_normalised(embedder: StaticEmbedder) -> None:
    assert embedder.embed([[1]]).tolist() == [[pytest.approx(0.6), pytest.approx(0.8)]]


def test_several_tokens_are_their_mean(embedder: StaticEmbedder) -> None:
    half = 0.5**0.5
    (vector,) = embedder.embed(embedder.tokenize(["east north"])).tolist()
    assert vector == pytest.approx([half, half])


def test_ids_beyond_the_table_are_its_last_row(embedder: StaticEmbedder) -> None:
    assert embedder.embed([[99]]).tolist() == embedder.embed([[3]]).tolist() == [[0.0, 1.0]]


def test_fewer_dimensions_are_normalised_again(embedder: StaticEmbedder) -> None:
    assert embedder.embed([[1]], 1).tolist() == [[1.0]]


def test_nothing_is_the_zero_vector(embedder: StaticEmbedder) -> None:
    assert embedder.embed([[], [0]]).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_dimensions_and_float32(tmp_path: Path, tokenizer: Path) -> None:
    path = write_table(tmp_path / "wide.safetensors", np.ones((4, 3), dtype=np.float32), "F32")
    made = StaticEmbedder(path, tokenizer)
    assert made.dimensions == 3
    assert made.embed([[0]]).tolist()[0] == pytest.approx([3**-0.5] * 3)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "not a safetensors"), (b"\xff" * 40, "not a safetensors"), (b"\x02" + bytes(7) + b"[]", "one table")],
)
def test_other_files_are_refused(tmp_path: Path, tokenizer: Path, content: bytes, words: str) -> None:
    (tmp_path / "bad").write_bytes(content)
    with pytest.raises(ValueError, match=words):
        StaticEmbedder(tmp_path / "bad", tokenizer)


def test_other_tables_are_refused(tmp_path: Path, tokenizer: Path) -> None:
    path = write_table(tmp_path / "flat.safetensors", np.ones(4, dtype=np.float16))
    with pytest.raises(ValueError, match="not a table"):
        StaticEmbedder(path, tokenizer)
