"""A chat to take along: every branch as JSON, the shown one as Markdown, in which titles stay text."""

from __future__ import annotations

import pytest

from tests.workspace.office import Office
from tokenry.base.errors import NotFound
from tokenry.storage import tables
from tokenry.workspace import as_markdown, export_chat
from tokenry.workspace.exporting import plain


def test_every_branch_is_in_it_and_the_shown_one_in_markdown(office: Office) -> None:
    chat = office.chat("ada", ["What is 2+2?", "**4**"], title="Sums")
    first = office.rows(tables.chat_messages)[0].id
    sources = [{"number": 1, "file_name": "a*b.pdf", "page": 3, "text": "two\nlines <b>"}, {"number": 2, "text": "no"}]
    office.say(chat, "Four, says [1].", first, role="assistant", model="m_1", sources=sources, state="stopped")
    told = export_chat(office.db, office.whose("ada"), chat)
    assert [one.text for one in told.messages] == ["What is 2+2?", "**4**", "Four, says [1]."]
    assert told.branch == [told.messages[0].id, told.messages[2].id]
    when = "2025-06-15T15:06:40Z"
    assert as_markdown(told).splitlines() == [
        "# Sums", "", when, "", f"## You · {when}", "", "What is 2+2?", "",
        f"## Answer · m\\_1 · {when} · stopped before its end", "", "Four, says [1].", "",
        "- \\[1\\] a\\*b.pdf, page 3: two lines \\<b\\>",
    ]  # fmt: skip
    other = export_chat(office.db, office.whose("ada"), chat, told.messages[1].id)
    assert "**4**" in as_markdown(other)


def test_nobody_takes_somebody_elses_along(office: Office) -> None:
    chat = office.chat("ada", ["secret"])
    for name in ("bob", "owner"):
        with pytest.raises(NotFound):
            export_chat(office.db, office.whose(name), chat)


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
        ("a\n# b", "a \\# b"),
        ("![x](y)", "\\!\\[x\\](y)"),
        ("[a](javascript:x)", "\\[a\\](javascript:x)"),
        ("&lt;", "\\&lt;"),
        ("`x`", "\\`x\\`"),
    ],
)
def test_titles_stay_text(office: Office, title: str, told: str) -> None:
    assert plain(title) == told
    chat = office.chat("ada", [], title=title)
    assert as_markdown(export_chat(office.db, office.whose("ada"), chat)).splitlines()[0] == f"# {told}"
