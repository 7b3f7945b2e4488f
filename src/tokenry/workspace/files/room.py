"""Files in one hand: their rows, their passages, what reads them, what finds in them."""

from __future__ import annotations

from dataclasses import dataclass

from tokenry.workspace.files.grounding import Retrieval
from tokenry.workspace.files.index import Index
from tokenry.workspace.files.intake import Intake
from tokenry.workspace.files.records import WorkspaceFiles


@dataclass(frozen=True, slots=True)
class Filing:
    """The files of people, while somebody serves."""

    files: WorkspaceFiles
    index: Index
    intake: Intake
    retrieval: Retrieval
