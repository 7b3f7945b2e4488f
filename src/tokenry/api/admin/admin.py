"""The table of admin verbs, and the one object that answers them. The words are those of the command line."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any

from tokenry.api.admin import (
    award_changes,
    award_files,
    award_life,
    awards,
    backups,
    budgets,
    crediting,
    keys,
    limits,
    listing,
    models,
    prices,
    projects,
    rerating,
    restored,
    statements,
    usage,
)
from tokenry.api.admin.asked import Asked, read
from tokenry.api.admin.batches import BATCHING
from tokenry.api.admin.certificates import CERTIFYING
from tokenry.api.admin.consents import CONSENTS
from tokenry.api.admin.deeds import DEEDS, noted, noted_at_end
from tokenry.api.admin.directory import DIRECTORY
from tokenry.api.admin.left_files import FILES
from tokenry.api.admin.notifications import NOTIFYING
from tokenry.api.admin.privacy import PRIVACY
from tokenry.api.admin.programmes import PROGRAMMES
from tokenry.api.rooms import Rooms
from tokenry.base.errors import NotFound
from tokenry.config import did_you_mean


@dataclass(frozen=True, slots=True)
class Verb:
    """What a verb takes and who answers it."""

    asked: type[Asked]
    answer: Callable[[Rooms, Any], Awaitable[dict[str, Any]]]


VERBS: dict[str, Verb] = {
    "key create": Verb(keys.CreateKey, keys.create),
    "key list": Verb(keys.ListKeys, keys.listing),
    "key show": Verb(keys.OneKey, keys.show),
    "key revoke": Verb(keys.OneKey, keys.revoke),
    "award list": Verb(awards.ListAwards, awards.listing),
    "award create": Verb(awards.CreateAward, awards.create),
    "award show": Verb(awards.OneAward, awards.show),
    "award add": Verb(award_changes.AddToAward, award_changes.add),
    "award suspend": Verb(award_changes.PutAward, award_changes.suspend),
    "award resume": Verb(award_changes.PutAward, award_changes.resume),
    "award transfer": Verb(award_life.MoveUnits, award_life.transfer),
    "award withdraw": Verb(award_life.MoveUnits, award_life.withdraw),
    "award release": Verb(award_life.PutAward, award_life.hand_out),
    "award close": Verb(award_life.PutAward, award_life.close),
    "award reopen": Verb(award_life.PutAward, award_life.reopen),
    "award history": Verb(awards.OneAward, award_life.history),
    "award report list": Verb(award_life.SomeAwards, award_life.reports),
    "award report submit": Verb(award_life.PutReport, award_life.submit),
    "award report accept": Verb(award_life.PutReport, award_life.accept),
    "award report return": Verb(award_life.PutReport, award_life.send_back),
    "award report waive": Verb(award_life.PutReport, award_life.waive),
    "award wishes": Verb(award_life.SomeAwards, award_life.wishes),
    "award approve": Verb(award_life.PutAmendment, award_life.approve),
    "award deny": Verb(award_life.PutAmendment, award_life.deny),
    "award import": Verb(award_files.ImportAwards, award_files.import_file),
    "award export": Verb(award_files.ExportAwards, award_files.export_file),
    "budget list": Verb(budgets.ListBudgets, budgets.listing),
    "budget set": Verb(budgets.SetBudget, budgets.put),
    "budget value": Verb(budgets.SetValue, budgets.value),
    "budget close": Verb(budgets.OneBudget, budgets.close),
    "limits list": Verb(limits.ListLimits, limits.listing),
    "limits approve": Verb(limits.ApproveLimit, limits.approve_one),
    "limits deny": Verb(limits.DenyLimit, limits.deny_one),
    "project list": Verb(projects.ListProjects, projects.listing),
    "project create": Verb(projects.CreateProject, projects.create),
    "project archive": Verb(projects.OneProject, projects.archive),
    "project set": Verb(projects.SetProject, projects.put),
    **{
        name: Verb(*both)
        for name, both in (
            DIRECTORY | NOTIFYING | PRIVACY | PROGRAMMES | CERTIFYING | BATCHING | FILES | CONSENTS
        ).items()
    },
    "usage": Verb(usage.AskUsage, usage.usage),
    "receipt": Verb(usage.OneReceipt, usage.receipt),
    "requests": Verb(listing.ListRequests, listing.requests),
    "models list": Verb(models.Nothing, models.models),
    "prices show": Verb(models.Nothing, prices.show),
    "prices history": Verb(models.Nothing, prices.history),
    "prices margin": Verb(prices.AskMargin, prices.margin),
    "status": Verb(models.Nothing, models.status),
    "reload": Verb(models.Nothing, models.reload),
    "statement list": Verb(statements.ListStatements, statements.listing),
    "statement show": Verb(statements.OneStatement, statements.show),
    "statement export": Verb(statements.ExportStatement, statements.export),
    "statement issue": Verb(statements.IssueStatements, statements.issue),
    "statement verify": Verb(statements.Nothing, statements.verify),
    "credit add": Verb(crediting.Add, crediting.add),
    "credit list": Verb(models.Nothing, crediting.listing),
    "plan create": Verb(crediting.Create, crediting.create),
    "plan list": Verb(models.Nothing, crediting.list_plans),
    "plan subscribe": Verb(crediting.Begin, crediting.begin),
    "plan end": Verb(crediting.End, crediting.end),
    "restore confirm": Verb(models.Nothing, restored.confirm),
}


@dataclass(frozen=True, slots=True)
class Followed:
    """What a verb takes that answers again and again."""

    asked: type[Asked]
    answers: Callable[[Rooms, Any], AsyncGenerator[dict[str, Any]]]


FOLLOWED: dict[str, Followed] = {
    "requests": Followed(listing.ListRequests, listing.tail),
    "backup": Followed(backups.MakeBackup, backups.backup),
    "prices rerate": Followed(rerating.Rerate, rerating.rerate),
}


class Admin:
    """Answers admin verbs for one installation. Used on the event loop that the rooms live on."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms

    async def call(self, verb: str, args: dict[str, Any]) -> dict[str, Any]:
        """One question, one answer as JSON data.

        Raises:
            TokenryError: what the verb refuses; NotFound for a verb that does not exist.
        """
        known = VERBS.get(verb)
        if known is None:
            raise NotFound(f"there is no verb {verb[:60]!r}{did_you_mean(verb, VERBS)}", param="verb")
        answer = partial(known.answer, self.rooms, read(known.asked, args))
        deed = DEEDS.get(verb)
        return await (answer() if deed is None else noted(self.rooms, deed, answer))

    async def follow(self, verb: str, args: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """One question, many answers, or answers without end. Close the iterator to stop.

        Raises:
            TokenryError: as `call`; before the first answer or, when the rooms fail, between two.
        """
        known = FOLLOWED.get(verb)
        if known is None:
            *first, last = FOLLOWED
            followed = f"{', '.join(first)} and {last}"
            raise NotFound(f"{verb[:60]!r} cannot be followed; {followed} can", param="verb")
        given, deed = known.answers(self.rooms, read(known.asked, args)), DEEDS.get(verb)
        async with aclosing(given if deed is None else noted_at_end(self.rooms, deed, given)) as answers:
            async for one in answers:
                yield one
