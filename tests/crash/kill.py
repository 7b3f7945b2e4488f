"""kill -9 at random instants under load: was every answer that a client had whole charged exactly once?

The truth is not ours: the load generator's log says which request ids were answered completely, the mock upstream's
log says how many tokens it really sent for each, and the ledger is read back after the last recovery.

    python -m tests.crash.kill --kills 60 --seed 1
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tokenry.ledger import Receipt, receipt_of
from tokenry.ledger.model import Hold, decode
from tokenry.storage import LEDGER_DB_NAME, Journal

ROOT = Path(__file__).parents[2]
INPUT_USD, OUTPUT_USD = 1, 2  # per million tokens: a token of input costs 1,000 nano-USD, one of output 2,000
CLIENTS = 64
MODELS = ("mock", "mock-d0", "mock-d2-n50", "mock-d20-n20")

CONFIG = """
[[provider]]
name = "mock"
base_url = "http://127.0.0.1:{port}/v1"
max_concurrency = 512
"""
MODEL = """
[[model]]
name = "{name}"
price = {{ input = {input}.0, output = {output}.0 }}
deployments = [ {{ provider = "mock", model = "{name}" }} ]
"""


@dataclass(slots=True)
class Verdict:
    """What the join of the three logs shows. Everything but the counts of work must be zero."""

    kills: int = 0
    completed: int = 0
    settled: int = 0
    crash_settled: int = 0
    uncharged: list[str] = field(default_factory=list)
    wrong_charge: list[str] = field(default_factory=list)
    charged_twice: list[str] = field(default_factory=list)
    above_hold: list[str] = field(default_factory=list)
    open_holds: int = 0
    books: str = ""

    @property
    def sound(self) -> bool:
        faults = self.uncharged or self.wrong_charge or self.charged_twice or self.above_hold or self.open_holds
        return not faults and self.books == "ok"


class Rig:
    """Upstream, server and load, in a folder of their own."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.folder = folder
        self.rng = rng
        self.data = folder / "data"
        self.config = folder / "tokenry.toml"
        self.port = free_port()
        self.upstream_log = folder / "upstream.jsonl"
        self.client_logs: list[Path] = []
        upstream_port = free_port()
        models = [MODEL.format(name=name, input=INPUT_USD, output=OUTPUT_USD) for name in MODELS]
        self.config.write_text(CONFIG.format(port=upstream_port) + "".join(models))
        command = [
            sys.executable,
            "-m",
            "bench.upstream",
            "--port",
            str(upstream_port),
            "--log",
            str(self.upstream_log),
        ]
        self.upstream = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.upstream.stdout is not None
        self.upstream.stdout.readline()
        made = self.tokenry("key", "create", "--name", "crash", "--json")
        self.key = json.loads(made.stdout)["key"]

    def tokenry(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tokenry", *words, "--data", str(self.data)]
        return subprocess.run(command, check=True, capture_output=True, text=True)

    def start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tokenry", "serve", "--port", str(self.port), "--data", str(self.data)]
        server = subprocess.Popen(
            [*command, "--config", str(self.config)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert server.stdout is not None
        line = server.stdout.readline()
        if not line.startswith("ready "):
            raise SystemExit(f"the server did not start: {line!r}")
        return server

    def load(self, round_: int) -> list[subprocess.Popen[bytes]]:
        """64 clients: half with plain requests, half with streams of every pace."""
        url = f"http://127.0.0.1:{self.port}/v1/chat/completions"
        crews = [("sat", "mock", CLIENTS // 2)]
        crews += [("stream", model, CLIENTS // 2 // (len(MODELS) - 1)) for model in MODELS[1:]]
        running = []
        for number, (mode, model, clients) in enumerate(crews):
            log = self.folder / f"client-{round_}-{number}.jsonl"
            self.client_logs.append(log)
            command = [sys.executable, "-m", "bench.loadgen", mode, "--url", url, "--key", self.key, "--model", model]
            command += ["-c", str(clients), "-w", "0", "-d", "30", "--log", str(log)]
            running.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        return running

    def round(self, round_: int) -> None:
        """Start, load, kill -9 at a random instant."""
        server = self.start()
        crews = self.load(round_)
        time.sleep(self.rng.uniform(0.3, 1.6))
        server.send_signal(signal.SIGKILL)
        server.wait()
        time.sleep(0.05)  # what lay in the clients' sockets is read and logged
        for crew in crews:
            crew.terminate()
        for crew in crews:
            crew.wait()

    def stop(self) -> None:
        self.upstream.terminate()
        self.upstream.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def judge(rig: Rig, kills: int) -> Verdict:
    """Join the clients' log, the upstream's log and the ledger."""
    verdict = Verdict(kills=kills)
    sent = {row["id"]: row for row in _rows(rig.upstream_log)}
    completed = {row["id"] for log in rig.client_logs for row in _rows(log) if row["complete"]}
    receipts, holds = _ledger(rig.data / LEDGER_DB_NAME, verdict)
    for request_id in completed:
        row, receipt = sent.get(request_id), receipts.get(request_id)
        if receipt is None or row is None:
            verdict.uncharged.append(request_id)
        elif receipt.charge != row["prompt"] * INPUT_USD * 1000 + row["sent"] * OUTPUT_USD * 1000:
            verdict.wrong_charge.append(f"{request_id}: charged {receipt.charge}, the upstream sent {row}")
    for request_id, receipt in receipts.items():
        if receipt.charge > holds[request_id]:
            verdict.above_hold.append(request_id)
    verdict.completed, verdict.settled = len(completed), len(receipts)
    verdict.crash_settled = sum(receipt.outcome == "crash" for receipt in receipts.values())
    report = json.loads(rig.tokenry("ledger", "check", "--json").stdout)
    verdict.books = "ok" if not report["breaches"] else json.dumps(report["breaches"][:3])
    return verdict


def _ledger(path: Path, verdict: Verdict) -> tuple[dict[str, Receipt], dict[str, int]]:
    """Receipts and held nano-USD by request id, straight from the journal's rows."""
    receipts: dict[str, Receipt] = {}
    holds: dict[str, int] = {}
    still_open: set[str] = set()
    journal = Journal.open(path)
    for row in journal.read():
        if row.kind == "hold":
            record = decode(row.kind, row.body)
            assert isinstance(record, Hold)
            holds[record.id] = sum(leg.amount for leg in record.legs if leg.debit.startswith("award:"))
            still_open.add(record.id)
        elif row.kind == "settle":
            receipt = receipt_of(row)
            if receipt.request_id in receipts:
                verdict.charged_twice.append(receipt.request_id)
            receipts[receipt.request_id] = receipt
            still_open.discard(receipt.request_id)
    journal.close()
    verdict.open_holds = len(still_open)
    return receipts, holds


def _rows(path: Path) -> list[dict[str, object]]:
    """A log's whole lines; the last one may have been cut by the end of its writer."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]


def run(kills: int, seed: int, folder: Path, *, quiet: bool = False) -> Verdict:
    """So many rounds, then a last clean start and the verdict."""
    rig = Rig(folder, random.Random(seed))
    try:
        for number in range(kills):
            rig.round(number)
            if not quiet:
                print(f"\rkill {number + 1}/{kills}", end="", file=sys.stderr, flush=True)
        server = rig.start()  # recovery settles what the last kill left open
        server.terminate()
        if server.wait() != 0:
            raise SystemExit("the last server did not end cleanly")
        return judge(rig, kills)
    finally:
        rig.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="leave the folder with all logs behind")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tokenry-crash-"))
    verdict = run(options.kills, options.seed, folder)
    print(
        f"\n{verdict.kills} kills, seed {options.seed}: {verdict.completed} answers complete at the client, "
        f"{verdict.settled} requests in the ledger ({verdict.crash_settled} settled by recovery)\n"
        f"uncharged {len(verdict.uncharged)}, wrongly charged {len(verdict.wrong_charge)}, "
        f"charged twice {len(verdict.charged_twice)}, above their hold {len(verdict.above_hold)}, "
        f"holds stuck {verdict.open_holds}, books {verdict.books}"
    )
    for found in (verdict.uncharged, verdict.wrong_charge, verdict.charged_twice, verdict.above_hold):
        for line in found[:5]:
            print(f"  {line}")
    if options.keep:
        print(folder)
    else:
        shutil.rmtree(folder)
    return 0 if verdict.sound else 1


if __name__ == "__main__":
    sys.exit(main())
