"""The configurations of a made-up house: providers, models, prices; and what a reload may bring."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import Any

from tokenry.app.starter import with_starter
from tokenry.config import Config, parse

PROVIDERS = ("a", "b", "c", "d")
KINDS = {"chat": ("swift", "both", "steady"), "text": ("swift", "both"), "embed": ("vectors",)}


@dataclass
class Wishes:
    """What the file says. Prices are dollars per million tokens."""

    price: int = 1
    both: bool = True  # whether the model of that name is served
    host: str = "a1.test"  # where provider a lives
    request_timeout_s: int = 20
    award_usd: str = "1"
    broken: bool = False
    tiers: str = "flex = { input = 0.5, output = 1 }, priority = { output = 3 }"

    def text(self) -> str:
        if self.broken:
            return "[server\nport = "
        return _TEXT.format(**vars(self)) + (_BOTH.format(**vars(self)) if self.both else "")


_TEXT = """\
[server]
request_timeout_s = {request_timeout_s}
drain_timeout_s = 5
[tiers]
flex_wait_s = 3
flex_waiting_max = 3
[starter]
enabled = false
award_usd = {award_usd}
[[provider]]
name = "a"
base_url = "http://{host}/v1"
api_key_env = "SIMULATED_ENGINE_KEY"
connect_timeout_s = 2
first_byte_timeout_s = 6
idle_timeout_s = 4
[[provider]]
name = "b"
base_url = "http://b.test:8000/v1"
api_key_env = "SIMULATED_ENGINE_KEY"
max_concurrency = 2
connect_timeout_s = 1
first_byte_timeout_s = 30
idle_timeout_s = 30
[[provider]]
name = "c"
base_url = "http://c.test/v1"
api_key_env = "SIMULATED_ENGINE_KEY"
first_byte_timeout_s = 6
[[provider]]
name = "d"
dialect = "llama.cpp"
base_url = "http://d.test/v1"
api_key_env = "SIMULATED_ENGINE_KEY"
first_byte_timeout_s = 6
idle_timeout_s = 4
[[model]]
name = "swift"
max_output_tokens = 60
price = {{ input = {price}, output = 2, cached_input = 0.25, tiers = {{ {tiers} }} }}
cost = {{ input = 0.5, output = 1 }}
deployments = [{{ provider = "a", model = "x1" }}, {{ provider = "b", model = "x2", priority = 2 }}]
[[model]]
name = "steady"
max_output_tokens = 60
price = {{ input = 1, output = {price} }}
deployments = [{{ provider = "d", model = "x3" }}]
[[model]]
name = "vectors"
kind = "embedding"
price = {{ input = {price} }}
deployments = [{{ provider = "c", model = "x4" }}]
"""
_BOTH = """\
[[model]]
name = "both"
max_output_tokens = 50
price = {{ input = 0.3333, output = 0.7777 }}
deployments = [{{ provider = "b", model = "x5", weight = 2 }}, {{ provider = "c", model = "x6" }}]
"""


@lru_cache(maxsize=256)
def read(text: str) -> Config:
    """The configuration that a text says; read once."""
    return with_starter(parse(text, source="simulated"))


@dataclass
class File:
    """Stands where the path of a configuration file stands: it can be opened, and that is all anybody does with it."""

    wishes: Wishes = field(default_factory=Wishes)

    def open(self, _mode: str) -> Any:
        return io.BytesIO(self.wishes.text().encode())

    def exists(self) -> bool:
        return True

    def __str__(self) -> str:
        return "simulated.toml"


def change(wishes: Wishes, rng: Random) -> Wishes:
    """What somebody writes into the file before a reload."""
    new = Wishes(**vars(wishes))
    new.broken = rng.random() < 0.1
    if rng.random() < 0.5:
        new.price = rng.choice((1, 2, 3, 1000))  # the last is a slip of the decimal point
    if rng.random() < 0.7:
        new.both = not new.both
    if rng.random() < 0.4:
        new.host = rng.choice(("a1.test", "a2.test"))
    if rng.random() < 0.3:
        new.request_timeout_s = rng.choice((5, 20))
    return new
