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
from tokenry.engines.build import build
from tokenry.engines.download import Progress
from tokenry.engines.engine import Call, Engine, EngineDown, EngineHealth, EngineSetupError, State
from tokenry.engines.origin import FROM_ENVIRONMENT
from tokenry.engines.pull import pull
from tokenry.engines.scripted import ScriptedEngine, ScriptedServer, Seen
from tokenry.engines.store import ArtifactStore
from tokenry.engines.wire import Exchange, Origin, Pool, Stats, Timeouts, WireError

__all__ = [
    "build",
    "Engine",
    "Call",
    "EngineHealth",
    "State",
    "EngineDown",
    "EngineSetupError",
    "ScriptedEngine",
    "ScriptedServer",
    "Seen",
    "Exchange",
    "WireError",
    "Pool",
    "Origin",
    "Timeouts",
    "FROM_ENVIRONMENT",
    "Stats",
    "ArtifactStore",
    "Artifact",
    "ArtifactFile",
    "CATALOGUE",
    "STARTER_CHAT",
    "STARTER_EMBEDDING",
    "pull",
    "Progress",
    "ArtifactError",
    "ArtifactMissing",
    "UnknownArtifact",
]
