"""Who asks and what they may: keys, principals, the directory of people and projects, rate limits, policy.

Knows no HTTP and no money. Nothing at request time touches the database.
"""

from tokenry.access.actor import Actor, PermissionDenied
from tokenry.access.admin_keys import AdminKey, AdminKeys
from tokenry.access.audit import Act, AuditRow, Desk
from tokenry.access.audit import Wanted as WantedRows
from tokenry.access.audit import append as append_audit
from tokenry.access.audit import newest as newest_rows
from tokenry.access.audit import read as read_audit
from tokenry.access.audit import verify as verify_audit
from tokenry.access.directory import Directory, First, Organization, Project, User, checked_name
from tokenry.access.dossier import KINDS as DOSSIER_KINDS
from tokenry.access.dossier import gather
from tokenry.access.entrance import (
    installation_secret,
    is_known_mark,
    known_mark,
    note_ended,
    note_entry,
    owner_can_sign_in,
    owners,
    person,
    user_by_email,
)
from tokenry.access.erasing import Erasure, erase_person
from tokenry.access.groups import (
    Opened,
    add_to_group,
    close_project,
    create_group,
    delete_group,
    groups_of_project,
    open_project,
    remove_from_group,
    update_group,
)
from tokenry.access.intents import Outcome, done, intend, note_interrupted, undone
from tokenry.access.invites import (
    Invite,
    accept_invite,
    checked_email,
    create_invite,
    delete_invite,
    find_invite,
    get_invite,
    list_invites,
)
from tokenry.access.keys import KeyRecord, Keys, NewKey
from tokenry.access.limits import LIMIT_MAX, KeyLimits
from tokenry.access.links import Link, Links, LinkSpent, is_token, new_token
from tokenry.access.log_search import (
    Slice,
    Sought,
)
from tokenry.access.log_search import (
    kinds as audit_kinds,
)
from tokenry.access.log_search import (
    search as search_audit,
)
from tokenry.access.members import (
    Standing,
    add_to_project,
    change_project_role,
    change_role,
    project_member,
    project_members,
    remove_from_project,
    remove_member,
    set_disabled,
    standing_of,
)
from tokenry.access.new_members import add_member
from tokenry.access.once import AnswerNotKept, Asked, Claim, Kept, Once, OtherRequest, RequestInFlight
from tokenry.access.organizations import OrganizationTerms, set_organization_terms
from tokenry.access.passwords import Cost, Hashing, checked_password, hash_of, put_hash, put_newer_hash
from tokenry.access.people import Group, Member, People, Roster, local_actor
from tokenry.access.plans import Plan, Subscription, create_plan, end_subscription, plans, subscribe, subscriptions
from tokenry.access.policy import (
    DataClassNotAllowed,
    MismatchedOrganization,
    MismatchedProject,
    ModelNotAllowed,
    model_allowed,
    require_model,
    require_scope,
    visible_names,
    withheld,
)
from tokenry.access.principal import Principal
from tokenry.access.project_keys import (
    ending,
    key_name,
    update_key,
)
from tokenry.access.project_limits import LimitChange, ProjectLimit, project_limits, set_project_limit
from tokenry.access.projects import archive_project, create_project, found_project, rename_project
from tokenry.access.rates import (
    HEADER_NAMES as RATE_HEADER_NAMES,
)
from tokenry.access.rates import (
    Grant,
    RateLimited,
    RateLimits,
    Refused,
    State,
    TokensRateLimited,
    award_limits,
    duration,
    give_back,
    headers,
    refusal,
    rescind,
    take,
)
from tokenry.access.retention import (
    DEFAULT_RETENTION,
    NO_RETENTION,
    Retention,
    keeps_content,
    set_organization_retention,
    set_project_retention,
)
from tokenry.access.roles import (
    OF_ORGANIZATION,
    OF_PROJECT,
    ORGANIZATION_ROLES,
    PROJECT_ROLES,
    OrganizationRole,
    Permission,
    ProjectRole,
)
from tokenry.access.rules import Rules, compile_rules
from tokenry.access.secret import ADMIN_MARK, InvalidApiKey, bearer
from tokenry.access.service_accounts import (
    ServiceAccount,
    create_service_account,
    delete_service_account,
    get_service_account,
    list_service_accounts,
    update_service_account,
)
from tokenry.access.sessions import Lives, Session, Sessions, csrf_token, is_csrf_token
from tokenry.access.terms import GroupTerms, ModelsMode, ProjectTerms, set_group_terms, set_project_terms
from tokenry.access.throttle import ACCOUNT, ADDRESS, KNOWN_BROWSER, SignInThrottled, Throttle
from tokenry.access.workspace_records import forget_chats, forget_files, must_scrub, scrub_a_little, scrub_words

