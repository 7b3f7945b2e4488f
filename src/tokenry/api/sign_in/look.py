"""How the pages of signing in look: one style sheet for light and dark, wide and narrow, and the frame of a page.

Knows no people. A page asks nothing of others: its policy allows one style, by its hash, forms that lead back here, and
a script of this server. Only what a device must do needs that script; everything else works without.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape

from tokenry.api.palette import PALETTE

STYLE = (
    PALETTE
    + """* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center;
  background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; padding: 8vh 1.25rem 3rem;
}
.brand { color: var(--soft); font-weight: 600; letter-spacing: .02em; margin-bottom: 1.1rem; }
main {
  width: 100%; max-width: 25rem; background: var(--raised); border: 1px solid var(--line); border-radius: 12px;
  padding: 1.8rem 1.8rem 2rem;
}
main.wide { max-width: 44rem; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .4rem; }
h2 { font-size: 1.05rem; margin: 2.2rem 0 .6rem; padding-top: 1.6rem; border-top: 1px solid var(--line); }
p { margin: .5rem 0; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: .93rem; }
a { color: var(--act); }
form { margin: 0; }
label { display: block; margin: 1rem 0 .3rem; font-size: .93rem; font-weight: 600; }
.hint { display: block; color: var(--soft); font-size: .85rem; margin-top: .3rem; }
input {
  width: 100%; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--field);
  border-radius: 7px; padding: .55rem .7rem;
}
input:focus-visible, button:focus-visible, a:focus-visible { outline: 2px solid var(--act); outline-offset: 2px; }
button, .button {
  display: block; width: 100%; margin-top: 1.3rem; padding: .62rem 1rem; font: inherit; font-weight: 600;
  text-align: center; text-decoration: none; cursor: pointer; border-radius: 7px;
  color: var(--act-ink); background: var(--act); border: 1px solid var(--act);
}
button:hover, .button:hover { filter: brightness(1.08); }
.quiet { color: var(--ink); background: none; border-color: var(--field); margin-top: .7rem; }
.small { display: inline-block; width: auto; margin: 0; padding: .25rem .7rem; font-size: .88rem; font-weight: 500; }
.or { display: flex; align-items: center; gap: .8rem; color: var(--soft); font-size: .88rem; margin: 1.4rem 0 .7rem; }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.told { border-radius: 7px; padding: .6rem .8rem; margin: .9rem 0; font-size: .95rem; }
.told code { font: .92em ui-monospace, Menlo, Consolas, monospace; }
.bad { color: var(--bad); background: var(--bad-ground); }
.good { color: var(--good); background: var(--good-ground); }
ul { list-style: none; margin: .6rem 0 0; padding: 0; }
li {
  display: flex; justify-content: space-between; align-items: center; gap: 1rem; padding: .7rem 0;
  border-bottom: 1px solid var(--line);
}
li:last-child { border-bottom: 0; }
li div { min-width: 0; overflow-wrap: anywhere; }
.badge {
  font-size: .78rem; color: var(--good); background: var(--good-ground); border-radius: 4px; padding: .05rem .4rem;
  white-space: nowrap;
}
@media (min-width: 40rem) {
  .wide > form input { max-width: 26rem; }
  .wide > form button { width: auto; min-width: 9rem; }
}
.row { display: flex; flex-wrap: wrap; gap: .7rem; margin-top: 1.3rem; }
.row form { flex: 1 1 12rem; }
.row button { margin: 0; }
@media (max-width: 30rem) { body { padding-top: 2rem; } main { padding: 1.3rem 1.2rem 1.5rem; } }
"""
)
_CODE = re.compile(r"`([^`]+)`")
_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; script-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # Not `no-referrer`: a form that is sent under that policy says `Origin: null`, and would be taken for a forgery.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


def frame(title: str, body: str, *, wide: bool = False, script: str | None = None) -> str:
    """A whole page around a body that is HTML already. `script`: the path of what it runs."""
    width = ' class="wide"' if wide else ""
    runs = "" if script is None else f'<script src="{escape(script)}" defer></script>'
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)} · Tokenry</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<style>{STYLE}</style>{runs}</head><body><header class="brand">Tokenry</header>'
        f"<main{width}><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    )


def told(words: str | None, *, good: bool = False) -> str:
    """What went wrong, or well, with `code` in backticks; nothing for None."""
    if words is None:
        return ""
    html = _CODE.sub(r"<code>\1</code>", escape(words))
    return f'<p class="told {"good" if good else "bad"}" role="{"status" if good else "alert"}">{html}</p>'


def field(name: str, label: str, complete: str, *, value: str = "", hint: str = "") -> str:
    """One field of a form. `complete` is what a browser may fill in (autocomplete)."""
    kind = "password" if complete.endswith("password") else "text" if complete in {"name", "off"} else "email"
    describes = f' aria-describedby="{name}-hint"' if hint else ""
    least = ' minlength="12"' if complete == "new-password" else ""
    after = f'<span class="hint" id="{name}-hint">{escape(hint)}</span>' if hint else ""
    return (
        f'<label for="{name}">{escape(label)}</label><input id="{name}" name="{name}" type="{kind}" required '
        f'autocomplete="{complete}" value="{escape(value)}"{least}{describes}>{after}'
    )


def form(action: str, inside: Iterable[str], button: str, *, csrf: str | None = None, css: str = "") -> str:
    """A form with one button. `csrf` is the session's token, when there is a session."""
    guard = "" if csrf is None else f'<input type="hidden" name="csrf" value="{escape(csrf)}">'
    look = f' class="{css}"' if css else ""
    return (
        f'<form method="post" action="{escape(action)}">{guard}{"".join(inside)}'
        f"<button{look}>{escape(button)}</button></form>"
    )


def of_device(does: str, form: str) -> str:
    """A form that the script sends to a device (`enter`, `add`), and where it tells what went wrong.

    It is shown by the script alone, where the browser knows passkeys.
    """
    marked = form.replace("<form ", f'<form data-passkey="{escape(does)}" ', 1)
    return f'<div id="passkeys" hidden>{marked}<p class="told bad" id="passkey-told" role="alert" hidden></p></div>'
