"""`tokenry usage`: what was charged beside what it cost, and what the house bore."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Tokenry
from tests.cli.filled import fill


def test_cost_stands_beside_charge_and_a_dash_where_none_is_known(tokenry: Tokenry, data: Path) -> None:
    fill(data, 7)
    out = tokenry("usage").out
    rows = {line.split()[0]: line.split() for line in out.splitlines() if line.strip()}
    assert rows["fast"][-2:] == ["$0.0056", "$0.0028"]
    assert rows["local"][-2:] == ["$0.00042", "-"]
    assert "no cost is known of 3 requests" in out
    assert max(map(len, out.splitlines())) <= 80
    told = tokenry("usage", "--json").json
    assert (told["total"]["cost_usd"], told["total"]["cost_unknown_requests"]) == ("0.0028", 3)
    assert told["total"]["estimated_requests"] == 1
    assert told["house"] == {"written_off_usd": "0.00", "borne_usd": "0.00", "by_account": {}, "tokens_by_account": {}}
