"""What makes tokens: remotes, supervised children, a scripted engine; and the artifacts they run on.

Everything that makes tokens is reached over HTTP through the wire. This room knows how to start, watch, speak to and
stop an engine; it knows no prices, no callers and no choice between engines.
"""

from tokenry.engines.artifacts import (
    CATALOGUE,
    STARTER_CHAT,
    STARTER_EMBEDDING,
    Artifact,
    ArtifactError,
    ArtifactFile,
    ArtifactMissing,
    UnknownArtifact,
)
from tokenry.engines.download import Progress
from tokenry.engines.pull import pull
from tokenry.engines.store import ArtifactStore

__all__ = [
    "CATALOGUE",
    "STARTER_CHAT",
    "STARTER_EMBEDDING",
    "Artifact",
    "ArtifactError",
    "ArtifactFile",
    "ArtifactMissing",
    "ArtifactStore",
    "Progress",
    "UnknownArtifact",
    "pull",
]
