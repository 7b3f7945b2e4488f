"""A set as Croissant: JSON-LD that dataset search and loaders read. All of it follows from the set and the answers.

Sources: Croissant 1.1 (https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html), its terms for responsible AI
(https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html), schema.org's Dataset. Files are named from the
document's own place.
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tokenry.corpus.licence import is_expression
from tokenry.corpus.papers.manifest import PLACES, PLACES_NAME
from tokenry.corpus.papers.shares import UNKNOWN
from tokenry.corpus.papers.summary import Summary
from tokenry.corpus.papers.template import opt_outs

CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
RAI = "http://mlcommons.org/croissant/RAI/1.0"
_PARQUET = "application/x-parquet"  # as loaders of Croissant know it
_TYPES = {"string": "sc:Text", "large_string": "sc:Text", "int32": "cr:Int32", "int64": "cr:Int64"}
_TEXTS = {
    "shard": "The shard that holds the document.",
    "row": "Its row there, from 0.",
    "id": "The document's id.",
    "url": "Where it was found; null for files of one's own.",
    "source": "The input file that it was read from.",
    "position": "Its place in that file.",
    "language": "The language that was found, ISO 639-1.",
    "licence": "The licence that was found or stated, SPDX.",
    "tokens": "How many tokens it has.",
    "text": "The text that was tokenised.",
}
_CONTEXT: Mapping[str, object] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(out: Path, to: Path, summary: Summary, answers: Mapping[str, str], finished: str) -> dict[str, Any]:
    """The set as a Croissant document.

    Args:
        out: the set's folder; its files are measured, not read.
        to: the folder that the document will stand in.
        summary: of the set.
        answers: what a person said, by the keys of `answers.QUESTIONS`.
        finished: when the set was, as `2026-01-31T12:00:00Z`.
    """
    manifest = summary.manifest
    short = manifest["fingerprint"][:12]
    told: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [CONFORMS_TO, RAI],
        "name": f"tokenry-{short}",
        "description": _description(summary, answers.get("model") or f"training set {short}"),
        "version": f"1.0.0+{summary.manifest_sha256[:12]}",  # another one after a withdrawal
        "datePublished": finished[:10],
        "citeAs": f"{answers.get('provider_name') or 'Provider not stated'}: training set {short}, {finished[:4]}",
        "license": _licences(summary),
        "inLanguage": [one.name for one in summary.tally.languages if one.name != UNKNOWN],
        "isLiveDataset": False,
        **_responsible(summary, answers),
        "distribution": [*_files(out, manifest, Path(os.path.relpath(out, to)).as_posix())],
        "recordSet": [_records("documents", "One row a document: where it stands and where it came from.")],
    }
    if summary.tally.first_date is not None:
        told["temporalCoverage"] = f"{summary.tally.first_date}/{summary.tally.last_date}"
    if answers.get("provider_name"):
        told["creator"] = {"@type": "sc:Organization", "name": answers["provider_name"]}
    return told


def _description(summary: Summary, name: str) -> str:
    manifest = summary.manifest
    return (
        f"{manifest['documents']['kept']:,} documents of {manifest['documents']['read']:,} read, "
        f"{manifest['tokens']:,} tokens of {manifest['tokenizer']['name']}: {name}. Every document leads to its "
        "source, and every one that was dropped to the rule that decided; `tokenry corpus verify` proves the files."
    )


def _licences(summary: Summary) -> list[str]:
    named = [one.name for one in summary.tally.licences if one.name != UNKNOWN]
    named = [name for name in named if is_expression(name)]
    whole = [f"https://spdx.org/licenses/{name}" if " " not in name else name for name in named]
    return whole or ["https://spdx.org/rdf/terms#noassertion"]


def _responsible(summary: Summary, answers: Mapping[str, str]) -> dict[str, Any]:
    """The terms of responsible AI that the set itself can speak to, and what a person said."""
    manifest = summary.manifest
    dropped = sum(row["documents"] for row in manifest["funnel"])
    refused = sum(opt_outs(manifest).values())
    told: dict[str, Any] = {
        "rai:dataCollectionRawData": "; ".join(
            f"{one.name}: {one.documents:,} documents kept" for one in summary.tally.sources
        ),
        "rai:dataPreprocessingProtocol": [f"stage {n + 1}: {stage}" for n, stage in enumerate(manifest["stages"])],
        "rai:dataManipulationProtocol": f"{dropped:,} documents were dropped, each with its rule and value on record; "
        f"{refused:,} of them because their publishers reserved their rights",
        "rai:dataReleaseMaintenancePlan": "the same recipe, inputs and versions give the same bytes; withdrawals make "
        "a new version",
    }
    if "pii" in manifest["stages"]:
        told["rai:personalSensitiveInformation"] = "e-mail addresses, phone, card and bank account numbers and IP "
        told["rai:personalSensitiveInformation"] += "addresses were looked for and replaced as the recipe says"
    if answers.get("model"):
        told["rai:dataUseCases"] = f"training of {answers['model']}"
    return told


def _files(out: Path, manifest: Mapping[str, Any], way: str) -> Iterable[dict[str, Any]]:
    """Every file of the shards, and the table of documents, with its size and its hash; `way` leads to the set."""
    for shard in manifest["shards"]:
        for file in shard["files"]:
            yield _file(way, file["name"], file["sha256"], file["bytes"])
    yield _file(way, PLACES_NAME, manifest["files"][PLACES_NAME], (out / PLACES_NAME).stat().st_size)


def _file(way: str, name: str, sha256: str, size: int) -> dict[str, Any]:
    kind = _PARQUET if name.endswith(".parquet") else mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name.rpartition("/")[2],
        "contentUrl": f"{way}/{name}",
        "contentSize": f"{size} B",
        "encodingFormat": kind,
        "sha256": sha256,
    }


def _records(name: str, description: str) -> dict[str, Any]:
    columns = [(field.name, _TYPES[str(field.type)]) for field in PLACES if str(field.type) in _TYPES]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": description,
        "key": {"@id": f"{name}/id"},
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column}",
                "name": column,
                "description": _TEXTS[column],
                "dataType": kind,
                "source": {"fileObject": {"@id": PLACES_NAME}, "extract": {"column": column}},
            }
            for column, kind in columns
        ],
    }
