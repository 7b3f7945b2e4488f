"""Files of the workspace, wired: children that read them, the gateway that embeds them, the keys that pay for it."""

from __future__ import annotations

from tokenry.access import Principal
from tokenry.api.workspace import Hearing
from tokenry.app.house import House
from tokenry.config import child_environ
from tokenry.gateway import Gateway
from tokenry.objects import require_kept
from tokenry.reading import Reader
from tokenry.workspace import Keyring, Whose
from tokenry.workspace.files import Embedder, Filing, Index, Intake, Retrieval, WorkspaceFiles


def file_in(house: House, gateway: Gateway) -> Filing:
    """People's files in a house. `intake.resume` takes up what the last process left, once engines answer."""
    keyring = Keyring(house.desk.db, house.keys, house.clock)

    def payer(whose: Whose, project_id: str) -> Principal:
        principal = keyring.holder(whose, project_id)
        require_kept(principal, "files")
        return principal

    files, index = WorkspaceFiles(house.objects.ground), Index(house.desk.db)
    embedder = Embedder(gateway, lambda: house.config)
    reader = Reader(child_environ(), house.config.workspace.readings_at_once)
    intake = Intake(files, index, reader, embedder, payer)
    intake.listener = Hearing(gateway, house.objects.ground)
    return Filing(files, index, intake, Retrieval(files, index, intake, embedder))
