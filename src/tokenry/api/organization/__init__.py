"""OpenAI's organization API over our own tables: one file a resource, its shapes and its routes.

Source of the shapes: https://platform.openai.com/docs/api-reference/administration
"""

from tokenry.api.guarded import Guarded
from tokenry.api.organization.costs import ROUTES as COSTS
from tokenry.api.organization.model_permissions import ROUTES as MODEL_PERMISSIONS
from tokenry.api.organization.projects import ROUTES as PROJECTS
from tokenry.api.organization.rate_limits import ROUTES as RATE_LIMITS
from tokenry.api.organization.spend_alerts import ROUTES as SPEND_ALERTS
from tokenry.api.organization.spend_limit import ROUTES as SPEND_LIMIT
from tokenry.api.organization.usage import ROUTES as USAGE

ROUTES: tuple[Guarded, ...] = (
    *PROJECTS,
    *MODEL_PERMISSIONS,
    *RATE_LIMITS,
    *SPEND_LIMIT,
    *SPEND_ALERTS,
    *USAGE,
    *COSTS,
)

__all__ = ["ROUTES"]
