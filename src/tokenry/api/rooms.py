"""Every room that administration may walk into, in one hand: for the admin socket and the HTTP routes alike."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tokenry.access import AdminKeys, Desk, Directory, Keys, People, Sessions
from tokenry.access.passkeys import Passkeys
from tokenry.base.clock import Clock
from tokenry.config import Config
from tokenry.engines import Engine
from tokenry.gateway import Line
from tokenry.ledger import Buckets, Ledger
from tokenry.ledger.statements import Statements
from tokenry.notify import Notices
from tokenry.objects import Objects
from tokenry.router import Router
from tokenry.sets import Sets
from tokenry.storage import Journal
from tokenry.workspace import Workspace
from tokenry.workspace.files import Filing


class BackgroundRun(Protocol):
    """A response that is worked on behind its client's back.

    Attributes:
        made: the response object, as it is now.
    """

    made: dict[str, Any]

    def watch(self) -> AsyncIterator[bytes]:
        """All of its events, those to come included."""
        ...

    async def stop(self) -> dict[str, Any]:
        """Stop it; the response object, as it ended."""
        ...


class BackgroundWork(Protocol):
    """All responses that are."""

    def run(self, project_id: str, response_id: str) -> BackgroundRun | None:
        """One of a project's that runs now."""
        ...


@dataclass(slots=True)
class Rooms:
    """An open installation.

    Args:
        data_dir: its data folder; `DATA/run/admin.sock` is where it is asked while serving.
        config: the configuration in force; `app` puts the new one here at a reload.
        config_path: where that was read from, at the start or at the last reload; None = there was no file then.
        engines: by provider's name; empty when nothing serves.
        serving: whether requests are answered now (False: the command line opened the rooms for one verb).
        sessions: of browsers.
        objects: what projects leave here.
        passkeys: of people.
        url: where this server listens, when it does.
        background: the responses that are worked on behind their clients' backs, when somebody serves.
        lines: those before the engines, when somebody serves.
        workspace: people's chats, when somebody serves.
        filing: people's files, when somebody serves.
        sets: training sets, as they lie where the configuration says.
        reload: read the configuration file again and put it in force; answers what changed, in words. None = cannot.
    """

    data_dir: Path
    config: Config
    config_path: Path | None
    ledger: Ledger
    journal: Journal
    buckets: Buckets
    statements: Statements
    keys: Keys
    admin_keys: AdminKeys
    directory: Directory
    people: People
    desk: Desk
    notices: Notices
    router: Router
    engines: Mapping[str, Engine]
    serving: bool
    reload: Callable[[], Awaitable[str]] | None
    clock: Clock
    sessions: Sessions
    objects: Objects
    passkeys: Passkeys
    url: str | None = None
    background: BackgroundWork | None = None
    lines: Callable[[], Iterable[Line]] | None = None
    workspace: Workspace | None = None
    filing: Filing | None = None
    sets: Sets = field(default_factory=Sets)

    def refresh(self) -> None:
        """Read what was changed about people, projects and keys into memory. Blocks: not on the event loop."""
        self.people.load()
        self.keys.load()
        self.admin_keys.load()
        self.sessions.refresh()
