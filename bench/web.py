"""The workspace in a browser: how fast a very long chat opens, whether a long answer holds up the page, the first load.

    open      a chat of so many messages is opened: from the list, in a page that is there but has never seen a chat;
              the same once more, after another page; from the click, by the page's own clock, until its last answer has
              been painted. And by loading the whole page, by the clock of this process.
    stream    in that chat an answer of so many tokens arrives, Markdown with code and tables, at some hundred tokens a
              second. Every task of the page's main thread that takes 50 ms or more is counted (Long Tasks API), and the
              longest is named by the processor time it took, which other work on the machine does not stretch.
    first     the first load of all, nothing in any cache, on a processor four times as slow: until something can be
              typed, and how many bytes came.

A real server with the scripted engine, Debian's Chromium by Playwright, both on this machine, which should do nothing
else: on a busy one, wall times say little. The chat is made by writing its rows; everything that is measured goes
through the API. The exit code is 1 when a limit is missed: the wall time of opening, the longest task's processor time.

Source: https://w3c.github.io/longtasks/

    just bench web
    just bench web --messages 2000 --rounds 3 --only open --json
    just bench web --only open --peer http://127.0.0.1:18666
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from bench import web_peer
from bench.table import markdown
from tests.e2e.harness import configured, scripted
from tests.web.harness import House, Tab, chromium
from tokenry.base.ids import new_id

OPEN_MAX_MS = 300
NONE = "-"
TASK_MAX_MS = 50
TOKEN_DELAY_MS = 2
THROTTLE = 4
LAST = "The very last answer."
CONFIG = configured(scripted("echo", f"delay_ms={TOKEN_DELAY_MS}"), top="[starter]\naward_usd = 1000000\n")
PARAGRAPH = """## Part {number}

