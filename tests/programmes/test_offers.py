"""The hash of an offer: the same for the same terms, another one for any other."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tokenry.programmes import Offer, read_offer
from tokenry.programmes.terms import Reporting, Restrictions, TokenWeights, Tranches

OFFER = Offer(
    programme_id="prog_1", programme="Genomes", application_id="appl_1", project_id=None, renews=None, tier="Explore",
    unit="tokens", amount=10**9, days=365, accept_by=1_750_000_000, programme_conditions="Publish.", conditions="",
    acknowledgement="Thanks.", weights=None, restrictions=Restrictions(), reporting=Reporting(), tranches=Tranches(),
)  # fmt: skip
OTHERS: dict[str, Any] = {
    "programme_id": "prog_2", "programme": "Proteins", "application_id": "appl_2", "project_id": "proj_1",
    "renews": "awd_1", "tier": "Discover", "unit": "usd", "amount": 10**9 + 1, "days": 364, "accept_by": 1,
    "programme_conditions": "Publish!", "conditions": "x", "acknowledgement": "Thanks!", "weights": TokenWeights(),
    "restrictions": Restrictions(models=("small",)), "reporting": Reporting(final=False), "tranches": Tranches(count=2),
}  # fmt: skip


def test_every_term_is_tried() -> None:
    assert set(OTHERS) == set(Offer.__struct_fields__)


@pytest.mark.parametrize("name", OTHERS)
def test_another_term_is_another_hash(name: str) -> None:
    assert msgspec.structs.replace(OFFER, **{name: OTHERS[name]}).hash != OFFER.hash


def test_what_was_kept_has_the_hash_that_was_shown() -> None:
    kept = msgspec.json.decode(msgspec.json.encode(msgspec.to_builtins(OFFER)))
    assert read_offer(kept) == OFFER
    assert read_offer(dict(reversed(kept.items()))).hash == OFFER.hash == read_offer(kept).hash


def test_the_hash_stays_what_it_was() -> None:
    """Offers wait for weeks, over upgrades: a new member with a default must not change what they are accepted by."""
    assert OFFER.hash == "3aa3db55d8873ed92e136c52d5e5337de3f0c18ec856ae944818436356de05b7"
