"""Applications: what is kept of one, how it is found, and the step that every change of its state is.

Who may do what stands where it is done: applicants in `applying`, reviewers in `reviews`, officers in `decisions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tokenry import storage
from tokenry.access import Act, Actor
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.programmes.answers import is_clean
from tokenry.programmes.calls.programmes import Programme, StaleRevision, find_programme
from tokenry.programmes.lifecycle import ApplicationState, ApplicationStep, next_application_state
from tokenry.storage import AppDb, Transaction

table = storage.tables.applications
steps_table = storage.tables.application_steps
WORDS_LENGTH_MAX = 10_000  # characters


@dataclass(frozen=True, slots=True)
class Application:
    """One application. `asked` is whole units of the programme; times are nanoseconds since the epoch.

    `project_id` None = a project is made for it when the award is accepted; `renews` is an award that it asks to go on.
    """

    id: str
    organization_id: str
    programme_id: str
    call_id: str
    applicant_id: str
    project_id: str | None
    renews: str | None
    tier: str
    title: str
    asked: int
    answers: dict[str, Any]
    state: ApplicationState
    revision: int
    created_at: int
    changed_at: int
    submitted_at: int | None

    @property
    def is_private(self) -> bool:
        """Whether it was never submitted, and is its author's own."""
        return self.submitted_at is None


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step in an application's life, and where it led. `words` are for the applicant to read."""

    id: str
    application_id: str
    step: str
    state: str
    actor_id: str
    words: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Taking:
    """A step about to be taken, at an instant, with words for the applicant."""

    step: ApplicationStep
    at: int
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An application with its programme, as one transaction sees them."""

    application: Application
    programme: Programme


@dataclass(frozen=True, slots=True)
class Sought:
    """Which applications of an organization; None = any."""

    programme_id: str | None = None
    call_id: str | None = None
    state: str | None = None
    tier: str | None = None
    applicant_id: str | None = None


def find_application(connection: Transaction, organization_id: str, application_id: str) -> Found:
    """One of an organization. Raises NotFound."""
    query = table.select().where(table.c.id == application_id, table.c.organization_id == organization_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"There is no application {application_id[:100]!r}.", param="application_id")
    application = Application(**row._asdict())
    return Found(application, find_programme(connection, organization_id, application.programme_id))


def get_application(db: AppDb, organization_id: str, application_id: str) -> Found:
    """One of an organization. Raises NotFound. Blocks for one read."""
    with db.read() as connection:
        return find_application(connection, organization_id, application_id)


def applications_of(db: AppDb, organization_id: str, sought: Sought) -> list[Application]:
    """Those that are sought, the newest first. Blocks for one read."""
    query = table.select().where(table.c.organization_id == organization_id)
    for name in Sought.__slots__:
        wanted = getattr(sought, name)
        if wanted is not None:
            query = query.where(getattr(table.c, name) == wanted)
    with db.read() as connection:
        rows = connection.execute(query.order_by(table.c.created_at.desc(), table.c.id.desc()))
        return [Application(**row._asdict()) for row in rows]


def steps_of(db: AppDb, application_id: str) -> list[StepTaken]:
    """What happened to one, oldest first. Blocks for one read."""
    with db.read() as connection:
        query = steps_table.select().where(steps_table.c.application_id == application_id)
        rows = connection.execute(query.order_by(steps_table.c.at, steps_table.c.id))
        return [StepTaken(**row._asdict()) for row in rows]


def take_step(act: Act, by: Actor, application: Application, taking: Taking) -> Application:
    """Lead an application on, within an act's transaction; the act's row in the log names the step.

    Raises:
        WrongState: it cannot go there from where it is. InvalidRequest: words that cannot be.
    """
    changes: dict[str, Any] = {"state": next_application_state(taking.step, application.state)}
    if taking.step == "submit":
        changes["submitted_at"] = taking.at
    after = put(act.connection, application, changes, taking.at)
    note_step(act, by, after, taking.step, taking.words)
    return after


def note_step(act: Act, by: Actor, after: Application, step: str, words: str | None = None) -> None:
    """Keep that a step was taken, and where it led. Its words stand here, where an erasure reaches them."""
    step_id = new_id("step", at_ns=after.changed_at)
    row = {
        "id": step_id, "application_id": after.id, "step": step, "state": after.state,
        "actor_id": by.user_id or by.id, "words": checked_words(words), "at": after.changed_at,
    }  # fmt: skip
    act.connection.execute(steps_table.insert(), row)
    act.details |= {"programme_id": after.programme_id, "step_id": step_id, "state": after.state}


def put(connection: Transaction, application: Application, changes: dict[str, Any], now_ns: int) -> Application:
    """Write changes of an application, which is one revision further afterwards."""
    values = {**changes, "revision": application.revision + 1, "changed_at": now_ns}
    connection.execute(table.update().where(table.c.id == application.id), values)
    return Application(**{name: values.get(name, getattr(application, name)) for name in Application.__slots__})


def require_revision(application: Application, seen: int | None) -> None:
    """Raise StaleRevision when what somebody read is not what there is any more; None = they did not say."""
    if seen not in {None, application.revision}:
        raise StaleRevision(
            "somebody changed the application since you read it: read it again, and then say what you want",
            param="revision",
        )


def checked_words(words: str | None, param: str = "words", *, needed: bool = False) -> str | None:
    """Words of one person for another. Raises InvalidRequest."""
    if words is None or not words.strip():
        if needed:
            raise InvalidRequest(f"{param}: say why, in words that the applicant can use", param=param)
        return None
    if len(words) > WORDS_LENGTH_MAX or not is_clean(words, lines=True):
        raise InvalidRequest(f"{param}: at most {WORDS_LENGTH_MAX} printable characters", param=param)
    return words
