"""Speech to text in a child of ours. Knows what to tell the child and what must be installed, not how it hears."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from tokenry.base.limits import AUDIO_SECONDS_MAX
from tokenry.config import Provider
from tokenry.engines.artifacts import ArtifactMissing
from tokenry.engines.child_configuration import WhisperConfiguration
from tokenry.engines.embedded import EmbeddedEngine, cores
from tokenry.engines.engine import EngineSetupError
from tokenry.engines.supervisor import Backoff, Launch

_SPARE_REQUESTS = 2  # beyond those that are heard: an upload is read while another sound is still at work
_EXTRA = "speech to text needs the extra `audio`: install tokenry[audio] (uv tool install 'tokenry[audio]')"


class WhisperEngine(EmbeddedEngine):
    """Whisper in a child process.

    Args:
        provider: `parallel` sounds are heard at one time, by `threads` threads together.
        find_model: where the model's folder is, asked at every start; may raise TokenryError.
        backoff: waits between starts.
    """

    capabilities: ClassVar[frozenset[str]] = frozenset({"transcriptions", "translations", "models"})
    always_stream = True

    def __init__(self, provider: Provider, find_model: Callable[[], Path], *, backoff: Backoff | None = None) -> None:
        super().__init__(provider, provider.parallel + _SPARE_REQUESTS, backoff)
        self.speaks = frozenset({"audio.transcriptions", "audio.translations"})
        self._find_model = find_model

    @property
    def slots(self) -> int:
        """See Engine: more would wait inside the child."""
        return min(self.provider.parallel, self._connections_max)

    def _launch(self) -> Launch:
        if find_spec("faster_whisper") is None:
            raise EngineSetupError(_EXTRA)
        provider = self.provider
        configuration = WhisperConfiguration(
            folder=str(self._find_model()),
            name=provider.model or provider.name,
            key=self._key,
            parallel=provider.parallel,
            threads=provider.threads or max(1, cores() - 1),
            seconds_max=AUDIO_SECONDS_MAX,
        )
        return Launch("tokenry.engines.whisper_child", configuration)


def model_folder(path: Path) -> Path:
    """The path itself, or ArtifactMissing when no model lies there."""
    if not (path / "model.bin").is_file():
        raise ArtifactMissing(f"there is no Whisper model at {path}: a folder in CTranslate2's format has a model.bin")
    return path
