"""Ids are the published tokenizer's, shards hold them byte for byte, and each document is whole in one of them."""

from __future__ import annotations

import json
import random
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tokenizers

from tokenry.corpus.errors import CorpusError, StageFailed
from tokenry.corpus.shards import TOKENIZED, WRITERS, Span, Vocabulary, planned, read_index
from tokenry.corpus.tokens import NAMES, tokenizer, train, with_ends
from tokenry.corpus.tokens.fast import sampled


def tokenized(ids: list[list[int]]) -> Any:
    rows = [{"id": str(n), "text": f"t{n}", "tokens": one} for n, one in enumerate(ids)]
    return pa.RecordBatch.from_pylist(rows, schema=TOKENIZED)


VOCABULARY = Vocabulary(200_000, "t")
# Ids as tiktoken gives them.
KNOWN = {
    "o200k_base": [13225, 11, 2375, 0],
    "o200k_harmony": [13225, 11, 2375, 0],
    "cl100k_base": [9906, 11, 1917, 0],
}


@pytest.mark.parametrize("name", NAMES)
def test_published_ids(name: str, tmp_path: Path) -> None:
    made = tokenizer(name, "<|endoftext|>", tmp_path)
    assert [ids.tolist() for ids in made.encode(["Hello, world!"])] == [KNOWN[name]]
    text = "Straße 東京 <|endoftext|> \n\n  don't 12345 🙂"
    (ids,) = made.encode([text])
    assert made.end not in ids, "a special token's name in a text is plain text"
    assert made.decode(ids) == text
    assert max(ids) < made.vocabulary


def test_a_tokenizer_of_ones_own(tmp_path: Path) -> None:
    model = tokenizers.Tokenizer(tokenizers.models.WordLevel({"a": 0, "b": 1, "<end>": 2, "?": 3}, unk_token="?"))
    model.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    model.save(str(tmp_path / "tokenizer.json"))
    made = tokenizer("tokenizer.json", "<end>", tmp_path)
    assert [ids.tolist() for ids in made.encode(["a b a", ""])] == [[0, 1, 0], []]
    assert (made.end, made.vocabulary) == (2, 4)


HARD = [
    "", " ", "\n\n\n", "a" * 3000, "Straße 東京 <|endoftext|> \n\n  don't 12345 🙂", "\x00\ufeff\u200b", "́́́e",
    "CamelCaseAndMORE's i'LL", "\uff21\uff22\uff23\uff11\uff12 ﷽", "\r\n\t x  \n", "1234567890" * 50, "ß'S 'RE",
    "नमस्ते दुनिया",
]  # fmt: skip  # a list of texts


@pytest.mark.parametrize("name", ["o200k_base", "cl100k_base"])
def test_the_fast_way_gives_the_same_ids(name: str, tmp_path: Path) -> None:
    chance = random.Random(7)
    alphabet = "".join(HARD)
    texts = HARD + ["".join(chance.choices(alphabet, k=chance.randrange(1, 200))) for _ in range(300)]
    fast, slow = (tokenizer(name, "<|endoftext|>", tmp_path, engine) for engine in ("gigatoken", "tiktoken"))
    for text, left, right in zip(texts, fast.encode(texts), slow.encode(texts), strict=True):
        assert left.tolist() == right.tolist(), text


def test_other_ids_than_the_reference_end_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tokenizer("o200k_base", "<|endoftext|>", tmp_path)
    texts = ["a", *["b"] * 98, "the longest"]
    assert sampled(texts) == [0, 64, 99]
    monkeypatch.setattr(made, "reference", lambda text: np.array([1]))
    with pytest.raises(StageFailed, match=r"the longest.*tokens\.engine"):
        made.encode(texts[99:])


def test_the_end_follows_each_text() -> None:
    column = with_ends([np.array([1, 2], np.uint32), np.array([], np.uint32), np.array([3], np.uint32)], 9)
    assert column.to_pylist() == [[1, 2, 9], [9], [3, 9]]
    assert column.type == TOKENIZED.field("tokens").type
    assert len(with_ends([], 9)) == 0


def test_a_tokenizer_trained_on_ones_own_texts(tmp_path: Path) -> None:
    """The same bytes each time, any text comes back, and what it learnt is shorter than bytes."""
    texts = [f"The harbour lies quiet on day {number}, and every boat waits." for number in range(200)]
    sizes = [train(iter(texts), 400, ("<|endoftext|>",), tmp_path / name) for name in ("a.json", "b.json")]
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    made = tokenizer("a.json", "<|endoftext|>", tmp_path)
    assert sizes == [made.vocabulary] * 2
    assert made.end == made.vocabulary - 1
    for text in ("every boat waits", "Straße 東京 🙂\n\t  x", ""):
        assert made.decode(made.encode([text])[0]) == text
    assert len(made.encode(["every boat waits."])[0]) < 8


