"""OpenAI's organization API over our own tables: one file a resource, its shapes and its routes.

Source of the shapes: https://platform.openai.com/docs/api-reference/administration
"""

from tokenry.api.guarded import Guarded
from tokenry.api.organization.admin_api_keys import ROUTES as ADMIN_API_KEYS
from tokenry.api.organization.api_keys import ROUTES as API_KEYS
from tokenry.api.organization.audit_logs import ROUTES as AUDIT_LOGS
from tokenry.api.organization.costs import ROUTES as COSTS
from tokenry.api.organization.data_retention import ROUTES as DATA_RETENTION
from tokenry.api.organization.group_users import ROUTES as GROUP_USERS
from tokenry.api.organization.groups import ROUTES as GROUPS
from tokenry.api.organization.invites import ROUTES as INVITES
from tokenry.api.organization.model_permissions import ROUTES as MODEL_PERMISSIONS
from tokenry.api.organization.project_groups import ROUTES as PROJECT_GROUPS
from tokenry.api.organization.project_users import ROUTES as PROJECT_USERS
from tokenry.api.organization.projects import ROUTES as PROJECTS
from tokenry.api.organization.rate_limits import ROUTES as RATE_LIMITS
from tokenry.api.organization.role_assignments import ROUTES as ROLE_ASSIGNMENTS
from tokenry.api.organization.roles import ROUTES as ROLES
from tokenry.api.organization.service_accounts import ROUTES as SERVICE_ACCOUNTS
from tokenry.api.organization.spend_alerts import ROUTES as SPEND_ALERTS
from tokenry.api.organization.spend_limit import ROUTES as SPEND_LIMIT
from tokenry.api.organization.usage import ROUTES as USAGE
from tokenry.api.organization.users import ROUTES as USERS

ROUTES: tuple[Guarded, ...] = (
    *PROJECTS,
    *USERS,
    *PROJECT_USERS,
    *INVITES,
    *ADMIN_API_KEYS,
    *API_KEYS,
    *SERVICE_ACCOUNTS,
    *GROUPS,
    *GROUP_USERS,
    *PROJECT_GROUPS,
    *ROLES,
    *ROLE_ASSIGNMENTS,
    *DATA_RETENTION,
    *AUDIT_LOGS,
    *MODEL_PERMISSIONS,
    *RATE_LIMITS,
    *SPEND_LIMIT,
    *SPEND_ALERTS,
    *USAGE,
    *COSTS,
)

__all__ = ["ROUTES"]
