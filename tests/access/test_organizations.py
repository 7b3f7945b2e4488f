"""An organization's name and time zone: what is refused, what is noted, and that no other one is touched."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from tests.access.town import Town
from tokenry.access import OrganizationTerms, local_actor, read_audit, set_organization_terms
from tokenry.base.errors import Conflict, InvalidRequest, NotFound


def test_a_name_and_a_zone(town: Town) -> None:
    town.elsewhere(town.member("member"))
    set_organization_terms(town.desk, town.local, OrganizationTerms(name="Institute", timezone="Europe/Berlin"))
    ours = town.load().organizations[town.organization]
    assert (ours.name, ours.timezone) == ("Institute", "Europe/Berlin")
    assert town.load().organizations["org_elsewhere"].name == "elsewhere"
    row = list(read_audit(town.desk.db))[-1]
    assert (row.type, row.resource_id) == ("organization.updated", town.organization)
    assert row.details == {"changes_requested": ["name", "timezone"]}, "settings by their names; no content"
    set_organization_terms(town.desk, town.local, OrganizationTerms(timezone=None))
    ours = town.load().organizations[town.organization]
    assert (ours.name, ours.timezone) == ("Institute", None)


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        (OrganizationTerms(name=""), InvalidRequest),
        (OrganizationTerms(name="x" * 101), InvalidRequest),
        (OrganizationTerms(name="two\nlines"), InvalidRequest),
        (OrganizationTerms(timezone="Mars/Olympus"), InvalidRequest),
        (OrganizationTerms(timezone="../../etc/passwd"), InvalidRequest),
        (OrganizationTerms(name="elsewhere"), Conflict),
    ],
)
def test_what_cannot_be_changes_nothing(town: Town, terms: OrganizationTerms, error: type[Exception]) -> None:
    town.elsewhere(town.member("member"))
    before, rows = town.load().organizations[town.organization], len(list(read_audit(town.desk.db)))
    with pytest.raises(error):
        set_organization_terms(town.desk, town.local, terms)
    assert town.load().organizations[town.organization] == before
    assert len(list(read_audit(town.desk.db))) == rows


def test_of_none_that_is_there(town: Town) -> None:
    with pytest.raises(NotFound):
        set_organization_terms(town.desk, local_actor("org_none"), OrganizationTerms(name="x", timezone=UNSET))
