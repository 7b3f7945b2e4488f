"""The group of verbs `tokenry corpus`, and the optional room behind it, which is imported when a verb needs it."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from tokenry.base.errors import TokenryError
from tokenry.cli.options import group

app = group("Raw documents to training tokens, each with its papers. Needs the extra: pip install 'tokenry[corpus]'.")


def room() -> ModuleType:
    """The room `corpus`, or a word about what to install."""
    try:
        from tokenry import corpus
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("tokenry"):
            raise
        raise TokenryError(f"`tokenry corpus` needs {error.name}: pip install 'tokenry[corpus]'") from None
    return corpus


class OnRay:
    """Makes executors on a Ray cluster; `cores` is how many processors that has."""

    def __init__(self, address: str) -> None:
        try:
            from tokenry.corpus import cluster
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("tokenry"):
                raise
            raise TokenryError("--ray needs Ray on every machine: pip install 'ray>=2.60'") from None
        self._cluster, self._address = cluster, address
        self.cores: int = cluster.cores(address)

    def __call__(self, workers: int, factory: Any, limits: Any) -> Any:
        """An executor, as `corpus.build` takes it."""
        return self._cluster.Cluster(workers, factory, limits, self._address)
