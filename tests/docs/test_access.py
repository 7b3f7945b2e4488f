"""The page about access has the table of roles as the code has it."""

from __future__ import annotations

import re

from tests.docs.pages import page
from tests.docs.write import access_page
from tokenry.access import ORGANIZATION_ROLES
from tokenry.access.roles import OPERATOR_ONLY


def test_the_table_of_roles_is_that_of_the_code() -> None:
    written = page("docs/concepts/access.md")
    assert written.text == access_page(), "run `just reference`"
    assert {row[0].strip("`") for row in written.rows()} >= set(ORGANIZATION_ROLES), "a role has no words"


def test_what_only_the_first_organization_may_is_said() -> None:
    told = next(
        part for part in page("docs/concepts/access.md").text.split("\n\n") if "first organization alone" in part
    )
    assert set(re.findall(r"`(\w+\.\w+)`", told)) == OPERATOR_ONLY
