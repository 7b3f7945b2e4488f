"""The page about access has the table of roles as the code has it."""

from __future__ import annotations

from tests.docs.pages import page
from tests.docs.write import access_page
from tokenry.access import ORGANIZATION_ROLES


def test_the_table_of_roles_is_that_of_the_code() -> None:
    written = page("docs/concepts/access.md")
    assert written.text == access_page(), "run `just reference`"
    assert {row[0].strip("`") for row in written.rows()} >= set(ORGANIZATION_ROLES), "a role has no words"
