"""What a principal may do, as pure questions: this model? as this project?

Knows neither keys nor limits' state. A model that a key may not use looks to it like one that does not exist, so that
a key cannot be used to list what else runs here.
"""

from __future__ import annotations

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


def model_allowed(principal: Principal, *names: str) -> bool:
    """Whether the key may use the model known by any of these names (its name and the alias it was asked by)."""
    models = principal.models
    return models is None or any(name in models for name in names)


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


def require_scope(principal: Principal, organization: bytes | None, project: bytes | None) -> None:
    """Check the `OpenAI-Organization` and `OpenAI-Project` headers, which may only repeat what the key says.

    An absent or empty header is no claim. Raises MismatchedOrganization or MismatchedProject; neither says which one
    the key belongs to.
    """
    if organization and organization != principal.organization_id.encode():
        raise MismatchedOrganization("OpenAI-Organization header should match organization for API key")
    if project and project != principal.project_id.encode():
        raise MismatchedProject("OpenAI-Project header should match project for API key")
