"""The data folder of a demonstration: its mark, its configuration, and what is refused about it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tokenry.base.errors import Conflict
from tokenry.config import CONFIG_NAME
from tokenry.storage import DEMO_NAME

PASSWORD: Final = "a demo has no secrets"  # noqa: S105 - everybody's, and told to everybody
WORDS: Final = (
    "A demonstration made by `tokenry demo`: scripted engines, people who are roles, a year that was played.\n"
    "Nothing in it is real, and its passwords are known. Remove the folder when you have seen it.\n"
)
CONFIGURATION: Final = """\
# A demonstration. Its engines recite a script; they are no models.
[log]
level = "error"

[milestones]
thresholds = [1000000, 10000000, 100000000]

[starter]
enabled = true
award_usd = 400

[[provider]]
name = "machine-room"
dialect = "scripted"

[[provider]]
name = "spare"
dialect = "scripted"

[[model]]
name = "scripted-large"
price = { input = 5, cached_input = 2.5, output = 20 }
cost = { input = 2.2, output = 12 }
max_output_tokens = 4096
context_length = 65536
deployments = [{ provider = "machine-room", model = "scripted?words=90&delay_ms=15" }]

[[model]]
name = "scripted-small"
price = { input = 1, cached_input = 0.5, output = 4, tiers = { batch = { input = 0.5, output = 2 } } }
cost = { input = 0.4, output = 2 }
max_output_tokens = 4096
context_length = 32768
deployments = [
  { provider = "machine-room", model = "scripted?words=40&delay_ms=5" },
  { provider = "spare", model = "scripted?words=40&delay_ms=5", priority = 2 },
]
"""


def require_free(folder: Path) -> None:
    """Raise Conflict: something else lies there, and nothing of it is touched."""
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(
            f"{folder} holds something else already; name an empty folder with --data, so that nobody takes what is "
            "made up for what is real"
        )


def put_marks(folder: Path) -> None:
    """The folder says what it is, before anything else lies in it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / DEMO_NAME).write_text(WORDS)
    (folder / CONFIG_NAME).write_text(CONFIGURATION)
