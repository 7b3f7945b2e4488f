"""The tables of app.db: who may do what, and what people were told. The ledger's facts live in ledger.db.

Every `*_at` is nanoseconds since the epoch. A change here needs a migration beside the others; a test compares the two.
"""

from tokenry.storage.tables.audit import audit as audit
from tokenry.storage.tables.base import metadata as metadata
from tokenry.storage.tables.certificates import certificate_keys as certificate_keys
from tokenry.storage.tables.certificates import certificates as certificates
from tokenry.storage.tables.credentials import admin_keys as admin_keys
from tokenry.storage.tables.credentials import api_keys as api_keys
from tokenry.storage.tables.credentials import identities as identities
from tokenry.storage.tables.credentials import invites as invites
from tokenry.storage.tables.credentials import one_time_links as one_time_links
from tokenry.storage.tables.credentials import passwords as passwords
from tokenry.storage.tables.credentials import sessions as sessions
from tokenry.storage.tables.directory import group_members as group_members
from tokenry.storage.tables.directory import group_projects as group_projects
from tokenry.storage.tables.directory import groups as groups
from tokenry.storage.tables.directory import memberships as memberships
from tokenry.storage.tables.directory import organizations as organizations
from tokenry.storage.tables.directory import projects as projects
from tokenry.storage.tables.directory import service_accounts as service_accounts
from tokenry.storage.tables.directory import settings as settings
from tokenry.storage.tables.directory import users as users
from tokenry.storage.tables.limits import limit_requests as limit_requests
from tokenry.storage.tables.limits import rate_limits as rate_limits
from tokenry.storage.tables.limits import spend_alerts as spend_alerts
from tokenry.storage.tables.news import deliveries as deliveries
from tokenry.storage.tables.news import news as news
from tokenry.storage.tables.news import webhooks as webhooks
from tokenry.storage.tables.objects import batches as batches
from tokenry.storage.tables.objects import conversation_items as conversation_items
from tokenry.storage.tables.objects import conversations as conversations
from tokenry.storage.tables.objects import files as files
from tokenry.storage.tables.objects import idempotent_answers as idempotent_answers
from tokenry.storage.tables.objects import stored_completions as stored_completions
from tokenry.storage.tables.objects import stored_responses as stored_responses
from tokenry.storage.tables.objects import upload_parts as upload_parts
from tokenry.storage.tables.objects import uploads as uploads
from tokenry.storage.tables.programmes import amendments as amendments
from tokenry.storage.tables.programmes import application_steps as application_steps
from tokenry.storage.tables.programmes import applications as applications
from tokenry.storage.tables.programmes import assignments as assignments
from tokenry.storage.tables.programmes import award_reports as award_reports
from tokenry.storage.tables.programmes import award_steps as award_steps
from tokenry.storage.tables.programmes import awards as awards
from tokenry.storage.tables.programmes import calls as calls
from tokenry.storage.tables.programmes import decisions as decisions
from tokenry.storage.tables.programmes import programmes as programmes
from tokenry.storage.tables.programmes import tranches as tranches
from tokenry.storage.tables.statements import plans as plans
from tokenry.storage.tables.statements import statements as statements
from tokenry.storage.tables.statements import subscriptions as subscriptions
