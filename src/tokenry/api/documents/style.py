"""How the page of the document looks: one style sheet for light and dark, wide and narrow. Asks nothing of others."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

STYLE = """
:root {
  color-scheme: light dark;
  --ground: #fbfbfa; --raised: #ffffff; --ink: #1c2024; --soft: #5d666f; --line: #dfe2e6; --link: #0b5cad;
  --code: #f1f3f5; --get: #0f6b4f; --get-ground: #dcf3ea; --post: #0b5cad; --post-ground: #dfecfa;
  --bad: #9a3412; --bad-ground: #fdeadd;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a; --raised: #1b1f23; --ink: #e4e7ea; --soft: #9aa4ae; --line: #30363c; --link: #7ab7f5;
    --code: #262c32; --get: #7fdcb8; --get-ground: #12372b; --post: #8fc3fb; --post-ground: #142f4d;
    --bad: #f5b08c; --bad-ground: #40230f;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif;
  overflow-wrap: break-word;
}
a { color: var(--link); text-decoration: none; }
p a, a:hover, a:focus-visible { text-decoration: underline; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
h1, h2, h3, h4 { line-height: 1.25; margin: 0; }
h1 { font-size: 1.75rem; }
h2 { font-size: 1.35rem; margin: 3rem 0 1rem; padding-bottom: .4rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.1rem; }
h4 { font-size: .8rem; letter-spacing: .04em; text-transform: uppercase; color: var(--soft); margin: 1.5rem 0 .5rem; }
p { margin: .6rem 0; max-width: 44rem; }
code, pre { font: .86em/1.5 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
code { background: var(--code); border-radius: 4px; padding: .1em .35em; overflow-wrap: anywhere; }
pre { background: var(--code); border-radius: 8px; padding: .9rem 1rem; margin: .5rem 0; overflow-x: auto; }
pre code { background: none; padding: 0; overflow-wrap: normal; font-size: 1em; }
.frame { max-width: 78rem; margin: 0 auto; padding: 2rem 1.25rem 5rem; }
.version { color: var(--soft); font-size: 1rem; font-weight: 400; }
nav { font-size: .92rem; margin: 1.5rem 0 0; }
nav strong { display: block; margin: 1rem 0 .25rem; font-size: .8rem; color: var(--soft); font-weight: 600; }
nav details { margin: 0; }
nav summary { color: var(--ink); padding: .2rem 0; font-size: inherit; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav details ul { padding-left: 1.05rem; }
nav a { display: block; padding: .2rem 0; color: var(--ink); }
article {
  background: var(--raised); border: 1px solid var(--line); border-radius: 10px;
  padding: 1.25rem 1.4rem; margin: 1.25rem 0;
}
.route { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; margin-top: .5rem; }
.route code { background: none; padding: 0; font-size: .95rem; overflow-wrap: anywhere; }
.badge { font: 600 .75rem/1.6 ui-monospace, Menlo, monospace; border-radius: 4px; padding: .05rem .5rem; }
.get { color: var(--get); background: var(--get-ground); }
.post, .put, .patch { color: var(--post); background: var(--post-ground); }
.bad, .delete { color: var(--bad); background: var(--bad-ground); }
.free { color: var(--soft); font-size: .85rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .8rem; }
th, td { padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
.fields td:first-child { width: 30%; }
.fields td:nth-child(2) { width: 26%; color: var(--soft); overflow-wrap: anywhere; }
.errors td code:only-child { white-space: nowrap; }
.needed { color: var(--bad); font-size: .78rem; white-space: nowrap; }
.statuses { display: flex; flex-wrap: wrap; gap: .4rem; margin: .5rem 0; padding: 0; list-style: none; }
details { margin: .6rem 0; }
summary { cursor: pointer; color: var(--link); font-size: .92rem; }
@media (min-width: 62rem) {
  .frame { display: grid; grid-template-columns: 14rem minmax(0, 1fr); column-gap: 3rem; }
  header { grid-column: 2; }
  nav {
    grid-row: 1 / span 2; position: sticky; top: 2rem; align-self: start; margin: 0;
    max-height: calc(100vh - 4rem); overflow-y: auto;
  }
  main { grid-column: 2; }
}
@media (max-width: 61.99rem) {
  nav { columns: 9rem; column-gap: 1.5rem; border-block: 1px solid var(--line); padding: .75rem 0; }
  nav strong { break-after: avoid; }
}
@media (max-width: 40rem) {
  .frame { padding: 1.25rem 1rem 3rem; }
  article { padding: 1rem; }
  table, tbody, tr, td { display: block; width: auto; }
  thead { display: none; }
  tr { padding: .55rem 0; border-bottom: 1px solid var(--line); }
  tr:last-child { border-bottom: 0; }
  td, .fields td:first-child, .fields td:nth-child(2) { border: 0; padding: .1rem 0; width: auto; }
}
@media print { nav { display: none; } article { break-inside: avoid-page; border: 0; padding: 0; } }
"""
_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
}
