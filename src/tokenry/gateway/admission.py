"""What a request must pass before anything runs: its model, its bound, the hold; and what becomes of it when no award
has anything left for it.

The first attempt at a hold is one step, the `gateway`'s own. What lies here beyond it is the slow way: awards with rate
limits of their own, funds that others' holds stand on or that are nearly gone, awards that are exhausted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from tokenry.access import (
    Grant,
    KeyLimits,
    Principal,
    RateLimited,
    RateLimits,
    award_limits,
    give_back,
    require_model,
    visible_names,
    withheld,
)
from tokenry.base.clock import Clock
from tokenry.base.errors import InvalidRequest, TokenryError, Unavailable
from tokenry.base.limits import LOW_PRIORITY_MAX
from tokenry.engines import Engine
from tokenry.gateway.counting import by_tokenizer
from tokenry.gateway.inference import Bound, Inference, bound
from tokenry.gateway.reply import Headers, header_value
from tokenry.ledger import LOW_PRIORITY, Award, Facts, InsufficientQuota, Ledger, Reservation, Tier, UnpricedModel
from tokenry.ledger import bound as price_bound
from tokenry.router import ModelEntry, Router


class ResourceUnavailable(TokenryError):
    """It runs only while others leave room, as flex and the requests of exhausted awards do; they do not. Uncharged."""

    status = 429
    type = "requests"
    code = "resource_unavailable"


Leave = tuple[Grant, KeyLimits]


class Wanted(msgspec.Struct, eq=False):
    """One request on one model, before anything is held for it."""

    request_id: str
    request: Inference
    principal: Principal
    model: ModelEntry
    most: Bound
    facts: Facts


class Admitted(msgspec.Struct, eq=False):
    """What was held, on which model, and the leaves of rate limits beyond the key's that end with the request.

    `told`: what the head of the answer says of it. `last`: it goes after all others.
    """

    reservation: Reservation
    model: ModelEntry
    most: Bound
    leaves: tuple[Leave, ...] = ()
    told: Headers | None = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class Admission:
    """Admits requests: what the catalogue, policy, rates and the ledger say of them."""

    ledger: Ledger
    router: Router
    rates: RateLimits
    clock: Clock

    def model(self, request: Inference, principal: Principal, name: str) -> ModelEntry:
        """The model of this name for this request. Raises a TokenryError that says why there is none."""
        catalogue, rules = self.router.catalogue, principal.rules
        model = catalogue.resolve(name, rules.data_class)
        if model is None:
            visible = visible_names(principal, (entry.names for entry in catalogue.models))
            raise catalogue.unknown(name, visible)
        if rules.bounded:
            require_model(principal, name, *model.names)
        if rules.refusal is not None or not model.deployments:
            raise withheld(principal, model.name)
        if request.opaque and (self.ledger.rates(model.name) is not None or self._draws_tokens(principal)):
            raise UnpricedModel(
                "sounds, videos and files have no bounded price yet; send text and images", param="messages"
            )
        if model.kind != request.kind:
            raise InvalidRequest(
                f"{model.name} is {'an' if model.kind[0] in 'aeiou' else 'a'} {model.kind} model; "
                f"it does not answer /v1{request.path}",
                param="model",
            )
        return model

    def _draws_tokens(self, principal: Principal) -> bool:
        return self.ledger.has_tokens(principal.project_id)

    def share(self, grant: Grant, principal: Principal, model: ModelEntry, now_ns: int) -> Leave | None:
        """Leave of the project's own limit for the model, if it has one. Raises RateLimited; then `grant` is undone."""
        limits = None if principal.model_limits is None else principal.model_limits.get(model.name)
        if limits is None:
            return None
        return self.rates.share(grant, (principal.project_id, model.name), limits, now_ns), limits

    def facts(self, request: Inference, principal: Principal, model: ModelEntry, most: Bound) -> Facts:
        """What is fixed at admission, for the books."""
        prices = self.ledger.prices
        priced = prices is not None and model.name in prices.prices
        if not priced and model.rates is not None:  # a reload is between its two steps
            raise Unavailable(f"the price of {model.name} is being changed", headers={"retry-after": "1"})
        facts = Facts(
            organization_id=principal.organization_id,
            project_id=principal.project_id,
            key_id=principal.key_id,
            user_id=principal.user_id,
            endpoint=request.endpoint,
            model=model.name,
            stream=request.stream,
            input_bound=most.input_tokens,
            output_bound=most.output_tokens,
            price_version=prices.id if prices is not None and priced else None,
            tier=None if request.tier is None else self._tier(request.tier, model),
            group_ids=principal.group_ids,
            purpose=request.purpose,
            audio_bound=most.audio_seconds,
        )
        if request.media and model.image_tokens is None and self.ledger.hard_budget(facts) is not None:
            raise UnpricedModel(
                f"images have no bounded price on {model.name}, and a hard budget stands over this key; "
                f"an administrator can set the model's `image_tokens`",
                param="messages",
            )
        return facts

    def _tier(self, asked: Tier, model: ModelEntry) -> Tier | None:
        """The tier that is served and charged: priority only where it has a price, or everybody would ask for it."""
        if asked != "priority":
            return asked
        rates = self.ledger.rates(model.name)
        return asked if rates is not None and rates.has_tier(asked) else None

    def amount(self, facts: Facts) -> int:
        """Nano-USD that the request cannot exceed."""
        rates = self.ledger.rates_for(facts)
        if rates is None:
            return 0
        return price_bound(facts.input_bound, facts.output_bound, rates, facts.audio_bound)

    # --- the slow way ------------------------------------------------------------------------------------------------

    async def hold(self, wanted: Wanted, engines: Mapping[str, Engine]) -> Admitted:
        """Hold what the request can cost when that cannot be had in one step.

        Raises:
            InsufficientQuota: nothing covers it. RateLimited: the award that would pay is over its own limit.
            ResourceUnavailable: it might run uncharged, and somebody who pays needs the model.
        """
        try:
            return await self._paid(wanted, engines)
        except InsufficientQuota as refusal:
            award = self.ledger.exhaustion(wanted.facts, self.amount(wanted.facts))
            if award is None:
                raise
            if award.on_exhaustion == "low_priority":
                return self._uncharged(wanted, award)
            return await self._downgraded(wanted, award, refusal, engines)

    async def _paid(self, wanted: Wanted, engines: Mapping[str, Engine]) -> Admitted:
        """A hold that awards pay: wait for others' holds to end, or, when funds are nearly gone, count the prompt
        exactly and try once more. It counts against the limits of the award that it draws on first."""
        first = self.ledger.draws_first(wanted.facts, self.amount(wanted.facts))
        leave = self._leave(first, wanted)
        try:
            reservation = await self._patient(wanted, engines)
            drawn = self._drawn_first(reservation)
            if drawn is not None and drawn is not first:
                self._end(leave)
                leave = None
                try:
                    leave = self._leave(drawn, wanted)
                except RateLimited:
                    self.ledger.void(reservation)
                    raise
        except BaseException:
            self._end(leave)
            raise
        return Admitted(reservation, wanted.model, wanted.most, () if leave is None else (leave,))

    async def _patient(self, wanted: Wanted, engines: Mapping[str, Engine]) -> Reservation:
        facts = wanted.facts
        try:
            return await self.ledger.hold(wanted.request_id, facts, self.amount(facts))
        except InsufficientQuota:
            exact = await _exact(wanted, engines)
            if exact is None:
                raise
            facts = msgspec.structs.replace(facts, input_bound=exact.input_tokens, output_bound=exact.output_tokens)
            return await self.ledger.hold(wanted.request_id, facts, self.amount(facts))

    def _uncharged(self, wanted: Wanted, award: Award) -> Admitted:
        """Let it through at the house's cost, while no other request of the model runs that somebody pays for."""
        name, running = wanted.model.name, 0
        for one in self.ledger.running():
            if one.facts.model != name:
                continue
            if not is_uncharged(one):
                raise _busy(award, f"{name} is needed by others now")
            running += 1
        if running >= LOW_PRIORITY_MAX:
            raise _busy(award, f"{running} requests of exhausted awards run on {name} already")
        leave = self._leave(award, wanted)  # what is free is no faster than what is paid
        try:
            reservation = self.ledger.hold_uncharged(wanted.request_id, wanted.facts, self.amount(wanted.facts))
        except BaseException:
            self._end(leave)
            raise
        told = [(b"x-tokenry-low-priority", award.id.encode())]
        return Admitted(reservation, wanted.model, wanted.most, () if leave is None else (leave,), told, last=True)

    async def _downgraded(
        self, wanted: Wanted, award: Award, refusal: InsufficientQuota, engines: Mapping[str, Engine]
    ) -> Admitted:
        """Admit it anew for the model that the award names; where that does not go either, the first refusal stands."""
        request, principal = wanted.request, wanted.principal
        name, leaves = award.downgrade_to or "", tuple[Leave, ...]()
        try:
            model = self.model(request, principal, name)
            if model is wanted.model:
                raise refusal
            most = checked_bound(request, model)
            facts = self.facts(request, principal, model, most)
            facts = msgspec.structs.replace(facts, downgraded_from=wanted.model.name)
            leaves = self._model_leave(principal, model, most)
            admitted = await self._paid(Wanted(wanted.request_id, request, principal, model, most, facts), engines)
        except BaseException as error:
            for leave in leaves:
                self._end(leave)
            if isinstance(error, TokenryError) and not isinstance(error, RateLimited | Unavailable):
                raise refusal from None
            raise
        admitted.leaves += leaves
        admitted.told = [(b"x-tokenry-downgraded-from", header_value(wanted.model.name))]
        return admitted

    def _model_leave(self, principal: Principal, model: ModelEntry, most: Bound) -> tuple[Leave, ...]:
        """Leave of the project's own limit for another model than the one that was asked for."""
        limits = None if principal.model_limits is None else principal.model_limits.get(model.name)
        if limits is None:
            return ()
        place, now_ns = (principal.project_id, model.name), self.clock.monotonic_ns()
        return ((self.rates.of_model(place, limits, now_ns, most.input_tokens + most.output_tokens), limits),)

    def _leave(self, award: Award | None, wanted: Wanted) -> Leave | None:
        """Leave of the award's own limits, if it has any. Raises RateLimited."""
        if award is None or (award.requests_per_minute is None and award.tokens_per_minute is None):
            return None
        limits = award_limits(award.requests_per_minute, award.tokens_per_minute)
        tokens = wanted.most.input_tokens + wanted.most.output_tokens
        named = f"{award.name!r} ({award.id})"
        return self.rates.of_award((award.id, named), limits, self.clock.monotonic_ns(), tokens), limits

    def _drawn_first(self, reservation: Reservation) -> Award | None:
        legs = reservation.record.legs
        return self.ledger.books.awards.get(legs[0].debit.removeprefix("award:")) if legs else None

    def _end(self, leave: Leave | None) -> None:
        if leave is not None:
            give_back(*leave, self.clock.monotonic_ns(), 0)


