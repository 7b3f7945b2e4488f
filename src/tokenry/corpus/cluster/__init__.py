"""The same work on the machines of a Ray cluster. An extra of its own (`tokenry[ray]`), which nothing else imports."""

from __future__ import annotations

from tokenry.corpus.cluster.joined import Cluster as Cluster

__all__ = ["Cluster"]