__all__ = [
    "forget_chats",
    "forget_files",
    "scrub_words",
    "must_scrub",
    "scrub_a_little",
    "AnswerNotKept",
    "Asked",
    "Claim",
    "Kept",
    "Once",
    "OtherRequest",
    "RequestInFlight",
    "DOSSIER_KINDS",
    "Erasure",
    "erase_person",
    "standing_of",
    "gather",
    "Plan",
    "Subscription",
    "create_plan",
    "end_subscription",
    "plans",
    "subscribe",
    "subscriptions",
    "ACCOUNT",
    "ADDRESS",
    "KNOWN_BROWSER",
    "Cost",
    "Hashing",
    "Link",
    "LinkSpent",
    "Links",
    "Lives",
    "Session",
    "Sessions",
    "SignInThrottled",
    "Throttle",
    "checked_name",
    "checked_password",
    "csrf_token",
    "hash_of",
    "installation_secret",
    "is_csrf_token",
    "is_known_mark",
    "is_token",
    "known_mark",
    "new_token",
    "note_ended",
    "note_entry",
    "owner_can_sign_in",
    "owners",
    "person",
    "put_hash",
    "put_newer_hash",
    "user_by_email",
    "Opened",
    "add_to_group",
    "close_project",
    "create_group",
    "delete_group",
    "groups_of_project",
    "open_project",
    "remove_from_group",
    "update_group",
    "Invite",
    "accept_invite",
    "checked_email",
    "create_invite",
    "delete_invite",
    "find_invite",
    "get_invite",
    "list_invites",
    "Slice",
    "Sought",
    "audit_kinds",
    "search_audit",
    "Standing",
    "add_to_project",
    "change_project_role",
    "change_role",
    "project_member",
    "project_members",
    "remove_from_project",
    "remove_member",
    "set_disabled",
    "ending",
    "key_name",
    "update_key",
    "NO_RETENTION",
    "DEFAULT_RETENTION",
    "Retention",
    "keeps_content",
    "set_organization_retention",
    "set_project_retention",
    "ServiceAccount",
    "create_service_account",
    "delete_service_account",
    "get_service_account",
    "list_service_accounts",
    "update_service_account",
    "OF_ORGANIZATION",
    "OF_PROJECT",
    "create_project",
    "found_project",
    "rename_project",
    "archive_project",
    "Actor",
    "PermissionDenied",
    "Permission",
    "OrganizationRole",
    "ProjectRole",
    "ORGANIZATION_ROLES",
    "PROJECT_ROLES",
    "People",
    "Roster",
    "Member",
    "Group",
    "local_actor",
    "Desk",
    "Act",
    "AuditRow",
    "AdminKeys",
    "AdminKey",
    "ADMIN_MARK",
    "bearer",
    "Keys",
    "NewKey",
    "KeyRecord",
    "InvalidApiKey",
    "Directory",
    "First",
    "Organization",
    "OrganizationTerms",
    "set_organization_terms",
    "Project",
    "User",
    "Principal",
    "KeyLimits",
    "RateLimits",
    "RATE_HEADER_NAMES",
    "Grant",
    "Refused",
    "State",
    "take",
    "award_limits",
    "give_back",
    "headers",
    "duration",
    "refusal",
    "rescind",
    "RateLimited",
    "TokensRateLimited",
    "model_allowed",
    "require_model",
    "require_scope",
    "visible_names",
    "withheld",
    "DataClassNotAllowed",
    "Outcome",
    "done",
    "intend",
    "note_interrupted",
    "undone",
    "WantedRows",
    "append_audit",
    "newest_rows",
    "read_audit",
    "verify_audit",
    "ModelsMode",
    "add_member",
    "Rules",
    "compile_rules",
    "GroupTerms",
    "ProjectTerms",
    "set_group_terms",
    "set_project_terms",
    "LIMIT_MAX",
    "LimitChange",
    "ProjectLimit",
    "project_limits",
    "set_project_limit",
    "ModelNotAllowed",
    "MismatchedOrganization",
    "MismatchedProject",
]
