"""OpenAI's organization API over our own tables: one file a resource, its shapes and its routes.

Source of the shapes: https://platform.openai.com/docs/api-reference/administration
"""

from tokenry.api.guarded import Guarded
from tokenry.api.organization.projects import ROUTES as PROJECTS

ROUTES: tuple[Guarded, ...] = (*PROJECTS,)

__all__ = ["ROUTES"]
