"""Doing many tasks on this machine in processes that can be killed. Knows nothing of documents."""

from __future__ import annotations

from tokenry.corpus.work.pool import Pool as Pool
from tokenry.corpus.work.task import OUTSIDE as OUTSIDE
from tokenry.corpus.work.task import Done as Done
from tokenry.corpus.work.task import Limits as Limits
from tokenry.corpus.work.task import Pulse as Pulse
from tokenry.corpus.work.task import Task as Task
from tokenry.corpus.work.task import Work as Work

__all__ = ["OUTSIDE", "Done", "Limits", "Pool", "Pulse", "Task", "Work"]
