"""The colours of every page that is served without a script: one set for light and one for dark. Knows no page."""

from __future__ import annotations

from typing import Final

PALETTE: Final = """
:root {
  color-scheme: light dark;
  --ground: #fbfbfa; --raised: #ffffff; --ink: #1c2024; --soft: #5d666f; --line: #dfe2e6; --field: #8b949e;
  --act: #0b5cad; --act-ink: #ffffff; --code: #f1f3f5; --bad: #9a3412; --bad-ground: #fdeadd;
  --good: #0f6b4f; --good-ground: #dcf3ea; --wash: #0b5cad1f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a; --raised: #1b1f23; --ink: #e4e7ea; --soft: #9aa4ae; --line: #30363c; --field: #6b757f;
    --act: #7ab7f5; --act-ink: #10151a; --code: #262c32; --bad: #f5b08c; --bad-ground: #40230f;
    --good: #7fdcb8; --good-ground: #12372b; --wash: #7ab7f52b;
  }
}
"""
