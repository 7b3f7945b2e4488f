"""Sign-in through OpenID Connect: what is asked of a provider, what its tokens must say, who somebody is here.

Speaks to nobody: who fetches is told what to fetch. Signatures are a part of their own
(`signatures`), imported on first use by `app`.
"""

from tokenry.access.oidc.claims import Person, check_claims, read_person
from tokenry.access.oidc.flows import Flow, Flows
from tokenry.access.oidc.joining import Joined, join, role_by_groups
from tokenry.access.oidc.provider import (
    Description,
    Provider,
    ProviderFailed,
    Secrets,
    SignInRefused,
    authorization_url,
    check_answer,
    is_loopback,
    is_safe,
    read_description,
    token_request,
)

__all__ = [
    "Description",
    "Flow",
    "Flows",
    "Joined",
    "Person",
    "Provider",
    "ProviderFailed",
    "Secrets",
    "SignInRefused",
    "authorization_url",
    "check_answer",
    "check_claims",
    "is_loopback",
    "is_safe",
    "join",
    "read_description",
    "read_person",
    "role_by_groups",
    "token_request",
]
