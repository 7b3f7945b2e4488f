"""People, groups and projects' terms, by the command line."""

from __future__ import annotations

from tests.cli.conftest import Tokenry


def test_people_come_change_their_role_and_are_shut_out(tokenry: Tokenry) -> None:
    made = tokenry("user", "create", "--email", "Ada@Example.org", "--json").json
    assert (made["name"], made["email"], made["role"], made["state"]) == ("ada", "ada@example.org", "member", "active")
    assert tokenry("user", "create", "--email", "ada@example.org").code == 1
    assert tokenry("user", "role", "ada@example.org", "auditor", "--json").json["role"] == "auditor"
    assert tokenry("user", "disable", "ada", "--json").json["state"] == "disabled"
    assert tokenry("user", "enable", made["id"], "--json").json["state"] == "active"
    shown = tokenry("user", "list")
    assert "ada@example.org" in shown.out
    assert "auditor" in shown.out
    refused = tokenry("user", "role", "owner", "member")
    assert (refused.code, "last owner" in refused.err) == (1, True)
    wrong = tokenry("user", "role", "ada", "chief")
    assert (wrong.code, "none of owner, admin" in wrong.err) == (1, True)
    assert "owners.write" not in tokenry("user", "role", "ada", "owner").err


def test_groups_hold_people_and_bounds(tokenry: Tokenry) -> None:
    tokenry("user", "create", "--email", "ada@example.org")
    tokenry("group", "create", "--name", "faculty")
    made = tokenry("group", "create", "--name", "students", "--parent", "faculty", "--models", "a,b", "--json").json
    assert (made["parent_name"], made["models"], made["data_class"]) == ("faculty", ["a", "b"], None)
    added = tokenry("group", "add", "students", "ada@example.org", "--json").json
    assert [member["email"] for member in added["members"]] == ["ada@example.org"]
    changed = tokenry(
        "group", "set", "students", "--all-models", "--data-class", "public", "--no-parent", "--json"
    ).json
    assert (changed["parent"], changed["models"], changed["data_class"]) == (None, None, "public")
    assert tokenry("group", "set", "students", "--any-data", "--json").json["data_class"] is None
    assert "students" in tokenry("group", "list").out
    assert tokenry("group", "remove", "students", "ada", "--json").json["members"] == []
    tokenry("group", "set", "students", "--parent", "faculty")
    looped = tokenry("group", "set", "faculty", "--parent", "students")
    assert (looped.code, "in itself" in looped.err) == (1, True)
    assert tokenry("group", "set", "students").code == 1
    assert tokenry("group", "set", "students", "--parent", "faculty", "--no-parent").code == 1
    assert tokenry("group", "add", "nobody", "ada").code == 1
    assert "none of public" in tokenry("group", "set", "students", "--data-class", "secret").err


def test_a_projects_terms_and_its_end(tokenry: Tokenry) -> None:
    tokenry("project", "create", "--name", "trial")
    told = tokenry("project", "set", "trial", "--data-class", "confidential", "--models", "m", "--json").json
    assert (told["data_class"], told["models_mode"], told["models"]) == ("confidential", "allow_list", ["m"])
    told = tokenry("project", "set", "trial", "--except", "m", "--name", "proof", "--json").json
    assert (told["name"], told["models_mode"], told["models"]) == ("proof", "deny_list", ["m"])
    told = tokenry("project", "set", "proof", "--all-models", "--retention", "none", "--json").json
    assert (told["models_mode"], told["models"], told["retention"]) == (None, None, "none")
    assert tokenry("project", "set", "proof", "--retention", "default", "--json").json["retention"] is None
    assert tokenry("project", "set", "proof").code == 1
    assert tokenry("project", "set", "proof", "--models", "a", "--all-models").code == 1
    key = tokenry("key", "create", "--name", "k", "--project", "proof", "--json").json
    assert tokenry("project", "archive", "proof", "--json").json["archived_at"] is not None
    assert tokenry("project", "archive", "proof").code == 1
    assert "archived" in tokenry("project", "list").out
    assert key["id"] in tokenry("key", "list").out + tokenry("key", "list", "--json").out


def test_a_member_needs_a_role_in_a_project_before_a_key_there(tokenry: Tokenry) -> None:
    tokenry("user", "create", "--email", "ada@example.org")
    tokenry("project", "create", "--name", "trial")
    words = ("key", "create", "--name", "k", "--user", "ada", "--project", "trial")
    refused = tokenry(*words)
    assert (refused.code, "tokenry project add" in refused.err) == (1, True)
    added = tokenry("project", "add", "trial", "ada", "--json").json
    assert [(one["name"], one["role"]) for one in added["projects"]] == [("trial", "member")]
    raised = tokenry("project", "add", "trial", "ada", "--role", "owner", "--json").json
    assert [one["role"] for one in raised["projects"]] == ["owner"]
    assert tokenry(*words).code == 0
    assert tokenry("project", "remove", "trial", "ada", "--json").json["projects"] == []
    assert "has left the project" in tokenry("key", "show", "k", "--json").json["opens_nothing"]
    assert tokenry("project", "remove", "trial", "ada").code == 1
