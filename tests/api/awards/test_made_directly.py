"""Awards that officers make directly: what they may say, and for whom they exist."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.organization.stand import standing
from tests.api.programmes.players import Players

pytestmark = pytest.mark.anyio
FREE = dict.fromkeys(("input", "cached_input", "cache_write", "output", "reasoning"), 0)


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Players]:
    async with standing(tmp_path) as stand:
        yield Players(stand)


async def test_a_key_that_is_nobodys_sees_the_awards_of_its_own_project_alone(play: Players) -> None:
    mine, other = play.stand.ours.projects[0], play.stand.ours.projects[1]
    programme = await play.programme()
    asked: dict[str, Any] = {"programme_id": programme["id"], "amount": 1000}
    await play.post("/awards", play.officer, **asked, project_id=other.id, name="theirs")
    key = play.stand.project_key(mine)
    assert (await play.get("/me/awards", key))["data"] == []
    await play.post("/awards", play.officer, **asked, project_id=mine.id, name="ours")
    assert [one["name"] for one in (await play.get("/me/awards", key))["data"]] == ["ours"]


@pytest.mark.parametrize(
    ("terms", "param"),
    [
        ({"weights": FREE}, "terms.weights"),
        ({"weights": {"output": 0}}, "terms.weights"),
        ({"restrictions": {"on_exhaustion": "downgrade"}}, "terms.restrictions.downgrade_to"),
        ({"restrictions": {"downgrade_to": "small"}}, "terms.restrictions.downgrade_to"),
    ],
    ids=["free", "output for nothing", "downgrade to nothing", "a name alone"],
)
async def test_its_own_terms_are_held_to_the_rules_of_a_programmes(
    play: Players, terms: dict[str, Any], param: str
) -> None:
    project, programme = play.stand.ours.projects[0], await play.programme()
    asked = {"programme_id": programme["id"], "amount": 1000, "project_id": project.id, "terms": terms}
    assert (await play.refused("/awards", play.officer, 400, **asked))["param"] == param
    assert (await play.get("/awards", play.officer))["data"] == []


async def test_dollars_are_not_weighed(play: Players) -> None:
    project, programme = play.stand.ours.projects[0], await play.programme(template="startup")
    asked = {"programme_id": programme["id"], "amount": 1000, "project_id": project.id, "terms": {"weights": {}}}
    assert (await play.refused("/awards", play.officer, 400, **asked))["param"] == "terms.weights"


async def test_an_end_in_the_past_is_refused(play: Players) -> None:
    project, programme = play.stand.ours.projects[0], await play.programme()
    asked = {"programme_id": programme["id"], "amount": 1000, "project_id": project.id, "begins_at": 0}
    assert (await play.refused("/awards", play.officer, 400, **asked))["param"] == "ends_at"
    assert (await play.get("/awards", play.officer))["data"] == []


async def test_reasons_and_reports_do_nothing_to_the_screens_of_their_readers(play: Players) -> None:
    awardee, programme = play.person("member"), await play.programme()
    asked: dict[str, Any] = {"programme_id": programme["id"], "amount": 1000, "awardee_id": awardee.id}
    award = await play.post("/awards", play.officer, **asked)
    report = f"/me/award_reports/{award['reports'][0]['id']}/submit"
    for text in ("\x1b]0;mine\x07", "a\x00b", "\u202egnp.exe"):
        await play.refused(f"/awards/{award['id']}/suspend", play.officer, 400, reason=text)
        wish = {"kind": "supplement", "amount": 1, "reason": text}
        await play.refused(f"/me/awards/{award['id']}/amendments", awardee.key, 400, **wish)
        assert (await play.refused(report, awardee.key, 400, text=text))["param"] == "text"
    await play.post(report, awardee.key, text="All three:\n\tdone.")


async def test_who_does_not_read_awards_reads_no_uptake(play: Players) -> None:
    programme = await play.programme()
    path = f"/programmes/{programme['id']}/uptake"
    await play.get(path, play.stand.ours.keys["auditor"])
    await play.get(path, play.person("reviewer").key, 403)
