"""What it costs to find passages is the answer's cost: by its receipts, in the message, in the chat's sum."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.organization.stand import CONFIGURATION, standing
from tests.api.workspace.chatting import fund
from tests.api.workspace.test_files import EMBEDS, Person, answered

pytestmark = pytest.mark.anyio


async def test_the_answer_pays_for_what_it_stands_on(tmp_path: Path) -> None:
    async with standing(tmp_path, CONFIGURATION + EMBEDS) as stand:
        await fund(stand)
        anna = Person(stand)
        parts = "\n\n".join(f"## Part {n}\n\n" + f"Common words of part {n} fill the page. " * 20 for n in range(120))
        file = await anna.read(parts.encode(), "long.md")
        chat = (await anna.ask("POST", "/v1/tokenry/chats", model="chatty"))["id"]
        answer = await answered(anna, chat, "What fills part 77?", file["id"])
        assert answer["sources"]
        asked, sought = answer["request_ids"]
        receipts = await anna.ask("GET", f"/v1/tokenry/chats/{chat}/messages/{answer['id']}/receipts")
        kinds = {one["id"]: one["endpoint"] for one in receipts["data"]}
        assert kinds == {asked: "chat.completions", sought: "embeddings"}
        charged = sum(one["charge_nanousd"] for one in receipts["data"])
        assert all(one["charge_nanousd"] > 0 for one in receipts["data"])
        assert answer["charge_nanousd"] == charged
        assert (await anna.ask("GET", f"/v1/tokenry/chats/{chat}"))["charge_nanousd"] == charged
        assert answer["input_tokens"] == receipts["data"][0]["usage"]["input_tokens"], "tokens are the model's own"
        assert (answer["model"], len(answer["seen_by"])) == ("chatty", 1)
        again = await anna.ask("POST", f"/v1/tokenry/chats/{chat}/messages/{answer['parent_id']}/answers")
        assert again["charge_nanousd"] is None
        await stand.serving.workspace.runs.stop(again["id"])
