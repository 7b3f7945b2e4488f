"""Requests made from an OpenAPI document, ours or another's, at a live server: Schemathesis, with all of its phases.

    just fuzz openapi --minutes 5
    just fuzz openapi --minutes 5 --spec openapi.yaml
    just fuzz openapi --minutes 5 --paths '/v1/(files|batches)'

Our own document is held to everything that Schemathesis checks, with one exception: it says what types cannot (that
`stream_options` needs `stream`), so that not all it allows is taken. Of another's document only those operations count
that we serve, and only what is true of every answer: no 5xx, the content types, the schemas. Each document is tried as
it stands and again with models that exist, with a key and without.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.harness import Server
from tests.fuzz.http import config, faults

MODELS = ["script", "vectors", "judge"]
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
OWN_CHECKS = ("--checks", "all", "--exclude-checks", "positive_data_acceptance")
OTHER_CHECKS = ("--checks", "not_a_server_error,content_type_conformance,response_schema_conformance")
_GENERATED = re.compile(r"([\d,]+) generated")
_FAILURE = re.compile(r"^- (ST\d+ .*|[A-Z][^\n]*)$", re.MULTILINE)
_DETAILS = re.compile(r"^=+ WARNINGS =+$.*", re.MULTILINE | re.DOTALL)  # many lines that are no failures


def cut(document: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Another's document with only the operations that ours has too; its paths may lack our `/v1`."""
    prefix = "" if any(path.startswith("/v1/") for path in document["paths"]) else "/v1"
    paths: dict[str, Any] = {}
    for path, operations in document["paths"].items():
        served = own["paths"].get(prefix + path, {})
        kept = {name: value for name, value in operations.items() if name not in METHODS or name in served}
        if METHODS & kept.keys():
            paths[prefix + path] = kept
    cut_down = {**document, "paths": paths, "servers": [{"url": "/"}]}
    return dict(meant(cut_down))


def meant(part: Any) -> Any:
    """The document without what it says but does not mean, to judge by the answers of whoever wrote it.

    A discriminator without a mapping names schemas where the values are meant; errors are always in an envelope, also
    where their bare schema stands; an empty page has no first and no last; a text in JSON is what a file holds; a file
    keeps whatever purpose it may be given.
    """
    if isinstance(part, list):
        return [meant(item) for item in part]
    if not isinstance(part, dict):
        return part
    told = {name: meant(value) for name, value in part.items()}
    if isinstance(told.get("discriminator"), dict) and "mapping" not in told["discriminator"]:
        del told["discriminator"]
    members = told.get("properties")
    if isinstance(members, dict) and {"first_id", "last_id"} <= members.keys():
        told["properties"] = {**members, "first_id": {}, "last_id": {}}
    if isinstance(members, dict) and {"filename", "purpose"} < members.keys():
        told["properties"] = {**members, "purpose": {"type": "string"}}
    bodies = told.get("content") if "description" in told else None
    if bodies == {"application/json": {"schema": {"type": "string"}}}:
        told["content"] = {"*/*": {}}
    for body in bodies.values() if isinstance(bodies, dict) else ():
        if isinstance(body, dict) and body.get("schema") == {"$ref": "#/components/schemas/Error"}:
            body["schema"] = {"$ref": "#/components/schemas/ErrorResponse"}
    return told


def narrowed(part: Any) -> Any:
    """The document with every member `model` of a request held to models that exist."""
    if isinstance(part, list):
        return [narrowed(item) for item in part]
    if not isinstance(part, dict):
        return part
    narrow = {name: narrowed(value) for name, value in part.items()}
    members = narrow.get("properties")
    if isinstance(members, dict) and "model" in members and {"messages", "prompt", "input"} & members.keys():
        narrow["properties"] = {**members, "model": {"type": "string", "enum": MODELS}}
    return narrow


def read(path: Path) -> dict[str, Any]:
    """A document, JSON or YAML."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert isinstance(document, dict)
    return document


def some(document: dict[str, Any], paths: str) -> dict[str, Any]:
    """The document with only the paths in which a pattern is found."""
    kept = {path: operations for path, operations in document["paths"].items() if re.search(paths, path)}
    if not kept:
        raise SystemExit(f"no path fits {paths!r}")
    return {**document, "paths": kept}


def run(seconds: float, seed: int, spec: Path | None, paths: str = "") -> tuple[int, dict[str, str]]:
    """Try a document for so long; requests made, and what failed with where to read on."""
    with tempfile.TemporaryDirectory(prefix="tokenry-fuzz-") as folder:
        server = Server(Path(folder), config()).start()
        try:
            with urllib.request.urlopen(server.url + "/openapi.json", timeout=30) as answer:
                own = json.loads(answer.read())
            document = some(own if spec is None else cut(read(spec), own), paths)
            print(f"openapi: {len(document['paths'])} paths of {spec or 'our own document'}")
            checks = OWN_CHECKS if spec is None else OTHER_CHECKS
            return _run(server, Path(folder), (seconds, seed), document, checks)
        finally:
            server.kill()


def _run(
    server: Server, folder: Path, how: tuple[float, int], document: dict[str, Any], checks: tuple[str, ...]
) -> tuple[int, dict[str, str]]:
    made = 0
    failed: dict[str, str] = {}
    key = server.key("fuzz").text
    trees = {"as-it-stands": document, "models-that-exist": narrowed(document)}
    turns = [(name, tree, secret) for name, tree in trees.items() for secret in (key, None)]
    for name, tree, secret in turns:
        path = folder / f"{name}.json"
        path.write_text(json.dumps(tree, default=str), encoding="utf-8")
        said = _ask(server.url, path, [*checks, *_common(how[0] / len(turns), how[1], secret)])
        made += sum(int(count.replace(",", "")) for count in _GENERATED.findall(said))
        for words in _FAILURE.findall(said):
            failed[f"{name}: {words}"] = f"just fuzz openapi --seed {how[1]}"
        if _FAILURE.search(said):
            print(_DETAILS.sub("", said)[-20_000:])
    failed |= dict(faults(server.log.read_text(encoding="utf-8")))
    server.idle()
    assert server.stop() == 0
    assert server.check()["ok"]
    return made, failed


def _common(seconds: float, seed: int, key: str | None) -> list[str]:
    words = ["--seed", str(seed), "--max-time", str(max(5, int(seconds))), "--suppress-health-check", "all"]
    words += ["--continue-on-failure", "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "100000"]
    return words if key is None else [*words, "--header", f"Authorization: Bearer {key}"]


def _ask(url: str, document: Path, words: list[str]) -> str:
    """Run Schemathesis; all that it prints."""
    program = Path(sys.executable).with_name("schemathesis")
    done = subprocess.run(
        [program, "run", document, "--url", url, *words], cwd=document.parent,
        capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    if not _GENERATED.search(done.stdout):
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout
