"""Two passes over one act: what one was refused and the other had done is not undone."""

from __future__ import annotations

import pytest

from tests.programmes.awarding import granted, plan, project_of, prove, read, stands
from tests.programmes.offices import Bureau
from tokenry.base.errors import Conflict
from tokenry.ledger import Ledger
from tokenry.programmes import Wish, amend_at_once
from tokenry.programmes.awards.amendments import finish_amendments
from tokenry.programmes.awards.granting import finish_grants, grant_directly

pytestmark = pytest.mark.anyio


def refused_and_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the ledger says no to who asks, and has it done for another who asks the same."""
    grant = Ledger.grant

    async def both(self: Ledger, *args: object, **more: object) -> None:
        await grant(self, *args, **more)  # type: ignore[arg-type] # as it was asked
        raise Conflict("this does not fit the books")

    monkeypatch.setattr(Ledger, "grant", both)


async def test_an_award_that_another_pass_had_granted(office: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    programme = await office.programme()
    new = plan(office, programme, project_id=project_of(office), name="one")
    with monkeypatch.context() as patch:
        refused_and_done(patch)
        with pytest.raises(Conflict):
            await grant_directly(office, office.actor("officer"), [new])
    assert await finish_grants(office) == 1
    (known,) = office.ledger.books.awards.values()
    assert read(office, known.id).state == "active"
    prove(office)


async def test_a_supplement_that_another_pass_had_done(office: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    award = await granted(office, await office.programme(), project_id=project_of(office))
    with monkeypatch.context() as patch:
        refused_and_done(patch)
        with pytest.raises(Conflict):
            await amend_at_once(office, office.actor("officer"), Wish("supplement", award.id, "more", 500))
    assert await finish_amendments(office) == 1
    assert (read(office, award.id).amount, stands(office, award.id).issued) == (1500, 1500)
    prove(office)
