"""How the public pages of certificates look, and what they may do: no script, one style, pictures of ours alone."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import Final

from tokenry.api.palette import PALETTE

STYLE: Final = (
    PALETTE
    + """* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif;
  padding: 2rem 1.25rem 3rem;
}
main { max-width: 52rem; margin: 0 auto; }
.brand { color: var(--soft); font-weight: 600; letter-spacing: .02em; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .3rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2.4rem 0 .5rem; }
p { margin: .5rem 0; }
.soft { color: var(--soft); font-size: .93rem; }
a { color: var(--act); }
.told { border-radius: 8px; padding: .7rem .95rem; margin: 1rem 0; font-weight: 550; overflow-wrap: anywhere; }
.bad { color: var(--bad); background: var(--bad-ground); }
.good { color: var(--good); background: var(--good-ground); }
.paper { display: block; width: 100%; height: auto; border: 1px solid var(--line); border-radius: 6px;
  box-shadow: 0 2px 14px rgb(0 0 0 / .10); background: #fcfaf5; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .35rem 1.4rem; margin: .6rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font: .86em/1.5 ui-monospace, Menlo, Consolas, monospace; }
code { overflow-wrap: anywhere; }
pre { background: var(--code); border-radius: 7px; padding: .8rem 1rem; overflow-x: auto; }
.row { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1.2rem 0; }
.button, button {
  display: inline-block; padding: .5rem 1rem; font: inherit; font-weight: 600; text-decoration: none; cursor: pointer;
  border-radius: 7px; color: var(--act-ink); background: var(--act); border: 1px solid var(--act);
}
.quiet { color: var(--ink); background: none; border-color: var(--field); }
a:focus-visible, button:focus-visible, textarea:focus-visible, input:focus-visible, summary:focus-visible {
  outline: 2px solid var(--act); outline-offset: 2px;
}
label { display: block; margin: 1rem 0 .3rem; font-weight: 600; font-size: .93rem; }
textarea {
  width: 100%; min-height: 11rem; font: .86rem/1.5 ui-monospace, Menlo, Consolas, monospace; color: inherit;
  background: var(--raised); border: 1px solid var(--field); border-radius: 7px; padding: .6rem .8rem;
}
input { font: inherit; color: inherit; max-width: 100%; margin-bottom: 1.1rem; }
@media (max-width: 34rem) {
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: .6rem; }
}
@media print { .row, form, nav { display: none; } body { padding: 0; } }
"""
)
_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS: Final = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",  # the address is all that opens the page
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


def frame(title: str, body: str) -> str:
    """A whole page around a body that is HTML already."""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)} · Tokenry</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<style>{STYLE}</style></head><body><main><div class="brand">Tokenry</div><h1>{escape(title)}</h1>'
        f"{body}</main></body></html>\n"
    )


def told(words: str, *, good: bool) -> str:
    """What came of looking at it."""
    mark = "✓" if good else "✗"
    kind, role = ("good", "status") if good else ("bad", "alert")
    return f'<p class="told {kind}" role="{role}"><span aria-hidden="true">{mark}</span> {escape(words)}</p>'


def facts(pairs: list[tuple[str, str]]) -> str:
    """A list of facts; the values are HTML already."""
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in pairs) + "</dl>"
