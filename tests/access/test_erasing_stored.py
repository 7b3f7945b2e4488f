"""What a person's keys left is told in their export; erasing takes their words, and leaves the project its files."""

from __future__ import annotations

from typing import Any

from tests.access.test_erasing import House, house, rows
from tokenry.access import Keys, NewKey, erase_person, gather, local_actor
from tokenry.storage import tables

__all__ = ["house"]

WORDS = b'{"words":"of Zebulon"}'


def fill(house: House) -> dict[str, str]:
    """A row of each kind by a key of theirs, and by one of the owner's. The keys."""
    keys = Keys(house.db, house.desk.clock)
    keys.load()
    found = {}
    for who in (house.user, house.owner):
        record, _ = keys.create(NewKey(name="k", project_id=house.project, user_id=who))
        found[who] = record.id
        place = {"organization_id": house.organization, "project_id": house.project, "key_id": record.id}
        kept: dict[str, Any] = {"body": WORDS, "input": WORDS, "created_at": 1, "expires_at": 2}
        made: list[tuple[Any, dict[str, Any]]] = [
            (tables.files, {"name": "a", "purpose": "batch", "size": 1, "sha256": "0" * 64, "status": "processed"}),
            (tables.stored_completions, {"model": "m", "size": 1, **kept}),
            (tables.stored_responses, {"state": "completed", "background": False, "size": 1, **kept}),
            (tables.conversations, {"expires_at": 2, "size": 0}),
        ]
        with house.db.write() as connection:
            for table, row in made:
                connection.execute(table.insert(), {"id": f"{table.name}-{who}", "created_at": 1, **place, **row})
            item = {"conversation_id": f"conversations-{who}", "position": 1, "id": "msg_1", "body": WORDS}
            connection.execute(tables.conversation_items.insert(), {**item, "created_at": 1})
    return found


def test_it_is_told_without_the_words_and_not_to_other_organizations(house: House) -> None:
    keys = fill(house)
    told = gather(house.db, house.user, house.organization)
    assert [row["id"] for row in told["files"]] == [f"files-{house.user}"]
    assert {row["id"] for row in told["stored"]} == {
        f"{kind}-{house.user}" for kind in ("stored_completions", "stored_responses", "conversations")
    }
    assert {row["key_id"] for kind in ("files", "stored") for row in told[kind]} == {keys[house.user]}
    assert "Zebulon" not in str(told["stored"])
    assert "0" * 64 not in str(told["files"])
    elsewhere = gather(house.db, house.user, "org_other")
    assert (elsewhere["files"], elsewhere["stored"]) == ([], [])


def test_their_words_go_and_nobody_elses(house: House) -> None:
    fill(house)
    done = erase_person(house.desk, local_actor(house.organization), house.user)
    assert (done.removed["stored answers"], done.removed["conversations"]) == (2, 1)
    for table in (tables.stored_completions, tables.stored_responses, tables.conversations):
        assert [row.id for row in rows(house, table)] == [f"{table.name}-{house.owner}"]
    assert [row.conversation_id for row in rows(house, tables.conversation_items)] == [f"conversations-{house.owner}"]
    assert len(rows(house, tables.files)) == 2
    assert "files, batches" in done.stays
