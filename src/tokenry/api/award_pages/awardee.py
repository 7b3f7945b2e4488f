"""An award as its people see it, on one page: what is left and until when, the key, how to begin, what is due.

From plain values; knows no requests and no rooms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from tokenry.api.award_pages.charts import Outlook, Picture, burn_down
from tokenry.api.award_pages.look import frame, paragraphs, section, table, tiles
from tokenry.api.award_pages.words import amount, day, figure, noun
from tokenry.programmes.outlook import Day

_BAD_STATES = frozenset({"suspended", "exhausted", "expired", "closing", "closed"})
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Due:
    """Something that comes: `what`, when (seconds since the epoch, None = with something else), and how it stands."""

    what: str
    at_s: int | None
    state: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class AwardPage:
    """What the page tells. Amounts are whole units of the award; times are seconds since the epoch."""

    id: str
    name: str
    programme: str
    project: str
    state: str
    unit: str
    granted: int
    released: int
    drawn: int
    held: int
    left: int
    begins_s: int
    ends_s: int
    history: Sequence[Day]
    outlook: Outlook | None
    outlook_words: str
    coming: Sequence[Due]
    models: Sequence[str] | None
    acknowledgement: str
    conditions: str
    base_url: str
    keys: Sequence[tuple[str, str]]


def page(shown: AwardPage, *, csrf: str | None, new_key: str | None = None) -> str:
    """The page.

    Args:
        csrf: the session's token when whoever looks may make a key of their own; None = they may not.
        new_key: a key that was just made, to be shown this once.
    """
    bad = " bad" if shown.state in _BAD_STATES else ""
    body = (
        f"<h1>{escape(shown.name)}</h1>"
        f'<p class="soft">{escape(shown.programme)} · project {escape(shown.project)} '
        f'<span class="badge{bad}">{escape(shown.state)}</span></p>'
        + tiles(_facts(shown))
        + section("How it goes down", _burn_down(shown))
        + section("Your key", _keys(shown, csrf, new_key))
        + section("Begin", _snippets(shown, new_key))
        + section("What comes", _coming(shown.coming))
        + section("Please say", f"{paragraphs(shown.acknowledgement)}" if shown.acknowledgement else "")
        + section("Conditions", paragraphs(shown.conditions))
    )
    return frame(shown.name, body)


def _facts(shown: AwardPage) -> list[tuple[str, str]]:
    unit, what = shown.unit, noun(shown.unit)
    facts = [
        (figure(shown.left, unit), f"{what}left to use"),
        (figure(shown.drawn, unit), f"{what}used of {figure(shown.granted, unit)}"),
    ]
    if shown.released < shown.granted:
        facts.append((figure(shown.granted - shown.released, unit), f"{what}still to be released"))
    if shown.held:
        facts.append((figure(shown.held, unit), f"{what}held by requests that run"))
    return [*facts, (day(shown.ends_s), "the award ends")]


def _burn_down(shown: AwardPage) -> str:
    picture = Picture(shown.unit, shown.history, shown.ends_s, shown.outlook, f"What is left. {shown.outlook_words}")
    latest = list(shown.history)[-4 * _WEEK :]
    rows = [(day(one.start), amount(one.drawn, shown.unit), amount(one.left, shown.unit)) for one in reversed(latest)]
    return (
        f'<p>{escape(shown.outlook_words)}</p><div class="scroll">{burn_down(picture)}</div>'
        '<p class="soft">The line is what was left at the end of each day (UTC); the red one is where the award ends. '
        "Dashed: where it leads, and how sure that is (4 times in 5 it ends within the shade).</p>"
        f"<details><summary>The last four weeks as a table</summary>{table(('Day', '#Used', '#Left'), rows)}</details>"
    )


def _keys(shown: AwardPage, csrf: str | None, new_key: str | None) -> str:
    told = ""
    if new_key is not None:
        told = (
            '<p class="told" role="status">This is your new key. It is shown this once; keep it as you would a '
            f"password.</p><pre>{escape(new_key)}</pre>"
        )
    rows = [(escape(name), f"<code>{escape(hint)}</code>") for name, hint in shown.keys]
    known = (
        table(("Key", "It begins with"), rows) if rows else '<p class="soft">You have no key of this project yet.</p>'
    )
    button = ""
    if csrf is not None:
        button = (
            f'<form method="post" action="/awards/{quote(shown.id)}/keys">'
            f'<input type="hidden" name="csrf" value="{escape(csrf)}"><button>Make a key</button></form>'
        )
    return told + known + button


def _snippets(shown: AwardPage, new_key: str | None) -> str:
    model = shown.models[0] if shown.models else "MODEL"
    key, url = new_key or "sk-tok-…", f"{shown.base_url}/v1"
    allowed = "every model of the house" if shown.models is None else ", ".join(shown.models) or "no model"
    python = (
        f'from openai import OpenAI\n\nclient = OpenAI(base_url="{url}", api_key="{key}")\n'
        f'answer = client.chat.completions.create(\n    model="{model}",\n'
        '    messages=[{"role": "user", "content": "Hello!"}],\n)\nprint(answer.choices[0].message.content)'
    )
    notebook = f"%pip install -q openai\n%env OPENAI_BASE_URL={url}\n%env OPENAI_API_KEY={key}\n\n" + python.replace(
        f'OpenAI(base_url="{url}", api_key="{key}")', "OpenAI()"
    )
    curl = (
        f"curl {url}/chat/completions \\\n  -H 'authorization: Bearer {key}' \\\n"
        f"  -H 'content-type: application/json' \\\n"
        f'  -d \'{{"model": "{model}", "messages": [{{"role": "user", "content": "Hello!"}}]}}\''
    )
    codex = (
        f'# ~/.codex/config.toml\nmodel = "{model}"\nmodel_provider = "tokenry"\n\n[model_providers.tokenry]\n'
        f'name = "Tokenry"\nbase_url = "{url}"\nenv_key = "TOKENRY_KEY"\nwire_api = "responses"\n'
        f"supports_websockets = true\n\n# then, in a shell\nexport TOKENRY_KEY={key}\ncodex"
    )
    claude = f"export ANTHROPIC_BASE_URL={shown.base_url}\nexport ANTHROPIC_AUTH_TOKEN={key}\nclaude --model {model}"
    parts = (("Python", python), ("Notebook", notebook), ("curl", curl), ("Codex", codex), ("Claude Code", claude))
    return f'<p class="soft">It pays for {escape(allowed)}.</p>' + "".join(
        f"<details{' open' if n == 0 else ''}><summary>{name}</summary><pre>{escape(text)}</pre></details>"
        for n, (name, text) in enumerate(parts)
    )


def _coming(coming: Sequence[Due]) -> str:
    rows = [
        (
            escape(due.what),
            "with a report" if due.at_s is None else day(due.at_s),
            f'<span class="badge{" bad" if due.late else ""}">{escape(due.state)}</span>',
        )
        for due in coming
    ]
    return table(("What", "When", "State"), rows) if rows else ""
