"""A set as JSON: its papers' facts, cut to what an answer may hold. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from tokenry.api.training_sets.shapes import (
    ContentShape,
    DetailsShape,
    FullTrainingSetShape,
    InputShape,
    OptOutsShape,
    ReportFileShape,
    RootsShape,
    ShardFileShape,
    ShardShape,
    ShareShape,
    StepShape,
    TrainingSetShape,
    TreeShape,
)
from tokenry.base.clock import NS_PER_S
from tokenry.sets import Content, Input, Manifest, Report, Shard, Share, Signature, TrainingSet, Tree, steps

ALL: Final = "/v1/tokenry/training_sets"
LISTED_MAX: Final = 500  # inputs, shards, steps of the funnel
SHARES_MAX: Final = 50


def shape(one: TrainingSet, signed: Signature, report: Report) -> TrainingSetShape:
    """A set as it is listed."""
    return TrainingSetShape(**_facts(one, signed, report))


def full(one: TrainingSet, signed: Signature, report: Report, shard_files: Any) -> FullTrainingSetShape:
    """A set with its details."""
    details = None if one.manifest is None else _details(one, one.manifest, signed, report)
    if details is not None:
        details.shard_files = shard_files
    return FullTrainingSetShape(**_facts(one, signed, report), details=details)


def _facts(one: TrainingSet, signed: Signature, report: Report) -> dict[str, Any]:
    said = one.manifest
    known: dict[str, Any] = {
        "preset": None, "tokenizer": None, "documents_read": None, "documents_kept": None, "documents_dropped": None,
        "tokens": None, "shards": None, "signature": None, "report": None,
    }  # fmt: skip
    if said is not None:
        read, kept = said.documents.read, said.documents.kept
        known = {
            "preset": said.recipe.preset,
            "tokenizer": said.tokenizer.name,
            "documents_read": read,
            "documents_kept": kept,
            "documents_dropped": max(0, read - kept),
            "tokens": said.tokens,
            "shards": len(said.shards),
            "signature": signed.state,
            "report": report.state,
        }
    return {
        "id": one.id,
        "name": one.name,
        "state": one.state,
        "fault": one.fault,
        "finished_at": None if one.finished_ns is None else one.finished_ns // NS_PER_S,
        **known,
    }


def _details(one: TrainingSet, said: Manifest, signed: Signature, report: Report) -> DetailsShape:
    current = report.content if report.state == "current" else None
    return DetailsShape(
        fingerprint=said.fingerprint,
        manifest_sha256=one.manifest_sha256 or "",
        limit=said.recipe.limit,
        funnel=[StepShape(**step._asdict()) for step in steps(said, current)[:LISTED_MAX]],
        opt_outs=_opt_outs(said, current),
        inputs=[_input(file) for file in said.inputs[:LISTED_MAX]],
        input_count=len(said.inputs),
        shards=[_shard(shard) for shard in said.shards[:LISTED_MAX]],
        shard_count=len(said.shards),
        shard_files="unlooked",
        roots=_roots(said, signed),
        content=None if report.content is None else _content(report.content),
        report_files=[
            ReportFileShape(name=name, bytes=size, path=f"{ALL}/{one.id}/report/{name}")
            for name, size in report.files.items()
        ],
        report_fault=report.why,
        versions=said.versions,
    )


def _opt_outs(said: Manifest, content: Content | None) -> OptOutsShape:
    refusals = said.recipe.opt_out
    return OptOutsShape(
        honoured=refusals.honour,
        protocols=refusals.protocols,
        dropped={row.rule: row.documents for row in said.funnel if row.stage == "opt_out"},
        kept_although_refused=None if content is None else content.opt_outs.kept_although_refused,
    )


def _input(file: Input) -> InputShape:
    name = file.name.partition("?")[0] if "://" in file.name else file.name
    return InputShape(
        name=name,
        format=file.format,
        bytes=file.bytes,
        documents=file.documents,
        licence=file.licence,
        sha256=file.sha256,
    )


def _shard(shard: Shard) -> ShardShape:
    files = [ShardFileShape(name=file.name, bytes=file.bytes, sha256=file.sha256) for file in shard.files[:LISTED_MAX]]
    return ShardShape(name=shard.name, documents=shard.documents, tokens=shard.tokens, files=files)


def _roots(said: Manifest, signed: Signature) -> RootsShape:
    return RootsShape(
        documents=_tree(said.trees.documents),
        bands=None if said.trees.bands is None else _tree(said.trees.bands),
        number=signed.number,
        key=signed.key,
        sha256=signed.sha256,
        why=signed.why,
    )


def _tree(tree: Tree) -> TreeShape:
    return TreeShape(root=tree.root, size=tree.size)


def _content(content: Content) -> ContentShape:
    return ContentShape(
        languages=_shares(content.languages),
        licences=_shares(content.licences),
        domains=_shares(content.top_domains),
        regions=_shares(content.regions),
        sources=_shares(content.sources),
        first_date=content.first_date,
        last_date=content.last_date,
        open_fields=len(content.missing),
    )


def _shares(shares: Iterable[Share]) -> list[ShareShape]:
    largest = sorted(shares, key=lambda one: (-one.tokens, one.name))[:SHARES_MAX]
    return [ShareShape(name=one.name[:500], documents=one.documents, tokens=one.tokens) for one in largest]
