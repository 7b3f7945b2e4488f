"""An address with something behind it is still one account's: it has no tries of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api.organization.stand import Stand
from tests.api.sign_in.visitor import Visitor, with_password
from tokenry.access import ACCOUNT, Throttle
from tokenry.base.clock import ManualClock

pytestmark = pytest.mark.anyio


async def test_blanks_and_junk_behind_an_address_give_no_further_tries(
    stand: Stand, visit: Callable[..., Visitor]
) -> None:
    email = await with_password(stand, "member")
    stand.serving.entrance.entry.throttle = Throttle(ManualClock())
    padded = email + " " * (400 - len(email))
    codes = [
        (await visit(address=f"10.0.0.{n}", home="https://tokenry.test").sign_in(f"{padded}{n}", "guess")).status_code
        for n in range(ACCOUNT.free + 2)
    ]
    assert codes == [401] * ACCOUNT.free + [429] * 2


async def test_an_address_that_only_folds_alike_takes_nobodys_tries(
    stand: Stand, visit: Callable[..., Visitor]
) -> None:
    email = await with_password(stand, "member")
    twin = email.replace("s", "\u017f")
    assert twin != email
    stand.serving.entrance.entry.throttle = Throttle(ManualClock())
    guesser = visit(address="10.0.0.1", home="https://tokenry.test")
    codes = [(await guesser.sign_in(twin, "guess")).status_code for _ in range(ACCOUNT.free + 1)]
    assert codes == [401] * ACCOUNT.free + [429]
    assert (await visit(address="10.0.0.2", home="https://tokenry.test").sign_in(email)).status_code == 303
