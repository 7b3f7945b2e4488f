"""What a principal may do, as pure questions: this model? this data? as this project?

Knows neither keys nor limits' state. A model that a key may not use looks to it like one that does not exist, so that
a key cannot be used to list what else runs here.
"""

from __future__ import annotations

from collections.abc import Iterable

from tokenry.access.principal import Principal
from tokenry.base.errors import TokenryError
from tokenry.base.limits import MODEL_NAME_LENGTH_MAX


class ModelNotAllowed(TokenryError):
    """The key may not use this model; worded and coded as for a model that does not exist, like OpenAI's."""

    status = 404
    type = "invalid_request_error"
    code = "model_not_found"


class MismatchedOrganization(TokenryError):
    """The request names an organization that the key does not belong to."""

    status = 401
    type = "invalid_request_error"
    code = "mismatched_organization"


class MismatchedProject(TokenryError):
    """The request names a project that the key does not belong to."""

    status = 401
    type = "invalid_request_error"
    code = "mismatched_project"


class DataClassNotAllowed(TokenryError):
    """The key's prompts are of a class that nobody who could answer may see, or that its user may not send."""

    status = 403
    type = "invalid_request_error"
    code = "data_class_not_allowed"


def model_allowed(principal: Principal, *names: str) -> bool:
    """Whether the key may use the model known by these names: its name and all its aliases."""
    rules = principal.rules
    for allowed in rules.allowed:
        if allowed.isdisjoint(names):
            return False
    return rules.denied.isdisjoint(names)


def require_model(principal: Principal, asked: str, *names: str) -> None:
    """Raise ModelNotAllowed unless the key may use the model.

    Args:
        principal: who asks.
        asked: the name in the request, which the error repeats (cut at MODEL_NAME_LENGTH_MAX).
        names: further names of the same model.
    """
    if not model_allowed(principal, asked, *names):
        shown = asked if len(asked) <= MODEL_NAME_LENGTH_MAX else asked[:MODEL_NAME_LENGTH_MAX] + "…"
        raise ModelNotAllowed(f"The model `{shown}` does not exist or you do not have access to it.", param="model")


def visible_names(principal: Principal, models: Iterable[tuple[str, ...]]) -> frozenset[str] | None:
    """The names that a hint may tell the key, of models given by all their names; None = every one."""
    if not principal.rules.bounded:
        return None
    return frozenset(name for names in models if model_allowed(principal, *names) for name in names)


def withheld(principal: Principal, model: str) -> DataClassNotAllowed:
    """The error for prompts that the key's user may not send, or that no provider of the model may see."""
    data_class, refusal = principal.rules.data_class, principal.rules.refusal
    if refusal is not None:
        return DataClassNotAllowed(refusal)
    return DataClassNotAllowed(
        f"the prompts of this project are {data_class} data, and no provider of {model} may see those; choose one of "
        f"the models that GET /v1/models lists, or ask an administrator, who can let a provider see {data_class} data "
        "(`data_class` of its [[provider]])",
        param="model",
    )


def require_scope(principal: Principal, organization: bytes | None, project: bytes | None) -> None:
    """Check the `OpenAI-Organization` and `OpenAI-Project` headers, which may only repeat what the key says.

    An absent or empty header is no claim. Raises MismatchedOrganization or MismatchedProject; neither says which one
    the key belongs to.
    """
    if organization and organization != principal.organization_id.encode():
        raise MismatchedOrganization("OpenAI-Organization header should match organization for API key")
    if project and project != principal.project_id.encode():
        raise MismatchedProject("OpenAI-Project header should match project for API key")
