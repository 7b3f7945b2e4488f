"""What may be used and sent, over HTTP: the class of a project's data, the bounds of a group. Our own routes."""

from tokenry.api.guarded import Guarded
from tokenry.api.terms.groups import ROUTES as GROUPS
from tokenry.api.terms.organization import ROUTES as ORGANIZATION
from tokenry.api.terms.projects import ROUTES as PROJECTS

ROUTES: tuple[Guarded, ...] = (*ORGANIZATION, *PROJECTS, *GROUPS)

__all__ = ["ROUTES"]
