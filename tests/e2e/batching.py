"""Batches as a client makes them, over plain HTTP; and what must hold of their files and of the books afterwards."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.e2e.harness import Key, Server
from tests.e2e.harness.server import until

OVER = {"completed", "failed", "expired", "cancelled"}
BOUNDARY = "edge"


def line(number: int, **body: Any) -> dict[str, Any]:
    """One line of an input file; its prompt is as long as its number says, so that no two cost the same."""
    asked = {"model": "m", "messages": [{"role": "user", "content": f"line {number} " + "go " * (number % 7)}], **body}
    return {"custom_id": f"row-{number}", "method": "POST", "url": "/v1/chat/completions", "body": asked}


def jsonl(lines: Iterable[dict[str, Any]]) -> bytes:
    """Lines as a file."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in lines)


@dataclass(frozen=True)
class Office:
    """Where a key leaves its batches."""

    server: Server
    key: Key

    def call(self, method: str, path: str, data: bytes | None = None, kind: str = "application/json") -> bytes:
        """What a request is answered; an error raises."""
        headers = {"authorization": f"Bearer {self.key.text}", "content-type": kind}
        request = urllib.request.Request(self.server.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return bytes(answer.read())

    def leave(self, content: bytes) -> str:
        """A file of purpose `batch`; its id."""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'
        form = f'{head}purpose"\r\n\r\nbatch\r\n{head}file"; filename="in.jsonl"\r\n\r\n'.encode()
        form += content + f"\r\n--{BOUNDARY}--\r\n".encode()
        made = self.call("POST", "/v1/files", form, f"multipart/form-data; boundary={BOUNDARY}")
        return str(json.loads(made)["id"])

    def begin(self, content: bytes, endpoint: str = "/v1/chat/completions") -> dict[str, Any]:
        """A batch over a fresh file."""
        asked = {"input_file_id": self.leave(content), "endpoint": endpoint, "completion_window": "24h"}
        return dict(json.loads(self.call("POST", "/v1/batches", json.dumps(asked).encode())))

    def look(self, batch: dict[str, Any]) -> dict[str, Any]:
        """How far it has come."""
        return dict(json.loads(self.call("GET", f"/v1/batches/{batch['id']}")))

    def over(self, batch: dict[str, Any], timeout_s: float = 60.0) -> dict[str, Any]:
        """It is over."""
        found = until(lambda: self.look(batch), lambda one: one["status"] in OVER, timeout_s)
        assert found["status"] in OVER, found
        return found

    def rows(self, file_id: str | None) -> list[dict[str, Any]]:
        """The lines of an output or error file."""
        if file_id is None:
            return []
        return [json.loads(row) for row in self.call("GET", f"/v1/files/{file_id}/content").splitlines()]

    def requests(self) -> list[dict[str, Any]]:
        """Everything that the key ever asked for, as the books list it."""
        found: list[dict[str, Any]] = []
        asked: dict[str, Any] = {"key": self.key.id, "count": 1000}
        while True:
            page = self.server.verb("requests", **asked)
            found += page["requests"]
            if page["next"] is None:
                return found
            asked["cursor"] = page["next"]


def settled_once(office: Office, batch: dict[str, Any], numbers: range) -> int:
    """Each line is once in the output and once in the ledger, and both say the same. What all of it cost, nano-USD."""
    assert batch["status"] == "completed", batch
    assert batch["request_counts"] == {"total": len(numbers), "completed": len(numbers), "failed": 0}
    assert batch["error_file_id"] is None
    rows = office.rows(batch["output_file_id"])
    assert [row["custom_id"] for row in rows] == [f"row-{number}" for number in numbers]
    asked = {row["response"]["request_id"]: row for row in rows}
    assert len(asked) == len(rows)
    charged = {one["id"]: one for one in office.requests() if Decimal(one["charge_usd"])}
    assert charged.keys() == asked.keys()
    for request_id, row in asked.items():
        usage, entry = row["response"]["body"]["usage"], charged[request_id]
        assert (row["response"]["status_code"], row["error"], entry["outcome"]) == (200, None, "completed")
        assert usage["prompt_tokens"] == entry["input_tokens"]
        assert usage["completion_tokens"] == entry["output_tokens"]
    told = [row["response"]["body"]["usage"] for row in rows]
    assert batch["usage"]["input_tokens"] == sum([one["prompt_tokens"] for one in told])
    assert batch["usage"]["output_tokens"] == sum([one["completion_tokens"] for one in told])
    spent = sum([int(Decimal(one["charge_usd"]) * 10**9) for one in charged.values()])
    assert spent == office.server.spent_nano(office.key) > 0
    return spent
