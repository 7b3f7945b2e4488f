"""Whether the log of signed roots is whole, and its newest one of this manifest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from tokenry.corpus.checking.breach import Breach
from tokenry.corpus.durable import sha256_of
from tokenry.corpus.errors import RunFolderError
from tokenry.corpus.papers import MANIFEST, roots


def signed(out: Path, manifest: dict[str, Any]) -> Iterator[Breach]:
    """Everything that is wrong with it; a set that was never signed has nothing to be wrong."""
    try:
        log = roots.read(out)
    except RunFolderError as error:
        yield Breach(roots.NAME, error.message)
        return
    if not log:
        return
    newest = log[-1].statement
    if newest.manifest != sha256_of(out / MANIFEST):
        yield Breach(roots.NAME, "the newest signed root is of another manifest; if it was built anew, sign it again")
    elif msgspec.to_builtins({"documents": newest.documents, "bands": newest.bands}) != manifest["trees"]:
        yield Breach(roots.NAME, "the newest signed root is of other trees than the manifest's")
