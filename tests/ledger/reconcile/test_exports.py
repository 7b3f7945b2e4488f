"""Exports as files: what each provider's rows mean, and that a hostile file is refused in words, with its line."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.ledger.reconcile.traffic import read
from tokenry.ledger.reconcile import StatementRefused, Tally
from tokenry.ledger.reconcile.rows import LINE_SIZE_MAX

DAY = date(2026, 11, 1)
START = 1_793_491_200  # that day, UTC
ANTHROPIC_CSV = (
    "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,"
    "usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,"
    "usage_output_tokens,web_search_count\n"
    "2026-11-01,opus,mine,Default,standard,≤ 200k,100,20,3,4000,50,0\n"
)
OPENAI_CSV = (
    "start_time,end_time,start_time_iso,end_time_iso,num_model_requests,model,input_tokens,output_tokens,"
    'input_cached_tokens\n1793491200,1793577600,2026-11-01T00:00:00+00:00,,"1,200",gpt,7,8,\n'
)
OPENAI_COSTS_CSV = (
    "start_time,start_time_iso,amount_value,amount_currency,line_item\n"
    '1793491200,2026-11-01T00:00:00+00:00,1.25,usd,"gpt, input"\n'
    '1793491200,2026-11-01T00:00:00+00:00,0.000000001,usd,"gpt, output"\n'
)
COST_REPORT = (
    '{"data": [{"starting_at": "2026-11-01T00:00:00Z", "ending_at": "2026-11-02T00:00:00Z", "results": '
    '[{"currency": "USD", "amount": "123.45", "model": "opus", "token_type": "output_tokens"}]}], "has_more": true}'
)
SPEND = {"startTime": "2026-11-01T10:00:00.123Z", "model": "openai/gpt", "custom_llm_provider": "openai", "spend": 0.25}

MEANT = [
    ("openai", OPENAI_CSV, "gpt", Tally(1200, 7, 0, 8), {"requests", "input_tokens", "output_tokens"}),
    ("openai", OPENAI_COSTS_CSV, "gpt", Tally(cost=1_250_000_001), {"cost"}),
    (
        "anthropic",
        ANTHROPIC_CSV,
        "opus",
        Tally(0, 4123, 4000, 50, cache_write_tokens=23),
        {"input_tokens", "cached_tokens", "output_tokens"},
    ),
    ("anthropic", COST_REPORT, "opus", Tally(cost=1_234_500_000), {"cost"}),
    (
        "anthropic",
        "usage_date_utc,model,token_type,cost_usd\n2026-11-01,opus,output,0.5\n",
        "opus",
        Tally(cost=500_000_000),
        {"cost"},
    ),
    (
        "litellm",
        json.dumps([{**SPEND, "prompt_tokens": 3, "completion_tokens": 4}]),
        "gpt",
        Tally(1, 3, 0, 4, 250_000_000),
        {"requests", "input_tokens", "output_tokens", "cost"},
    ),
    ("csv", "Date;Cost_USD\r\n2026-11-01;-0.5\r\n", "(all models)", Tally(cost=-500_000_000), {"cost"}),
    ("csv", "\ufeffdate,requests\n2026-11-01T23:59:59Z,4\n\n2026-11-01,1\n", "(all models)", Tally(5), {"requests"}),
]


@pytest.mark.parametrize(("kind", "text", "model", "tally", "known"), MEANT)
def test_rows_mean_what_their_provider_says(
    tmp_path: Path, kind: str, text: str, model: str, tally: Tally, known: set[str]
) -> None:
    found = read(text, tmp_path / "e")
    ((day, name, _), cell), *rest = found.cells.items()
    assert (found.format, day, name, rest) == (kind, DAY, model, [])
    assert (cell.tally, cell.known) == (tally, known)


def test_what_was_no_providers_work_is_left_out_and_counted(tmp_path: Path) -> None:
    calls = [SPEND, {**SPEND, "cache_hit": "True"}, {**SPEND, "status": "failure"}, {**SPEND, "cache_hit": "False"}]
    found = read("\n".join(map(json.dumps, calls)), tmp_path / "e")
    assert found.items == 2
    assert found.left_out == {"answered by the log's own cache": 1, "failed calls": 1}


def test_a_page_that_is_not_the_last_says_so_and_empty_days_say_nothing(tmp_path: Path) -> None:
    assert read(COST_REPORT, tmp_path / "e").more_pages
    bucket = {"object": "bucket", "start_time": START, "end_time": START + 86_400, "results": []}
    result = {"object": "x", "model": "gpt", "input_tokens": 5}
    page = {"object": "page", "data": [bucket, {**bucket, "results": [result]}]}
    found = read(json.dumps(page), tmp_path / "e")
    assert [(cell.tally.input_tokens, found.more_pages) for cell in found.cells.values()] == [(5, False)]


def test_files_of_one_export_add_up(tmp_path: Path) -> None:
    usage = read("date,model,requests,cost_usd\n2026-11-01,gpt,4,0.1\n", tmp_path / "e")
    usage.merge(read("date,model,input_tokens,cost_usd\n2026-11-01,gpt,40,0.000000002\n", tmp_path / "e"))
    (cell,) = usage.cells.values()
    assert (cell.tally, cell.amounts, usage.items) == (Tally(4, 40, 0, 0, 100_000_002), 2, 2)
    assert (usage.decimals, usage.rounding) == (9, 1)


def page_of(result: str) -> str:
    """A result of the costs API on the sixth line."""
    return f'{{"data": [\n{{"start_time": {START},\n"object": "bucket",\n"results": [\n\n{result}]}}\n]}}'


HOSTILE = [
    ("", "line 1: the file is empty"),
    (" \n\t", "line 1: the file is empty"),
    ("a,b\n1,2\n", r"line 2: no export that is known has the fields a, b.*--format"),
    ("a\x1b[31m,b\n1,2\n", r"the fields 'a\\x1b\[31m', b"),
    ("date,model\n2026-11-01,x\n", "line 2: says nothing to compare"),
    ("date,requests\n2026-11-01,1,2\n", "line 2: 3 columns where the first line has 2"),
    ("date,requests\n2026-11-01,1\n2026-11-01,-1\n", "line 3: requests is '-1'"),
    ("date,requests\n2026-11-01,1e3\n", "line 2: requests is '1e3'"),
    ("date,requests\n2026-11-01,99999999999999999999\n", "line 2: requests is"),
    ("date,requests\n2026-11-01,½\n", "line 2: requests is"),
    ("date,requests\n2026-13-01,1\n", "line 2: date is '2026-13-01'; expected a day"),
    ("date,requests\n,1\n", "line 2: date is missing"),
    ("date,cost_usd\n2026-11-01,NaN\n", "line 2: cost_usd is 'NaN'; that is no bill"),
    ("date,cost_usd\n2026-11-01,1e400\n", "line 2: cost_usd is '1e400'; that is no bill"),
    ("date,cost_usd\n2026-11-01,12.50 EUR\n", "line 2: cost_usd is '12.50 EUR'"),
    (f"date,cost_usd\n2026-11-01,{'9' * 50}\n", "line 2: cost_usd is"),
    ("date,requests,requests\n2026-11-01,1,2\n", "line 1: the column 'requests' is there twice"),
    (",".join(f"c{n}" for n in range(300)) + "\n", "line 1: 300 columns"),
    ('date,requests,model\n2026-11-01,1,"gpt\n', "line 2: unexpected end of data"),
    (b"date,requests\n2026-11-01,\xff\n", "line 2: not UTF-8"),
    (b"date,requests\n2026-11-01,\x00\n", "line 2: a zero byte"),
    (b"\xff\xfe" + "date,requests\n".encode("utf-16-le"), "line 1: not UTF-8"),
    ("date,requests\n" + "x" * (LINE_SIZE_MAX + 1), "line 2: longer than"),
    ('{"data": [\n1\n]}', "line 2: Expected .object."),
    ('{"data": [\n\n{"a": }]}', "line 3: "),
    ('{"data": 5}', "line 1: "),
    ('{"data": []}', "no rows to compare"),
    ("[]", "no rows to compare"),
    ('[{"startTime": "2026-11-01", "spend": 1},\n7]', "line 2: expected a JSON object, not int"),
    ('{"startTime": "2026-11-01", "spend": 1}\n{"startTime": \n', "line 2: "),
    ("[" * 100_000, "line 1: "),
    ('{"data": [{"results": [' + "[" * 100_000, "line 1: "),
    (page_of('{"amount": {"value": 1, "currency": "eur"}}'), "line 6: the currency is 'eur'"),
    (page_of('{"amount": {"value": 1e999, "currency": "usd"}}'), "line 6: 1e999 is no amount"),
    (page_of('{"amount": {"value": NaN, "currency": "usd"}}'), "line "),
    (page_of('{"amount": {"value": [], "currency": "usd"}}'), r"line 6: amount_value is \[\]"),
    (page_of('{"input_tokens": true}'), "line 6: input_tokens is True"),
    (page_of('{"input_tokens": 1.5}'), "line 6: input_tokens is"),
    (page_of(f'{{"input_tokens": {"9" * 5000}}}'), "line 6: "),
    (page_of('{"model": "a\\u0007b", "input_tokens": 1}'), "line 6: model is no name"),
    (page_of(f'{{"model": "{"m" * 300}", "input_tokens": 1}}'), "line 6: model is no name"),
]


@pytest.mark.parametrize(("text", "words"), HOSTILE, ids=lambda value: repr(value)[:40])
def test_a_file_that_cannot_be_read_is_refused_with_its_line(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(StatementRefused, match=words):
        read(text, tmp_path / "e")


def test_a_document_too_large_to_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_of('{"input_tokens": 1}')
    monkeypatch.setattr(import_module("tokenry.ledger.reconcile.rows"), "JSON_SIZE_MAX", len(page))
    assert read(page, tmp_path / "e").items == 1
    with pytest.raises(StatementRefused, match="shorter time"):
        read(page + " ", tmp_path / "e")


CORPUS = [OPENAI_CSV, OPENAI_COSTS_CSV, ANTHROPIC_CSV, COST_REPORT, json.dumps([SPEND]), page_of('{"input_tokens": 1}')]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=200),
        st.tuples(st.sampled_from(CORPUS), st.integers(0, 400), st.binary(max_size=8), st.integers(0, 8)).map(
            lambda t: t[0].encode()[: t[1]] + t[2] + t[0].encode()[t[1] + t[3] :]
        ),
    )
)
@example(b"\xef\xbb\xbf[")
@example(b'{"data": [{"results": []}]}')
def test_whatever_the_bytes_are_the_file_is_read_or_refused(tmp_path: Path, data: bytes) -> None:
    try:
        found = read(data, tmp_path / "e")
    except StatementRefused as refused:
        assert refused.message  # noqa: PT017 - either end is right, and which one depends on the bytes
    else:
        assert found.items or found.left_out
        assert all(isinstance(cell.usd, Decimal) for cell in found.cells.values())
