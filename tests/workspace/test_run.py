"""What was said of an answer, from any position on."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tokenry.workspace.run import Said


@given(st.lists(st.tuples(st.sampled_from(["text", "reasoning"]), st.text(min_size=1, max_size=4))), st.integers(0, 60))
def test_any_position_of_anything_said(pieces: list[tuple[str, str]], after: int) -> None:
    """What lies behind a position, and what lies before it, are together what was said."""
    said = Said()
    for kind, text in pieces:
        said.add("text" if kind == "text" else "reasoning", text)
    cursor, position, found = said.since(0, 0, after)
    assert (cursor, position) == (len(said.pieces), said.position)
    everything = "".join(text for _, text in pieces)
    assert "".join(text for _, text in found) == everything[after:]
    kinds = [kind for kind, _ in found]
    assert all(one != other for one, other in pairwise(kinds)), "neighbours travel together"
