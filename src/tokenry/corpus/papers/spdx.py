"""A set as an SPDX 3 document: the dataset, its files with their hashes, what it was made from, under which licences.

Source: SPDX 3.0.1, profiles Core, Software, Dataset and SimpleLicensing, in JSON-LD
(https://spdx.github.io/spdx-spec/v3.0.1/). The document's time is when the set was finished.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokenry.corpus.licence import is_expression
from tokenry.corpus.papers.shares import UNKNOWN
from tokenry.corpus.papers.summary import Summary

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
_NOTE = "_:creation"
Node = dict[str, Any]


def spdx(summary: Summary, answers: Mapping[str, str], finished: str) -> dict[str, Any]:
    """The set as an SPDX document.

    Args:
        summary: of the set.
        answers: what a person said, by the keys of `answers.QUESTIONS`.
        finished: when the set was, as `2026-01-31T12:00:00Z`.
    """
    manifest = summary.manifest
    names = _Names(f"urn:tokenry:set:{summary.manifest_sha256}")  # a withdrawal makes another set of the same recipe
    maker = names.node("Organization", "maker", name=answers.get("provider_name") or "not stated")
    tool = names.node("Tool", "tool", name=f"tokenry {manifest['versions'].get('tokenry', '')}".strip())
    dataset = _dataset(names, summary, answers, maker, finished)
    files = [*_shard_files(names, manifest)]
    sources = [*_sources(names, manifest)]
    licences = [*_licences(names, summary)]
    ties = [
        _tie(names, "contains", dataset, files),
        _tie(names, "hasInput", dataset, sources),
        _tie(names, "hasConcludedLicense", dataset, licences),
    ]
    elements = [maker, tool, dataset, *files, *sources, *licences, *[tie for tie in ties if tie is not None]]
    document = names.node(
        "SpdxDocument",
        "document",
        name=f"tokenry set {manifest['fingerprint'][:12]}",
        profileConformance=["core", "software", "dataset", "simpleLicensing"],
        rootElement=[dataset["spdxId"]],
        element=[one["spdxId"] for one in elements],
    )
    made = {
        "type": "CreationInfo",
        "@id": _NOTE,
        "specVersion": "3.0.1",
        "created": finished,
        "createdBy": [maker["spdxId"]],
        "createdUsing": [tool["spdxId"]],
    }
    return {"@context": CONTEXT, "@graph": [made, document, *elements]}


class _Names:
    """Elements' names: the set's own, then what the element is."""

    def __init__(self, base: str) -> None:
        self._base = base

    def node(self, kind: str, place: str, /, **members: Any) -> Node:
        """An element."""
        return {"type": kind, "spdxId": f"{self._base}#{place}", "creationInfo": _NOTE, **members}


def _dataset(names: _Names, summary: Summary, answers: Mapping[str, str], maker: Node, finished: str) -> Node:
    manifest = summary.manifest
    told: Node = names.node(
        "dataset_DatasetPackage",
        "set",
        name=f"tokenry set {manifest['fingerprint'][:12]}",
        software_packageVersion=summary.manifest_sha256[:12],
        software_primaryPurpose="data",
        software_copyrightText="NOASSERTION",
        builtTime=finished,
        releaseTime=finished,
        originatedBy=[maker["spdxId"]],
        dataset_datasetType=["text"],
        dataset_datasetSize=sum(file["bytes"] for shard in manifest["shards"] for file in shard["files"]),
        dataset_dataCollectionProcess="; ".join(
            f"{one.name}: {one.documents} documents, {one.tokens} tokens" for one in summary.tally.sources
        )
        or "nothing was kept",
        dataset_dataPreprocessing=list(manifest["stages"]),
        dataset_hasSensitivePersonalInformation="noAssertion",
    )
    if "pii" in manifest["stages"]:
        told["dataset_anonymizationMethodUsed"] = ["typed placeholders for e-mail, phone, card, account and IP numbers"]
    if answers.get("model"):
        told["dataset_intendedUse"] = f"training of {answers['model']}"
    return told


def _shard_files(names: _Names, manifest: Mapping[str, Any]) -> Iterator[Node]:
    for shard in manifest["shards"]:
        for file in shard["files"]:
            yield _file(names, f"file/{file['name']}", file["name"], file["sha256"])


def _sources(names: _Names, manifest: Mapping[str, Any]) -> Iterator[Node]:
    for number, one in enumerate(manifest["inputs"]):
        yield _file(names, f"input/{number}", one["name"], one["sha256"])


def _file(names: _Names, name: str, path: str, sha256: str) -> Node:
    proof = {"type": "Hash", "algorithm": "sha256", "hashValue": sha256}
    members = {"name": path, "software_primaryPurpose": "data", "software_copyrightText": "NOASSERTION"}
    return names.node("software_File", name, **members, verifiedUsing=[proof])


def _licences(names: _Names, summary: Summary) -> Iterator[Node]:
    for number, one in enumerate(summary.tally.licences):
        known = is_expression(one.name) and one.name != UNKNOWN
        said = one.name if known else "NOASSERTION"
        words = "" if known else f"{one.name}: "
        yield names.node(
            "simplelicensing_LicenseExpression",
            f"licence/{number}",
            simplelicensing_licenseExpression=said,
            comment=f"{words}{one.documents} documents, {one.tokens} tokens",
        )


def _tie(names: _Names, kind: str, dataset: Node, others: list[Node]) -> Node | None:
    if not others:
        return None
    ends = [one["spdxId"] for one in others]
    return names.node("Relationship", kind, **{"from": dataset["spdxId"], "to": ends}, relationshipType=kind)