The moon pulls *most* where it is **nearest**, and `sea level` answers with a bulge; see [the tables](https://example.org).

| port | high water | range |
|---|---:|---:|
| Brest | 04:{number:02} | 6.1 m |
| Hull | 06:{number:02} | 5.8 m |

```python
def height(hours: float, range_m: float = {number}.0) -> float:
    return range_m / 2 * math.cos(2 * math.pi * hours / 12.42)
```

- first the moon, then the sun
- in shallow water the rest
"""
OBSERVE = """() => {
    window.heldUp = [];
    const note = (list) => list.getEntries().forEach((one) => window.heldUp.push(one.duration));
    new PerformanceObserver(note).observe({ type: "longtask", buffered: true });
}"""
WATCH = """([text, messages]) => {
    window.painted = new Promise((tell) => {
        const clicked = (event) => {
            const look = () => {
                const there = [...document.querySelectorAll(messages)].some((one) => one.textContent.includes(text));
                if (there) setTimeout(() => tell(performance.now() - event.timeStamp));
                else requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
        };
        addEventListener("click", clicked, { capture: true, once: true });
    });
}"""
FIRST = """() => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    const came = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const bytes = came.filter((one) => !one.name.includes("/v1/")).reduce((sum, one) => sum + one.transferSize, 0);
    return { paint: paint ? paint.startTime : 0, bytes, ready: performance.now() };
}"""
Figures = dict[str, Any]


def texts(count: int) -> list[str]:
    """The answers of a chat of so many messages."""
    return [PARAGRAPH.format(number=number % 60) for number in range(count // 2 - 1)] + [LAST]


def long_chat(house: House, count: int) -> str:
    """A chat of so many messages: one question is asked, the rest is copied in the database. Its id."""
    owner = house.owner
    chat_id = str(owner.post("/v1/tokenry/chats", title="Ten thousand", project_id=house.project)["id"])
    path = f"/v1/tokenry/chats/{chat_id}/messages"
    answer = owner.post(path, text="Begin.")["answer"]
    while answer["state"] == "running":
        time.sleep(0.02)
        answer = owner.get(f"{path}/{answer['id']}")
    with sqlite3.connect(house.server.data / "app.db", timeout=30) as db:
        db.row_factory = sqlite3.Row
        found = db.execute("select * from chat_messages where chat_id = ? order by seq", [chat_id])
        question, reply = (dict(row) for row in found)
        above = str(reply["id"])
        for number, text in enumerate(texts(count - 2)):
            asked = {**question, "text": f"And part {number}?", "parent_id": above}
            above = _copy(db, asked)
            above = _copy(db, {**reply, "text": text, "parent_id": above})
        db.execute("update chats set head_id = ? where id = ?", [above, chat_id])
    return chat_id


def _copy(db: sqlite3.Connection, row: dict[str, Any]) -> str:
    made = {**row, "id": new_id("msg"), "client_id": None}
    del made["seq"]
    names = ", ".join(made)
    db.execute(f"insert into chat_messages ({names}) values ({', '.join('?' * len(made))})", list(made.values()))
    return str(made["id"])


def opening(browser: Browser, house: House, chat_id: str, rounds: int) -> Figures:
    """Milliseconds until the last answer is drawn, and how much of the page there is then."""
    found: Figures = {"first_ms": [], "first_cpu_ms": [], "again_ms": [], "loaded_ms": []}
    for _ in range(rounds):
        tab = Tab(browser, house.url, house.owner, (1280, 800), "light").go("/")
        link = f'a[href="/chat/{chat_id}"]'
        try:
            main_thread = MainThread(tab)
            found["first_ms"].append(_from_click(tab.page, link))
            found["first_cpu_ms"].append(main_thread.ms())
            tab.settled()
            found["articles"] = tab.page.evaluate("() => document.querySelectorAll('main article').length")
            found["elements"] = tab.page.evaluate("() => document.querySelectorAll('*').length")
            tab.page.get_by_role("link", name="New chat").first.click()
            tab.settled()
            found["again_ms"].append(_from_click(tab.page, link))
            address = tab.page.url
            tab.go("/")
            found["loaded_ms"].append(_until_drawn(tab, partial(tab.page.goto, address, wait_until="commit")))
        finally:
            tab.close()
    return found


class MainThread:
    """Processor time of a page's main thread from now on: what other work on the machine disturbs least."""

    def __init__(self, tab: Tab) -> None:
        self._session = tab.context.new_cdp_session(tab.page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def ms(self) -> float:
        """So far."""
        told = self._session.send("Performance.getMetrics")["metrics"]
        return 1000 * float(next(one["value"] for one in told if one["name"] == "TaskDuration"))


def _from_click(page: Page, link: str, messages: str = "main article") -> float:
    """Milliseconds from a click until the last answer, among what a selector finds, has been painted, by the page's own
    clock."""
    page.evaluate(WATCH, [LAST, messages])
    page.locator(link).first.click()
    return float(page.evaluate("() => window.painted"))


def _until_drawn(tab: Tab, act: Callable[[], object]) -> float:
    """Milliseconds from the act until the last answer is on the screen, by the clock of this process."""
    begun = time.monotonic()
    act()
    tab.page.get_by_text(LAST).last.wait_for(state="visible")
    tab.page.evaluate("() => new Promise(requestAnimationFrame)")
    return (time.monotonic() - begun) * 1000


def streaming(browser: Browser, house: House, chat_id: str, tokens: int) -> Figures:
    """The tasks that held up the page while an answer of so many tokens arrived."""
    text, number = "", 0
    while len(text) // 6 < tokens:  # a token of the scripted engine has some six characters of this
        text, number = text + PARAGRAPH.format(number=number % 60), number + 1
    tab = Tab(browser, house.url, house.owner, (1280, 800), "light").go(f"/chat/{chat_id}")
    try:
        tab.page.evaluate(OBSERVE)
        field = tab.page.get_by_role("textbox", name="Message")
        field.fill(text)
        tab.page.wait_for_timeout(500)
        tab.page.evaluate("() => { window.heldUp.length = 0 }")
        browser.start_tracing(page=tab.page, categories=["disabled-by-default-devtools.timeline"])
        begun = time.monotonic()
        field.press("Enter")
        tab.page.get_by_role("button", name="Stop").wait_for()
        tab.page.get_by_role("button", name="Stop").wait_for(state="detached", timeout=120_000)
        took = time.monotonic() - begun
        tab.page.wait_for_timeout(300)
        busy = tasks_ms(browser.stop_tracing())
        held: list[float] = tab.page.evaluate("() => window.heldUp")
    finally:
        tab.close()
    answer = house.owner.get(f"/v1/tokenry/chats/{chat_id}/messages", limit="1")["data"][-1]
    return {
        "tokens": answer["output_tokens"],
        "seconds": took,
        "held_up_ms": sorted(held, reverse=True),
        "busy_ms": busy,
    }


def tasks_ms(trace: bytes) -> list[float]:
    """Processor time of the longest tasks of pages' main threads in a trace of Chromium's, the longest first.

    Source: Chromium's trace event format; `tdur` is in microseconds of the thread's own clock.
    """
    events = json.loads(trace)["traceEvents"]
    named = (one for one in events if one["ph"] == "M" and one["name"] == "thread_name")
    main = {(one["pid"], one["tid"]) for one in named if one["args"]["name"] == "CrRendererMain"}
    tasks = (
        one for one in events if one["ph"] == "X" and one["name"] == "RunTask" and (one["pid"], one["tid"]) in main
    )
    return sorted((one.get("tdur", 0) / 1000 for one in tasks), reverse=True)[:100]


def first_load(browser: Browser, house: House, rounds: int) -> Figures:
    """The first load of the workspace on a slow processor, each time in a new profile."""
    found = []
    for _ in range(rounds):
        tab = Tab(browser, house.url, house.owner, (1280, 800), "light")
        try:
            tab.context.new_cdp_session(tab.page).send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
            tab.page.goto("/", wait_until="commit")
            tab.page.get_by_role("textbox", name="Message").wait_for(state="visible")
            found.append(tab.page.evaluate(FIRST))
        finally:
            tab.close()
    return {name: [one[name] for one in found] for name in ("paint", "ready", "bytes")}


def rows(results: Figures) -> list[list[str]]:
    """The table's rows: what, median, worst, limit."""
    made = []
    if "open" in results:
        one = results["open"]
        made += [
            ["a long chat opens, from the list", *_both(one["first_ms"]), f"{OPEN_MAX_MS} ms"],
            ["processor time of its main thread", *_both(one["first_cpu_ms"]), NONE],
            ["the same once more", *_both(one["again_ms"]), NONE],
            ["the same, by loading the page", *_both(one["loaded_ms"]), NONE],
            ["messages drawn", str(one["articles"]), "", NONE],
            ["elements of the page", str(one["elements"]), "", NONE],
        ]
    if "peer" in results:
        one = results["peer"]
        made += [[f"the same chat opens in Open WebUI {one['version']}", *_both(one["first_ms"]), NONE]]
    if "stream" in results:
        one = results["stream"]
        told = f"{one['tokens']} tokens in {one['seconds']:.1f} s"
        worst = f"{max(one['held_up_ms'], default=0):.0f} ms"
        many = str(len(one["held_up_ms"]))
        longest = f"{max(one['busy_ms'], default=0):.0f} ms"
        made += [
            [f"{told}: tasks of {TASK_MAX_MS} ms or more", many, worst, "none"],
            ["processor time of the longest task", "", longest, f"{TASK_MAX_MS} ms"],
        ]
    if "first" in results:
        one = results["first"]
        made += [
            [f"first load, processor {THROTTLE} times slower: first paint", *_both(one["paint"]), NONE],
            ["the same, until one can type", *_both(one["ready"]), NONE],
            ["bytes of the pages", f"{statistics.median(one['bytes']) / 1000:.0f} kB", "", NONE],
        ]
    return made


def _both(times: list[float]) -> tuple[str, str]:
    return f"{statistics.median(times):.0f} ms", f"{max(times):.0f} ms"


def missed(results: Figures) -> bool:
    """Whether a limit was."""
    slow = statistics.median(results["open"]["first_ms"]) > OPEN_MAX_MS if "open" in results else False
    return slow or max(results.get("stream", {}).get("busy_ms", ()), default=0) > TASK_MAX_MS


def measured(args: argparse.Namespace) -> Figures:
    """All that was asked for, on a server of its own."""
    results: Figures = {"load_before": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        house = House(Path(folder), CONFIG)
        try:
            if args.only in (None, "first"):
                results["first"] = first_load(browser, house, args.rounds)
            if args.only != "first":
                chat_id = long_chat(house, args.messages)
            if args.only in (None, "open"):
                results["open"] = opening(browser, house, chat_id, args.rounds)
            if args.peer and args.only in (None, "open"):
                peer = web_peer.prepare(args.peer, texts(args.messages))
                results["peer"] = web_peer.opening(browser, peer, _from_click, args.rounds)
            if args.only in (None, "stream"):
                results["stream"] = streaming(browser, house, chat_id, args.tokens)
        finally:
            house.close()
    return results


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--tokens", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("open", "stream", "first"))
    parser.add_argument("--peer", metavar="URL", help="an Open WebUI that runs, to be timed too: see bench/web_peer.py")
    parser.add_argument("--json", action="store_true", help="everything that was measured")
    args = parser.parse_args()
    results = measured(args)
    if args.json:
        print(json.dumps(results, indent=2))
    else:
        print(f"{args.messages} messages; load of the machine before: {results['load_before']:.1f}\n")
        print(markdown(("what", "median", "worst", "limit"), rows(results)))
    return 1 if missed(results) else 0


if __name__ == "__main__":
    sys.exit(main())
