"""Doing many tasks in processes that can be killed, here or on other machines. Knows nothing of documents."""

from __future__ import annotations

from tokenry.corpus.work.crew import Answered as Answered
from tokenry.corpus.work.crew import Crew as Crew
from tokenry.corpus.work.crew import Failed as Failed
from tokenry.corpus.work.crew import Hands as Hands
from tokenry.corpus.work.crew import Lost as Lost
from tokenry.corpus.work.executor import Executor as Executor
from tokenry.corpus.work.executor import Maker as Maker
from tokenry.corpus.work.executor import Opener as Opener
from tokenry.corpus.work.pool import Pool as Pool
from tokenry.corpus.work.task import OUTSIDE as OUTSIDE
from tokenry.corpus.work.task import Done as Done
from tokenry.corpus.work.task import Limits as Limits
from tokenry.corpus.work.task import Pulse as Pulse
from tokenry.corpus.work.task import Task as Task
from tokenry.corpus.work.task import Work as Work

__all__ = [
    "OUTSIDE",
    "Answered",
    "Crew",
    "Done",
    "Executor",
    "Failed",
    "Hands",
    "Limits",
    "Lost",
    "Maker",
    "Opener",
    "Pool",
    "Pulse",
    "Task",
    "Work",
]
