"""Files in the workspace: left, read, cut into passages, found again, and given to questions as sources."""

from tokenry.workspace.files.embedding import Embedder
from tokenry.workspace.files.grounding import Retrieval
from tokenry.workspace.files.index import Index, Kept, Surroundings
from tokenry.workspace.files.intake import Intake, Payer
from tokenry.workspace.files.listening import Listener
from tokenry.workspace.files.records import (
    LIMIT_MAX,
    Place,
    State,
    WorkspaceFile,
    WorkspaceFiles,
    attach_files,
)
from tokenry.workspace.files.room import Filing

__all__ = [
    "LIMIT_MAX",
    "Embedder",
    "Filing",
    "Index",
    "Intake",
    "Kept",
    "Listener",
    "Payer",
    "Place",
    "Retrieval",
    "State",
    "Surroundings",
    "WorkspaceFile",
    "WorkspaceFiles",
    "attach_files",
]
