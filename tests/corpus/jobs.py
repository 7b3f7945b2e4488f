"""Work for the pool's tests, as worker processes find it: some of it hangs, swells or dies."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

from tokenry.corpus.work import OUTSIDE, Pulse, Task


class Job:
    """Doubles each row's number; words instead of a number do harm."""

    def __call__(self, task: Task, pulse: Pulse) -> Any:
        if not task.divisible:
            self.one(task.payload)
            return task.payload
        done = []
        for row, value in enumerate(task.payload):
            if task.singly:
                pulse(row)
            if row in task.avoid:
                done.append(task.avoid[row][0])
            else:
                done.append(self.one(value))
        pulse(OUTSIDE)
        return done

    def one(self, value: Any) -> Any:
        if value == "hang":
            threading.Event().wait()
        if value == "swell":
            self.held = b"x" * (600 * 2**20)  # written once, so that it is quick on a busy machine too
            threading.Event().wait()
        if value == "die":
            os._exit(3)
        if value == "Ctrl-C":
            os.kill(os.getpid(), signal.SIGINT)
            return value
        if value == "raise":
            raise ValueError("no such number")
        return value * 2