def is_uncharged(reservation: Reservation) -> bool:
    """Whether it is one that an exhausted award lets through, of which the house pays what awards cannot."""
    return any(leg.debit == LOW_PRIORITY for leg in reservation.record.legs)


def _busy(award: Award, why: str) -> ResourceUnavailable:
    return ResourceUnavailable(
        f"the award {award.name!r} ({award.id}) has nothing left and lets requests through only while nobody else "
        f"needs the model: {why}. Nothing was charged; try again later, or ask for more",
        headers={"retry-after": "5"},
    )


async def _exact(wanted: Wanted, engines: Mapping[str, Engine]) -> Bound | None:
    """The bound with the prompt counted by the first deployment's tokenizer; None when that gains nothing."""
    request, most = wanted.request, wanted.most
    if request.media or request.endpoint == "embeddings" or request.form is not None or request.characters:
        return None
    engine = engines.get(wanted.model.deployments[0].provider)
    tokens = await by_tokenizer(request, engine)
    if tokens is None:
        return None
    framing = most.input_tokens - request.body_size
    exact = Bound(tokens + framing, most.output_tokens, most.limit)
    return exact if exact.input_tokens < most.input_tokens else None


def checked_bound(request: Inference, model: ModelEntry) -> Bound:
    """The request's bound on this model.

    Raises:
        InvalidRequest: it asks for more output than the model allows, or cannot fit its context.
    """
    if request.limit is not None and request.limit > model.max_output_tokens:
        named = request.limit_param or request.limit_field
        raise InvalidRequest(
            f"{named} is too large: {request.limit}. {model.name} gives at most "
            f"{model.max_output_tokens} output tokens",
            param=named,
        )
    return bound(request, model)
