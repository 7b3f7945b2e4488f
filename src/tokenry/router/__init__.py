"""Which deployment serves a request: the catalogue of models, the choice (pure), a circuit breaker per deployment."""

from tokenry.router.breaker import Breaker, FailureKind, Health, State, kind_of_status
from tokenry.router.catalogue import Catalogue, DeploymentEntry, ModelEntry, Rates, UnknownModel
from tokenry.router.choose import choose
from tokenry.router.router import DeploymentHealth, Router

__all__ = [
    "Router",
    "Catalogue",
    "ModelEntry",
    "DeploymentEntry",
    "Rates",
    "UnknownModel",
    "choose",
    "Health",
    "State",
    "Breaker",
    "FailureKind",
    "kind_of_status",
    "DeploymentHealth",
]
