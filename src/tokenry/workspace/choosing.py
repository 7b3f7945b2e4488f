"""Which models a person may chat with, and which one a chat begins with. Pure, over the catalogue and a principal."""

from __future__ import annotations

from collections.abc import Sequence

from tokenry.access import Principal, model_allowed
from tokenry.config import ModelKind
from tokenry.router import Catalogue, ModelEntry


def choices(catalogue: Catalogue, principal: Principal, kind: ModelKind = "chat") -> list[ModelEntry]:
    """Models of a kind that the principal may ask and that somebody may serve them, as the configuration has them.

    Their deployments are those that may see the principal's prompts.
    """
    rules = principal.rules
    if rules.refusal is not None:
        return []
    found = []
    for entry in catalogue.models:
        if entry.kind != kind or (rules.bounded and not model_allowed(principal, *entry.names)):
            continue
        seen = entry.seen_by(rules.data_class)
        if seen.deployments:
            found.append(seen)
    return found


def first_choice(found: Sequence[ModelEntry]) -> ModelEntry | None:
    """What a chat begins with: the first model that the configuration names, a starter only when there is no other."""
    named = [entry for entry in found if entry.listed]
    better = [entry for entry in named if "starter" not in entry.aliases]
    return next(iter([*better, *named, *found]), None)