@pytest.mark.parametrize(("texts", "vocabulary", "words"), [(["a"], 256, "257 or more"), ([""], 300, "no text")])
def test_a_tokenizer_that_cannot_be_trained(texts: list[str], vocabulary: int, words: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=words):
        train(texts, vocabulary, ("<|endoftext|>",), tmp_path / "t.json")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "end", "words"),
    [
        ("o300k", "<|endoftext|>", "neither one of"),
        ("o200k_base", "</s>", "has no token"),
        ("none.json", "x", "No such file"),
        ("bad.json", "x", "is no tokenizer.json"),
    ],
)
def test_a_tokenizer_that_cannot_be_had(name: str, end: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{}")
    with pytest.raises(CorpusError, match=words):
        tokenizer(name, end, tmp_path)


@pytest.mark.parametrize(("size", "code", "width"), [(65536, 8, 2), (65537, 4, 4)])
def test_megatron_byte_by_byte(size: int, code: int, width: int, tmp_path: Path) -> None:
    files = WRITERS["megatron"].write(
        tmp_path / "000000", iter([tokenized([[1, 2, 3], []]), tokenized([[500]])]), Vocabulary(size, "t")
    )
    assert [file.name for file in files] == ["000000.bin", "000000.idx"]
    assert files[0].read_bytes() == b"".join(n.to_bytes(width, "little") for n in (1, 2, 3, 500))
    assert files[1].read_bytes() == (
        b"MMIDIDX\x00\x00"
        + struct.pack("<QBQQ", 1, code, 3, 4)
        + struct.pack("<3i", 3, 0, 1)
        + struct.pack("<3q", 0, 3 * width, 3 * width)
        + struct.pack("<4q", 0, 1, 2, 3)
    )
    lengths, starts, kind = read_index(files[1])
    first = np.fromfile(files[0], kind, lengths[0], offset=starts[0])
    assert first.tolist() == [1, 2, 3]


@pytest.mark.parametrize("text", [b"", b"MMIDIDX\x00\x00", b"x" * 64])
def test_a_broken_index_is_refused(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.idx").write_bytes(text)
    with pytest.raises(ValueError, match=r"a\.idx"):
        read_index(tmp_path / "a.idx")


def test_parquet_shards_hold_text_ids_and_source(tmp_path: Path) -> None:
    (file,) = WRITERS["parquet"].write(
        tmp_path / "0", iter([tokenized([[1, 2]]), tokenized([[3]])]), Vocabulary(9, "t")
    )
    table = pq.read_table(file)
    assert table.column("tokens").to_pylist() == [[1, 2], [3]]
    assert "digest" not in table.column_names


def test_a_shard_closes_once_it_is_full_and_never_parts_a_document() -> None:
    assert list(planned([[5, 5], [1, 20, 1], [], [3]], 10)) == [
        [Span(0, 0, 2)],
        [Span(1, 0, 2)],
        [Span(1, 2, 3), Span(3, 0, 1)],
    ]
    assert list(planned([], 10)) == []


def test_mds_byte_by_byte(tmp_path: Path) -> None:
    """A sample's bytes as the format's own writer makes them for the same document."""
    long = list(range(300))
    data, index = WRITERS["mds"].write(
        tmp_path / "000007", iter([tokenized([[1, 2, 3]]), tokenized([long])]), VOCABULARY
    )
    told = json.loads(index.read_text())["shards"][0]
    assert (data.parent.name, told["samples"], told["raw_data"]["bytes"]) == ("000007.mds", 2, data.stat().st_size)
    text = data.read_bytes()
    count, *starts = struct.unpack_from("<4I", text)
    settings = json.loads(text[16 : starts[0]])
    assert (count, starts[-1]) == (2, len(text))
    assert settings == {key: value for key, value in told.items() if key not in ("raw_data", "samples", "zip_data")}
    assert text[starts[0] : starts[1]] == bytes.fromhex("01000000 0e000000 30 0403 010000000200000003000000")
    assert text[starts[1] : starts[1] + 12] == bytes.fromhex("01000000 b3040000 30 052c01")
    assert np.frombuffer(text, "<i4", offset=starts[1] + 12).tolist() == long


@pytest.mark.parametrize(("size", "name"), [(65536, "uint16"), (65537, "uint32")])
def test_flat_is_ids_alone(size: int, name: str, tmp_path: Path) -> None:
    batches = iter([tokenized([[1, 2, 3], []]), tokenized([[500]])])
    (file,) = WRITERS["flat"].write(tmp_path / "000000", batches, Vocabulary(size, "t"))
    assert file.name == f"000000.{name}"
    assert np.memmap(file, name).tolist() == [1, 2, 3, 500]


@pytest.mark.parametrize("name", WRITERS)
def test_a_format_writes_the_same_bytes_again(name: str, tmp_path: Path) -> None:
    made = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        files = WRITERS[name].write(tmp_path / folder / "0", iter([tokenized([[1], [2, 3]])]), VOCABULARY)
        made.append({str(file.relative_to(tmp_path / folder)): file.read_bytes() for file in files})
    assert made[0] == made[1]
