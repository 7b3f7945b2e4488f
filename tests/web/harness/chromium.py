"""The browser: Debian's Chromium, driven by Playwright, which fetches nothing of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = os.environ.get("TOKENRY_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = [
    "--no-sandbox",  # a container's root has no namespaces to sandbox in; the pages are our own
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
    "--no-first-run",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """One Chromium, and its end. Playwright's loop runs as long: leave before another one is started."""
    assert CHROMIUM is not None, "there is no Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()
