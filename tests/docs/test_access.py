"""The page about access has the table of roles as the code has it."""

from __future__ import annotations

from typing import get_args

from tests.docs.pages import page
from tokenry.access import OF_PROJECT, ORGANIZATION_ROLES, Permission
from tokenry.access.roles import OF_ORGANIZATION


def test_the_table_of_roles_is_that_of_the_code() -> None:
    rows = {row[0].strip("`"): row[1:] for row in page("docs/concepts/access.md").rows()}
    roles = (*OF_ORGANIZATION.values(), *OF_PROJECT.values())
    assert rows.keys() >= set(get_args(Permission)) | set(ORGANIZATION_ROLES)
    for permission in get_args(Permission):
        told = [cell.strip() == "yes" for cell in rows[permission]]
        assert told == [permission in role for role in roles], permission
