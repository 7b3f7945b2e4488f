"""The table of the verbs about who belongs here and what was done: admin keys, people, groups, the audit log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tokenry.api.admin import admin_keys, audit_log, groups, organization, owner, people
from tokenry.api.admin.asked import Asked
from tokenry.api.rooms import Rooms

# verb -> what it takes, who answers it
DIRECTORY: dict[str, tuple[type[Asked], Callable[[Rooms, Any], Awaitable[dict[str, Any]]]]] = {
    "organization show": (organization.ShowOrganization, organization.one),
    "organization set": (organization.SetOrganization, organization.put),
    "owner link": (owner.AskOwnerLink, owner.link),
    "admin-key create": (admin_keys.CreateAdminKey, admin_keys.create),
    "admin-key list": (admin_keys.ListAdminKeys, admin_keys.listing),
    "admin-key revoke": (admin_keys.OneAdminKey, admin_keys.revoke),
    "user list": (people.ListUsers, people.listing),
    "user create": (people.CreateUser, people.create),
    "user role": (people.UserRole, people.role),
    "user disable": (people.OneUser, people.disable),
    "user enable": (people.OneUser, people.enable),
    "project add": (people.AddToProject, people.add),
    "project remove": (people.InProject, people.remove),
    "group list": (groups.ListGroups, groups.listing),
    "group create": (groups.CreateGroup, groups.create),
    "group add": (groups.GroupMember, groups.add),
    "group remove": (groups.GroupMember, groups.remove),
    "group set": (groups.SetGroup, groups.put),
    "audit list": (audit_log.ListAudit, audit_log.listing),
    "audit rows": (audit_log.AuditRows, audit_log.rows),
    "audit verify": (audit_log.VerifyAudit, audit_log.verify),
}
