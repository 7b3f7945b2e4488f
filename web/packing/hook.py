"""What hatch asks when it makes a wheel, an editable install or a source archive: the pages are built first.

A source archive carries them built, so that a wheel made of it needs neither Node.js nor npm's registry. Node.js itself
comes as a build requirement, and only where there is something to build.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # hatch loads this file alone

from web.packing.building import NODE, CannotBuild, Site, build, is_built

WITHOUT = "TOKENRY_WITHOUT_PAGES"


class PagesHook(BuildHookInterface[Any]):
    """Builds the pages and has them packed although git ignores them."""

    @property
    def _site(self) -> Site:
        return Site(Path(self.root))

    @property
    def _wanted(self) -> bool:
        return os.environ.get(WITHOUT, "") in ("", "0") and (self._site.web / "package.json").exists()

    def dependencies(self) -> list[str]:
        """Node.js, when there is something to build."""
        return [NODE] if self._wanted and not is_built(self._site) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, before hatch collects files.

        Raises:
            CannotBuild: the pages cannot be had. An editable install goes on without them, or with older ones: all else
                works, and its server says what is missing.
        """
        if not self._wanted:
            return
        try:
            build(self._site)
        except CannotBuild as error:
            if version != "editable":
                raise
            self.app.display_warning(str(error))
            return
        build_data["artifacts"].append("/src/tokenry/api/web/dist/")
