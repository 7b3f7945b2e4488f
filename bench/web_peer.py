"""The same long chat opened in Open WebUI, for `bench.web --peer`: made through its API, opened as its people open it.

Knows Open WebUI 0.12's API and page: `POST /api/v1/chats/new` with the whole history, `/c/{id}` in the bar, the token
of the session in the page's storage. It is installed and started by hand, without models or a network:

    uv venv /tmp/peer && uv pip install --python /tmp/peer/bin/python open-webui
    DATA_DIR=/tmp/peer/data WEBUI_SECRET_KEY=x OFFLINE_MODE=true HF_HUB_OFFLINE=1 ENABLE_OLLAMA_API=false \\
        RAG_EMBEDDING_ENGINE=openai /tmp/peer/bin/open-webui serve --host 127.0.0.1 --port 18666

Source: https://docs.openwebui.com/getting-started/env-configuration/
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
from playwright.sync_api import Browser, Page

Figures = dict[str, Any]
OWNER = {"name": "Ada", "email": "ada@example.org", "password": "correct horse battery"}
MESSAGES = "[id^=message-]"
SETTLE_MS = 4_000  # its page goes on asking for a while, and never rests for long
OPEN_MAX_MS = 120_000


@dataclass(frozen=True)
class Peer:
    """A running Open WebUI, and a chat in it."""

    url: str
    token: str
    version: str
    chat_id: str


def prepare(url: str, texts: Sequence[str]) -> Peer:
    """Sign in, or up where nobody is yet, and make a chat whose answers are these texts."""
    with httpx2.Client(base_url=url, timeout=300) as http:
        known = {name: OWNER[name] for name in ("email", "password")}
        signed = http.post("/api/v1/auths/signin", json=known)
        if signed.is_error:
            signed = http.post("/api/v1/auths/signup", json=OWNER).raise_for_status()
        token = str(signed.json()["token"])
        http.headers["authorization"] = f"Bearer {token}"
        version = str(http.get("/api/version").raise_for_status().json()["version"])
        made = http.post("/api/v1/chats/new", json={"chat": chat(texts)}).raise_for_status()
        return Peer(url, token, version, str(made.json()["id"]))


def chat(texts: Sequence[str]) -> Figures:
    """A chat as Open WebUI keeps one: a tree of messages by id, and which of them is shown."""
    now = int(time.time())
    messages: dict[str, Figures] = {}
    above: str | None = None
    for number, text in enumerate(texts):
        question, answer = str(uuid4()), str(uuid4())
        both = {"timestamp": now, "models": ["bench"]}
        messages[question] = {
            "id": question, "parentId": above, "childrenIds": [answer], "role": "user",
            "content": f"And part {number}?", **both,
        }  # fmt: skip
        messages[answer] = {
            "id": answer, "parentId": question, "childrenIds": [], "role": "assistant", "content": text, "done": True,
            "model": "bench", "modelName": "bench", "modelIdx": 0, **both,
        }  # fmt: skip
        if above is not None:
            messages[above]["childrenIds"] = [question]
        above = answer
    return {
        "title": "Ten thousand", "models": ["bench"], "params": {}, "tags": [], "timestamp": now * 1000,
        "history": {"messages": messages, "currentId": above}, "messages": list(messages.values()),
    }  # fmt: skip


def opening(browser: Browser, peer: Peer, clicked: Callable[[Page, str, str], float], rounds: int) -> Figures:
    """Milliseconds until the last answer has been painted, from the click on the chat in the bar.

    Args:
        clicked: watches for the last answer among the messages of a selector, clicks a link, gives milliseconds.
    """
    kept = {"token": peer.token, "sidebar": "true", "version": peer.version}  # news of this version has been read
    store = "".join(f"localStorage.setItem({json.dumps(name)}, {json.dumps(value)});" for name, value in kept.items())
    found: Figures = {"version": peer.version, "first_ms": [], "elements": []}
    for _ in range(rounds):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(OPEN_MAX_MS)
        try:
            context.add_init_script(store)
            page = context.new_page()
            page.goto(peer.url)
            page.wait_for_timeout(SETTLE_MS)
            _dismiss_news(page)
            found["first_ms"].append(clicked(page, f'a[href="/c/{peer.chat_id}"]', MESSAGES))
            found["elements"].append(page.evaluate("() => document.querySelectorAll('*').length"))
        finally:
            context.close()
    return found


def _dismiss_news(page: Page) -> None:
    news = page.get_by_text("Okay, Let's Go!")
    if news.count() and news.first.is_visible():
        news.first.click()
        page.wait_for_timeout(1_000)
