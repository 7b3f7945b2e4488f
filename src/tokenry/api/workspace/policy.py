"""What an organization says of its people's work: `/v1/tokenry/workspace_policy`, and a project's word on training,
`/v1/tokenry/projects/{project_id}/training`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tokenry.api.guarded import Call, Guarded, Taken
from tokenry.workspace import Policy, Training, own_training, policy_of, set_policy, set_training, training_in

Days = Annotated[int, Meta(ge=1, le=36_500)]


class PolicyShape(msgspec.Struct, kw_only=True):
    """What holds. `chat_keep_days`: after a chat's last use, null = until its person deletes it.

    `legal_hold` is not built: nothing keeps a chat from being deleted.
    """

    chat_keep_days: int | None
    temporary_keep_days: int
    training: Training
    legal_hold: Literal["not_built"] = "not_built"
    object: Literal["tokenry.workspace_policy"] = "tokenry.workspace_policy"


class UpdatePolicy(Taken, kw_only=True, frozen=True):
    """What is to be different. It counts for chats that are there already, too."""

    chat_keep_days: Days | UnsetType | None = UNSET
    temporary_keep_days: Annotated[int, Meta(ge=1, le=30)] | UnsetType = UNSET
    training: Training | UnsetType = UNSET


class TrainingShape(msgspec.Struct, kw_only=True):
    """What a project says of training, and what holds there: the stricter of its own word and the organization's."""

    training: Training
    holds: Training
    object: Literal["tokenry.project_training"] = "tokenry.project_training"


class UpdateTraining(Taken, kw_only=True, frozen=True):
    """Another word. `forbidden` withdraws what people of the project consented to."""

    training: Training


def retrieve(call: Call) -> PolicyShape:
    """Retrieve how long chats are kept. And whether people may consent to training; everybody in the organization sees
    it, for it is about what they write."""
    with call.rooms.desk.db.read() as connection:
        return _shape(policy_of(connection, call.organization_id))


def update(call: Call) -> PolicyShape:
    """Change how long chats are kept. And whether people may consent to training; forbidding it withdraws what they
    consented to."""
    said = {name: value for name, value in msgspec.structs.asdict(call.body).items() if value is not UNSET}
    with call.rooms.desk.db.read() as connection:
        now = policy_of(connection, call.organization_id)
    held = {name: getattr(now, name) for name in ("chat_keep_days", "temporary_keep_days", "training")}
    return _shape(set_policy(call.rooms.desk, call.actor, Policy(**{**held, **said})))


def retrieve_training(call: Call) -> TrainingShape:
    """Retrieve a project's word on training."""
    project_id = call.path["project_id"]
    with call.rooms.desk.db.read() as connection:
        own, holds = own_training(connection, project_id), training_in(connection, call.organization_id, project_id)
    return TrainingShape(training=own, holds=holds)


def update_training(call: Call) -> TrainingShape:
    """Change a project's word on training. It can forbid what the organization leaves to each person."""
    ask: UpdateTraining = call.body
    set_training(call.rooms.desk, call.actor, call.path["project_id"], ask.training)
    return retrieve_training(call)


def _shape(policy: Policy) -> PolicyShape:
    return PolicyShape(
        chat_keep_days=policy.chat_keep_days, temporary_keep_days=policy.temporary_keep_days, training=policy.training
    )


_ALL, _ONE = "/v1/tokenry/workspace_policy", "/v1/tokenry/projects/{project_id}/training"
_EXAMPLE = {"training": "forbidden"}
ROUTES = (
    Guarded("GET", _ALL, "organization.read", retrieve),
    Guarded("POST", _ALL, "organization.write", update, takes=UpdatePolicy, example={"chat_keep_days": 365}),
    Guarded("GET", _ONE, "projects.read", retrieve_training),
    Guarded("POST", _ONE, "projects.write", update_training, takes=UpdateTraining, example=_EXAMPLE),
)
