"""Models and scopes: who may what, and that a refusal tells nothing more than it must."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tokenry.access import (
    KeyLimits,
    MismatchedOrganization,
    MismatchedProject,
    ModelNotAllowed,
    Principal,
    Rules,
    model_allowed,
    require_model,
    require_scope,
)

ANYONE = Principal(
    key_id="key_1",
    key_name="ci",
    project_id="proj_1",
    organization_id="org_1",
    user_id=None,
    expires_at=None,
    limits=KeyLimits(),
    budget_ids=(),
)


@pytest.mark.parametrize(
    ("models", "names", "allowed"),
    [
        (None, ("anything",), True),
        (frozenset({"small"}), ("small",), True),
        (frozenset({"small"}), ("SMALL",), False),
        (frozenset({"small"}), ("small-2",), False),
        (frozenset({"small"}), ("alias", "small"), True),
        (frozenset({"alias"}), ("alias", "small"), True),
        (frozenset(), ("small",), False),
        (frozenset({"small"}), (), False),
    ],
)
def test_models(models: frozenset[str] | None, names: tuple[str, ...], allowed: bool) -> None:
    assert model_allowed(replace(ANYONE, rules=Rules(() if models is None else (models,))), *names) is allowed


def test_a_refused_model_reads_like_one_that_does_not_exist() -> None:
    with pytest.raises(ModelNotAllowed) as caught:
        require_model(replace(ANYONE, rules=Rules((frozenset({"small"}),))), "large", "large-canonical")
    assert caught.value.status == 404
    assert caught.value.envelope()["error"] == {
        "message": "The model `large` does not exist or you do not have access to it.",
        "type": "invalid_request_error",
        "param": "model",
        "code": "model_not_found",
    }


def test_a_long_model_name_is_not_echoed_whole() -> None:
    with pytest.raises(ModelNotAllowed) as caught:
        require_model(replace(ANYONE, rules=Rules((frozenset(),))), "x" * 1_000_000)
    assert len(caught.value.message) < 400


def test_an_allowed_model_passes() -> None:
    require_model(replace(ANYONE, rules=Rules((frozenset({"small"}),))), "alias", "small")


@pytest.mark.parametrize(
    ("organization", "project"),
    [(None, None), (b"", b""), (b"org_1", None), (None, b"proj_1"), (b"org_1", b"proj_1")],
)
def test_headers_that_repeat_the_key_pass(organization: bytes | None, project: bytes | None) -> None:
    require_scope(ANYONE, organization, project)


@pytest.mark.parametrize("claim", [b"org_2", b"ORG_1", b"\xff\xfe", b"x" * 10_000_000])
def test_another_organization_is_refused_without_naming_ours(claim: bytes) -> None:
    with pytest.raises(MismatchedOrganization) as caught:
        require_scope(ANYONE, claim, None)
    assert (caught.value.status, caught.value.code) == (401, "mismatched_organization")
    assert "org_1" not in caught.value.message
    assert len(caught.value.message) < 200


@pytest.mark.parametrize("claim", [b"proj_2", b"proj_1 ", b"\xff\xfe"])
def test_another_project_is_refused_without_naming_ours(claim: bytes) -> None:
    with pytest.raises(MismatchedProject) as caught:
        require_scope(ANYONE, b"org_1", claim)
    assert (caught.value.status, caught.value.code) == (401, "mismatched_project")
    assert "proj_1" not in caught.value.message
