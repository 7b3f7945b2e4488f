"""A set's papers for other people's tools: Croissant read by `mlcroissant`, SPDX by SPDX's own model."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import clients
from tests.corpus.pages import jsonl, recipe, sentences
from tokenry.base.clock import ManualClock
from tokenry.corpus import Answers, build, read_manifest, report

READS = """
import itertools, json, sys
import mlcroissant
from spdx_python_model import v3_0_1 as spdx

place = sys.argv[1]
croissant = mlcroissant.Dataset(jsonld=place + "/croissant.json")
rows = [{k: v.decode() if isinstance(v, bytes) else int(v) if k.endswith(("tokens", "row")) else str(v)
         for k, v in row.items()} for row in croissant.records("documents")]
found = spdx.SHACLObjectSet()
with open(place + "/spdx.json") as file:
    spdx.JSONLDDeserializer().read(file, found)
sets = [one.dataset_datasetSize for one in found.foreach_type(spdx.dataset_DatasetPackage)]
issues = croissant.metadata.ctx.issues
print(json.dumps({"rows": rows, "missing": sorted(found.missing_ids), "sizes": sets,
                  "errors": sorted(issues.errors), "warnings": sorted(issues.warnings)}))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of four documents under two licences, with its report."""
    base = tmp_path_factory.mktemp("set")
    jsonl(base / "a.jsonl", [sentences(n) for n in range(40, 42)])
    jsonl(base / "b.jsonl", [sentences(n) for n in range(50, 52)])
    inputs = [
        {"path": "a.jsonl", "name": "own", "licence": "CC0-1.0"},
        {"path": "b.jsonl", "name": "bought", "licence": "CC-BY-4.0"},
    ]
    chosen = recipe(base, preset="own-documents", input=inputs)
    build(chosen, workers=1, tell=lambda _: None, clock=ManualClock())
    out = base / "out"
    report(out, read_manifest(out), Answers({"provider_name": "The Harbour Archive"}), out / "report")
    return out


def told(made: Path, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((made / "report" / name).read_bytes())
    return document


def test_every_file_of_the_set_stands_there_with_its_hash(made: Path) -> None:
    files = {one["@id"]: one for one in told(made, "croissant.json")["distribution"]}
    on_disk = {str(path.relative_to(made)) for path in (made / "shards").iterdir()} | {"manifest/documents.parquet"}
    assert set(files) == on_disk
    for name, one in files.items():
        data = (made / "report" / one["contentUrl"]).read_bytes()
        assert (one["sha256"], one["contentSize"]) == (hashlib.sha256(data).hexdigest(), f"{len(data)} B"), name
    proofs = {one["name"]: one["verifiedUsing"][0]["hashValue"] for one in nodes(made, "software_File")}
    assert {name: one["sha256"] for name, one in files.items() if name.startswith("shards/")}.items() <= proofs.items()
    assert set(proofs) - set(files) == {"own/a.jsonl", "bought/b.jsonl"}  # what it was made from


def nodes(made: Path, kind: str) -> list[dict[str, Any]]:
    return [one for one in told(made, "spdx.json")["@graph"] if one["type"] == kind]


def test_licences_and_makers_are_the_sets_own(made: Path) -> None:
    croissant = told(made, "croissant.json")
    assert set(croissant["license"]) == {f"https://spdx.org/licenses/{name}" for name in ("CC0-1.0", "CC-BY-4.0")}
    assert croissant["creator"]["name"] == "The Harbour Archive"
    said = {one["simplelicensing_licenseExpression"] for one in nodes(made, "simplelicensing_LicenseExpression")}
    assert said == {"CC0-1.0", "CC-BY-4.0"}
    (document,) = nodes(made, "SpdxDocument")
    listed = {one["spdxId"] for one in told(made, "spdx.json")["@graph"] if "spdxId" in one} - {document["spdxId"]}
    assert set(document["element"]) == listed
    ends = {end for one in nodes(made, "Relationship") for end in (one["from"], *one["to"])}
    assert ends <= listed


def test_the_tools_they_are_made_for_read_them(made: Path) -> None:
    outside = clients.python("papers")
    done = subprocess.run(
        [outside / "python", "-c", READS, made / "report"], capture_output=True, text=True, timeout=120, check=False,
        env=clients.environment(made.parent),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    read = json.loads(done.stdout.splitlines()[-1])
    assert (read["errors"], read["warnings"], read["missing"]) == ([], [], [])
    manifest = read_manifest(made)
    assert sum(row["documents/tokens"] for row in read["rows"]) == manifest["tokens"]
    assert {row["documents/licence"] for row in read["rows"]} == {"CC0-1.0", "CC-BY-4.0"}
    assert len(read["rows"]) == manifest["documents"]["kept"] == 4
    assert read["sizes"] == [sum(file["bytes"] for shard in manifest["shards"] for file in shard["files"])]
