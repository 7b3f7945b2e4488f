"""How often the passage that answers a question is among the first found: by words, by vectors, by both fused.

The questions are about this repository's own guides, put in other words than theirs; each names the section where its
answer stands. A question is a hit when a passage is found that some of that section stands in. Vectors are those of the
starter's static embeddings, which lie in the cache of models (`tokenry pull wordllama-256`). A small set in one
language: it shows whether retrieval works and what fusing does, not how well it does on anybody else's files.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenry.base.clock import SystemClock
from tokenry.config import Config, default_cache_dir
from tokenry.engines import STARTER_EMBEDDING, ArtifactStore
from tokenry.engines.static_embeddings import StaticEmbedder
from tokenry.objects import Ground
from tokenry.reading.plain import read_plain
from tokenry.storage import AppDb, Blobs, tables
from tokenry.workspace import Whose
from tokenry.workspace.files import Index, Kept, Place, WorkspaceFile, WorkspaceFiles
from tokenry.workspace.files.intake import text_of
from tokenry.workspace.files.vectors import keep

DOCS = Path(__file__).parents[1] / "docs"
FIRST, GIVEN = 5, 12  # how many are looked at; so many a model is given
QUESTIONS: tuple[tuple[str, str, str], ...] = (
    ("what happens if I send the identical call twice", "concepts/request.md", "The same request again"),
    ("who is charged when several grants could cover a call", "concepts/paying.md", "Who pays for a request"),
    ("an award has no money left, are calls still answered?", "concepts/paying.md", "When an award is exhausted"),
    ("which roles exist and what is each allowed", "concepts/access.md", "Roles"),
    ("stop confidential prompts from reaching an outside provider", "concepts/access.md", "Classes of data"),
    ("how many requests per minute may one key make", "concepts/access.md", "Rate limits"),
    ("can someone tamper with the record of administrative acts unnoticed", "concepts/access.md", "The audit log"),
    ("who goes first when an engine is busy", "concepts/tiers.md", "Who is next"),
    ("how long does a cheap low-urgency request queue", "concepts/tiers.md", "Waiting"),
    ("what model runs before I configure anything", "concepts/engines.md", "The starter"),
    ("why is money reserved before the answer is known", "concepts/money.md", "Holds"),
    ("power failure in the middle of an answer, what is billed", "concepts/money.md", "Crashes"),
    ("how are dollars stored without rounding errors", "concepts/money.md", "Amounts"),
    ("use Claude Code against this server", "guides/anthropic.md", "Anthropic's clients and Claude Code"),
    ("my bulk job input has a malformed line", "guides/batches.md", "What is wrong with a file"),
    ("does a bulk job charge again after a restart", "guides/batches.md", "Once, whatever happens"),
    ("respect website owners that refuse crawling", "guides/corpus.md", "Opt-outs and licences"),
    ("train my own vocabulary of tokens", "guides/corpus.md", "A tokenizer of your own"),
    ("spread building of a data set over a cluster", "guides/corpus.md", "On many machines"),
    ("prove that one document was part of the training data", "guides/corpus-proof.md", "Prove"),
    ("check the signature of an incoming callback", "guides/webhooks.md", "Receiving"),
    ("rotate the secret of a callback", "guides/webhooks.md", "A new secret"),
    ("transcribe a recording, how do I switch it on", "guides/speech.md", "Set it up"),
    ("price of transcription", "guides/speech.md", "What it costs"),
    ("reviewers score proposals, how does that go", "guides/award-programme.md", "Review"),
    ("pay out a grant in parts", "guides/awards.md", "Tranches"),
    ("end a grant and return what is left", "guides/awards.md", "Closeout"),
    ("invite a colleague or change their role", "guides/organization.md", "People"),
    ("request a higher limit from whoever owns the budget", "guides/budgets.md", "Ask for more"),
    ("the same limit for every member unless told otherwise", "guides/budgets.md", "A default for everyone"),
    ("how can an outsider check that a certificate is genuine", "guides/milestones.md", "To verify one"),
    ("are prompts ever written to the log files", "operate/logs.md", "What never stands there"),
    ("move over from another gateway's settings file", "operate/import-litellm.md", "Import from LiteLLM"),
    ("the provider's invoice does not match our numbers", "operate/reconcile.md", "Why the two may differ"),
    ("bring everything back from a copy after losing the machine", "operate/backup.md", "Restore"),
    ("run it behind nginx", "operate/deploy.md", "Behind a proxy"),
    ("restart without dropping running streams", "operate/deploy.md", "Readiness, and an end without loss"),
    ("announce that a price rises next month", "operate/prices.md", "A change ahead of its time"),
    ("the disk is nearly full, what happens", "operate/data.md", "A disk that fills up"),
    ("go back to the previous release", "operate/upgrade.md", "The way back"),
    ("delete everything known about a person", "operate/privacy.md", "Erasure"),
    ("give a person a copy of all data held about them", "operate/privacy.md", "Export"),
    ("unused prepaid credit, when does it lapse", "operate/credits.md", "When a lot ends"),
    ("send traces to a collector", "operate/tracing.md", "Tracing"),
    ("the server's clock was set back", "operate/troubles.md", "A clock that jumps"),
    ("monthly bill for a project, when does it arrive", "operate/statements.md", "When they come"),
)


@dataclass(frozen=True)
class Share:
    """Of the questions, how many found their section among the first five and among those that a model is given, and at
    what mean reciprocal rank."""

    way: str
    first: float
    given: float
    reciprocal: float


def measure(folder: Path, questions: Sequence[tuple[str, str, str]] = QUESTIONS) -> tuple[int, list[Share]]:
    """How many passages there are, and the shares of the three ways."""
    artifacts = ArtifactStore(default_cache_dir())
    lies = artifacts.require(STARTER_EMBEDDING)
    weights, tokenizer = (lies / file.target for file in artifacts.entry(STARTER_EMBEDDING).files)
    embedder = StaticEmbedder(weights, tokenizer)

    def vector(text: str) -> bytes:
        return keep(embedder.embed(embedder.tokenize([text])))[0]

    db = AppDb.open(folder / "app.db")
    try:
        files = _left(db, folder)
        index, known = Index(db), {file.id: file.name for file in files}
        passages = index.whole(list(known))
        index.put_vectors((one.seq, vector(text_of(one))) for one in passages)
        ways: dict[str, Callable[[str], list[Kept]]] = {
            "words": lambda asked: index.search(files, asked, None, GIVEN),
            "vectors": lambda asked: index.search(files, "?", vector(asked), GIVEN),
            "fused": lambda asked: index.search(files, asked, vector(asked), GIVEN),
        }
        return len(passages), [_share(name, way, known, questions) for name, way in ways.items()]
    finally:
        db.close()


def _share(
    name: str, way: Callable[[str], list[Kept]], known: dict[str, str], questions: Sequence[tuple[str, str, str]]
) -> Share:
    first, given, reciprocal = 0, 0, 0.0
    for asked, file, section in questions:
        for rank, one in enumerate(way(asked), start=1):
            if known[one.file_id] == file and _reaches(one, section):
                first, given, reciprocal = first + (rank <= FIRST), given + 1, reciprocal + 1 / rank
                break
        else:
            if "--missed" in sys.argv and name == "fused":
                print(f"missed: {asked!r} ({file}, {section})")
    count = len(questions)
    return Share(name, first / count, given / count, reciprocal / count)


def _reaches(passage: Kept, section: str) -> bool:
    """Whether some of the section stands in the passage: short ones share it with what stands before them."""
    return (passage.heading or "").split(" / ")[-1] == section or f"# {section}\n" in passage.text


def _left(db: AppDb, folder: Path) -> list[WorkspaceFile]:
    """The guides as somebody's files."""
    with db.write() as connection:
        connection.execute(tables.organizations.insert(), {"id": "org_bench", "name": "bench", "created_at": 1})
        connection.execute(tables.users.insert(), {"id": "user_bench", "name": "bench", "created_at": 1})
    clock, whose = SystemClock(), Whose("org_bench", "user_bench")
    files, index = WorkspaceFiles(Ground(db, Blobs(folder, clock), clock, Config)), Index(db)
    for path in sorted(DOCS.glob("*/*.md")):
        if path.parent.name not in {"concepts", "guides", "operate"} or path.name == "index.md":
            continue
        draft = files.ground.blobs.draft()
        draft.write(path.read_bytes())
        file = files.create(whose, draft, path.name, Place(), None)
        with db.write() as connection:
            named = {"name": str(path.relative_to(DOCS))}
            connection.execute(tables.workspace_files.update().where(tables.workspace_files.c.id == file.id), named)
        index.store(file, read_plain(path.read_text(encoding="utf-8"), "markdown"))
    return files.listing(whose, Place(), None, 200)[0]


def main() -> None:
    """Print the table."""
    if {"--help", "-h"} & set(sys.argv):
        print(__doc__)
        return
    with tempfile.TemporaryDirectory(prefix="tokenry-bench-") as name:
        passages, shares = measure(Path(name))
    print(f"{len(QUESTIONS)} questions over {passages} passages of this repository's guides; {STARTER_EMBEDDING}")
    print(f"{'':10}{f'recall@{FIRST}':>10}{f'recall@{GIVEN}':>11}{'MRR':>7}")
    for share in shares:
        print(f"{share.way:10}{share.first:>10.2f}{share.given:>11.2f}{share.reciprocal:>7.2f}")


if __name__ == "__main__":
    main()
