"""The same tasks on a Ray cluster. Needs `pip install "ray>=2.60"`; nothing else of the room imports it."""

from __future__ import annotations

from tokenry.corpus.cluster.cluster import Cluster as Cluster
from tokenry.corpus.cluster.cluster import cores as cores

__all__ = ["Cluster", "cores"]
