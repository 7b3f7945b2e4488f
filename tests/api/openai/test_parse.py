"""What a body may say: a table of bad ones with status, field and words; what good ones become; no bytes do worse."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tokenry.api.openai.fields import Chat, Completion, Embedding
from tokenry.api.openai.parse import checked_purpose, parse, remember
from tokenry.base.errors import InvalidRequest
from tokenry.gateway import Endpoint, Inference

ENDPOINTS: tuple[Endpoint, ...] = ("chat.completions", "completions", "embeddings")
SURROGATE = "\\ud800"


def chat(extra: str = "") -> bytes:
    return ('{"model":"m","messages":[{"role":"user","content":"hi"}]' + (extra and "," + extra) + "}").encode()


def text(extra: str = "") -> bytes:
    return ('{"model":"m","prompt":"hi"' + (extra and "," + extra) + "}").encode()


def vector(extra: str = "") -> bytes:
    return ('{"model":"m","input":"hi"' + (extra and "," + extra) + "}").encode()


def asked(body: bytes, endpoint: Endpoint = "chat.completions") -> Inference:
    return parse(endpoint, body)


@dataclass(frozen=True)
class Bad:
    body: bytes
    param: str | None
    words: str  # stand in the message
    endpoint: Endpoint = "chat.completions"


BAD = [
    # --- not the JSON object that we take
    Bad(b"", None, "not valid JSON"),
    Bad(b"{", None, "not valid JSON"),
    Bad(b"\x00", None, "not valid JSON"),
    Bad(b"\xef\xbb\xbf{}", None, "not valid JSON"),
    Bad(chat() + b"{}", None, "trailing characters"),
    Bad(b"{'model':'m'}", None, "not valid JSON"),
    Bad(chat('"x":NaN'), None, "not valid JSON"),
    Bad(chat('"x":01'), None, "not valid JSON"),
    Bad(chat('"x":[1,]'), None, "trailing comma in array"),
    Bad(chat('"x":"\\q"'), None, "invalid escaped character"),
    Bad(chat('"x":"\n"'), None, "not valid JSON"),
    Bad(chat(f'"x":"{SURROGATE} and more"'), None, "not valid JSON"),
    Bad(chat(f'"{SURROGATE}":"and more"'), None, "not valid JSON"),
    Bad(b"[]", None, "the body: expected `object`, got `array`"),
    Bad(b"null", None, "the body: expected `object`, got `null`"),
    Bad(b'{"model":"\xe9"}', None, "not UTF-8 (byte 10)"),
    Bad(b'{"x":"\xed\xa0\x80"}', None, "not UTF-8 (byte 6)"),
    Bad('{"model":"m"}'.encode("utf-16"), None, "not UTF-8 (byte 0)"),
    Bad(chat('"x":' + "[" * 100_000 + "]" * 100_000), None, "nested too deeply"),
    Bad(chat('"tools":' + '[{"type":"t","a":' * 20_000 + "1" + "}]" * 20_000), None, "nested too deeply"),
    # --- what must be there
    Bad(b"{}", "model", "you must provide a 'model' parameter"),
    Bad(b'{"model":"m"}', "messages", "you must provide a 'messages' parameter"),
    Bad(b'{"model":"m"}', "prompt", "you must provide a 'prompt' parameter", "completions"),
    Bad(b'{"model":"m"}', "input", "you must provide a 'input' parameter", "embeddings"),
    Bad(b'{"model":"m","messages":[]}', "messages", "length >= 1"),
    Bad(b'{"model":"m","messages":[{"content":"x"}]}', "messages[0].role", "you must provide a 'messages[0].role'"),
    Bad(b'{"model":"m","input":[]}', "input", "length >= 1", "embeddings"),
    Bad(json.dumps({"model": "m", "input": ["x"] * 2049}).encode(), "input", "length <= 2048", "embeddings"),
    # --- types
    Bad(b'{"model":1}', "model", "expected `str`, got `int`"),
    Bad(b'{"model":""}', "model", "length >= 1"),
    Bad(b'{"model":"' + b"x" * 257 + b'"}', "model", "length <= 256"),
    Bad(chat('"messages":"hi"'), "messages", "expected `array`, got `str`"),
    Bad(chat('"messages":["hi"]'), "messages[0]", "expected `object`, got `str`"),
    Bad(chat('"messages":[{"role":"user","content":1}]'), "messages[0].content", "got `int`"),
    Bad(chat('"messages":[{"role":"user","content":["hi"]}]'), "messages[0].content[0]", "got `str`"),
    Bad(chat('"messages":[{"role":"user","content":[{}]}]'), "messages[0].content[0].type", "you must provide"),
    Bad(chat('"stream":"yes"'), "stream", "expected `bool | null`, got `str`"),
    Bad(chat('"temperature":"hot"'), "temperature", "got `str`"),
    Bad(chat('"temperature":1e999'), "temperature", "out of range"),
    Bad(chat('"seed":' + "9" * 5000), "seed", "out of range"),
    Bad(chat('"stop":[1]'), "stop[0]", "got `int`"),
    Bad(chat('"logit_bias":{"5":"x"}'), "logit_bias[...]", "expected `float`, got `str`"),
    Bad(chat('"tools":{}'), "tools", "got `object`"),
    Bad(chat('"tools":[{"type":"f"}],"tool_choice":7'), "tool_choice", "got `int`"),
    Bad(
        chat('"tools":[{"type":"f"}],"tool_choice":{"type":"allowed_tools","allowed_tools":[1]}'),
        "tool_choice.allowed_tools",
        "got `array`",
    ),
    Bad(
        chat('"tools":[{"type":"f"}],"tool_choice":{"type":"function","function":"f"}'),
        "tool_choice.function",
        "got `str`",
    ),
    Bad(
        chat('"tools":[{"type":"f"}],"tool_choice":{"type":"allowed_tools","tools":[{"function":"f"}]}'),
        "tool_choice.tools[0].function",
        "got `str`",
    ),
    Bad(b'{"model":"m","prompt":null}', "prompt", "got `null`", "completions"),
    Bad(b'{"model":"m","prompt":[true]}', "prompt[0]", "got `bool`", "completions"),
    Bad(b'{"model":"m","prompt":[[-1]]}', "prompt[0][0]", ">= 0", "completions"),
    Bad(vector('"encoding_format":"hex"'), "encoding_format", "'hex'", "embeddings"),
    # --- values
    Bad(chat('"max_tokens":0'), "max_tokens", "expected `int` >= 1"),
    Bad(chat('"max_tokens":-1'), "max_tokens", "expected `int` >= 1"),
    Bad(chat('"max_tokens":1.5'), "max_tokens", "got `float`"),
    Bad(chat('"max_tokens":"5"'), "max_tokens", "got `str`"),
    Bad(chat('"max_tokens":true'), "max_tokens", "got `bool`"),
    Bad(chat('"max_tokens":100000001'), "max_tokens", "<= 100000000"),
    Bad(chat('"max_tokens":18446744073709551616'), "max_tokens", "<= 100000000"),
    Bad(chat('"max_completion_tokens":-5'), "max_completion_tokens", ">= 1"),
    Bad(chat('"n":0'), "n", ">= 1"),
    Bad(chat('"n":129'), "n", "<= 128"),
    Bad(chat('"top_logprobs":21'), "top_logprobs", "<= 20"),
    Bad(chat('"modalities":["text","audio"]'), "modalities", "only text"),
    Bad(chat('"stream_options":{"include_usage":true}'), "stream_options", "only allowed when stream is true"),
    Bad(chat('"stream":false,"stream_options":{}'), "stream_options", "only allowed when stream is true"),
    Bad(chat('"stream":true,"stream_options":{"include_usage":1}'), "stream_options.include_usage", "got `int`"),
    Bad(text('"n":3,"best_of":2'), "best_of", "must not be smaller than n", "completions"),
    Bad(text('"best_of":2,"stream":true'), "best_of", "cannot be streamed", "completions"),
    Bad(vector('"dimensions":0'), "dimensions", ">= 1", "embeddings"),
    # --- the last of a repeated key counts, and no other spelling gets past
    Bad(chat('"max_tokens":5,"max_tokens":-5'), "max_tokens", ">= 1"),
    Bad(chat('"max_\\u0074okens":-5'), "max_tokens", ">= 1"),
    Bad(chat('"Max_Tokens":5'), "max_tokens", "'Max_Tokens' is not taken here: say 'max_tokens'"),
    Bad(chat('"max_to\u212aens":5'), "max_tokens", "say 'max_tokens'"),
    Bad(chat('"n_predict":5'), "max_tokens", "'n_predict' is not taken here"),
    Bad(chat('"n_cmpl":5'), "n", "'n_cmpl' is not taken here"),
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: f"{BAD.index(bad)}-{bad.words[:30]}")
def test_bad_body(bad: Bad) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse(bad.endpoint, bad.body)
    error = caught.value
    assert (error.status, error.type) == (400, "invalid_request_error")
    assert error.param == bad.param
    assert bad.words in error.message


def test_a_refusal_does_not_repeat_a_long_value() -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse("embeddings", vector('"encoding_format":"' + "x" * 1_000_000 + '"'))
    assert len(caught.value.message) < 300
    with pytest.raises(InvalidRequest) as caught:
        parse("chat.completions", chat('"' + "\u017f" * 1_000_000 + '":1,"N_PREDICT":1,"MODEL":"x"'))
    assert len(caught.value.message) < 300


class TestPassingThrough:
    def test_what_we_do_not_know_stays_as_it_came(self) -> None:
        odd = '{ "a" : 1.0e-2,"a":"\\u00e9é" , "b":[ 123456789012345678901234567890 ]}'
        request = asked(chat(f'"vendor": {odd} ,"user": null'))
        assert bytes(request.fields["vendor"]) == odd.encode()
        assert bytes(request.fields["user"]) == b"null"

    def test_messages_stay_as_they_came(self) -> None:
        messages = '[ {"role":"robot", "content":[{"type":"hologram","x":1}] , "name":null} ]'
        assert bytes(asked(chat(f'"messages":{messages}')).fields["messages"]) == messages.encode()

    def test_what_is_checked_is_what_is_sent(self) -> None:
        request = asked(chat('"max_tokens":9,"max_tokens":5,"n":7,"\\u006e":2'))
        assert (request.limit, bytes(request.fields["max_tokens"])) == (5, b"5")
        assert (request.choices, bytes(request.fields["n"])) == (2, b"2")


class TestChat:
    def test_a_plain_one(self) -> None:
        request = asked(chat())
        assert (request.endpoint, request.model, request.body_size) == ("chat.completions", "m", len(chat()))
        assert (request.stream, request.include_usage, request.limit, request.choices) == (False, False, None, 1)
        assert (request.messages, request.tools, request.media, request.forced_tools) == (1, 0, 0, False)

    def test_a_stream(self) -> None:
        request = asked(chat('"stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}'))
        assert (request.stream, request.include_usage) == (True, True)
        assert not asked(chat('"stream":true,"stream_options":null')).include_usage

    @pytest.mark.parametrize(
        ("extra", "field", "limit"),
        [
            ("", "max_tokens", None),
            ('"max_tokens":5', "max_tokens", 5),
            ('"max_tokens":null', "max_tokens", None),
            ('"max_completion_tokens":6', "max_completion_tokens", 6),
            ('"max_completion_tokens":6,"max_tokens":5', "max_completion_tokens", 6),
            ('"max_completion_tokens":6,"max_tokens":9', "max_completion_tokens", 9),
        ],
    )
    def test_the_limit_is_the_largest_that_an_engine_could_obey(
        self, extra: str, field: str, limit: int | None
    ) -> None:
        request = asked(chat(extra))
        assert (request.limit_field, request.limit) == (field, limit)

    def test_parts_whose_tokens_no_byte_bounds_are_counted(self) -> None:
        parts = '[{"type":"text","text":"a"},{"type":"image_url"},{"type":"zork"}]'
        message = f'{{"role":"user","content":{parts}}}'
        request = asked(chat(f'"messages":[{message},{message}]'))
        assert (request.media, request.opaque) == (2, 2)

    @pytest.mark.parametrize(
        "member",
        ['"best_of":4', '"prompt":"x"', '"web_search_options":{}', '"chat_template":"x"', '"service_tier":"scale"'],
    )
    def test_what_would_cost_more_than_is_counted_is_refused(self, member: str) -> None:
        came = outcome("chat.completions", chat(member))
        assert isinstance(came, InvalidRequest)
        assert came.param == member.split('"')[1]

    @pytest.mark.parametrize(
        ("named", "tier"),
        [("auto", None), ("default", None), ("flex", "flex"), ("priority", "priority"), ("batch", "batch")],
    )
    def test_a_tier_is_read_and_never_handed_on(self, named: str, tier: str | None) -> None:
        member = f'"service_tier":"{named}"'
        for endpoint, body in (
            ("chat.completions", chat(member)), ("completions", text(member)), ("embeddings", vector(member)),
        ):  # fmt: skip
            request = outcome(endpoint, body)  # type: ignore[arg-type] # one of the three
            assert isinstance(request, Inference)
            assert (request.tier, request.names_tier) == (tier, True)
            assert "service_tier" not in request.fields
        assert not asked(chat('"service_tier":null')).names_tier
        assert "service_tier" not in asked(chat('"service_tier":null')).fields

    @pytest.mark.parametrize("named", ['"scale"', '"fast"', "1", "[]"])
    def test_a_tier_that_is_none(self, named: str) -> None:
        came = outcome("chat.completions", chat(f'"service_tier":{named}'))
        assert isinstance(came, InvalidRequest)
        assert came.param == "service_tier"

    def test_a_prediction_may_be_charged_for_each_choice(self) -> None:
        assert asked(chat('"n":3,"prediction":{"a":1}')).extra_output == 3 * len('{"a":1}')
        assert asked(chat('"prediction":null')).extra_output == 0

    @pytest.mark.parametrize(
        ("choice", "forced"),
        [
            ('"auto"', False),
            ('"none"', False),
            ("null", False),
            ('"required"', True),
            ('{"type":"function","function":{"name":"f"}}', True),
            ('{"type":"custom","custom":{"name":"f"}}', True),
            ('{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[]}}', False),
            ('{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function"}]}}', True),
            ('{"type":"allowed_tools","mode":"required"}', True),
            ('{"type":"allowed_tools","allowed_tools":null}', False),
        ],
    )
    def test_which_choice_forces_a_call(self, choice: str, forced: bool) -> None:
        request = asked(chat(f'"tools":[{{"type":"function"}}],"tool_choice":{choice}'))
        assert (request.tools, request.forced_tools) == (1, forced)
        assert not asked(chat(f'"tool_choice":{choice}')).forced_tools


@pytest.mark.parametrize(
    ("prompt", "extra", "choices"),
    [
        ('"a"', "", 1),
        ('["a","b","c"]', "", 3),
        ("[1,2,3]", "", 1),
        ("[[1,2],[3]]", '"n":2', 4),
        ('"a"', '"n":2,"best_of":5', 5),
        ('["a","b"]', '"best_of":5', 10),
        ("[]", "", 1),
    ],
)
def test_how_many_answers_a_completion_generates(prompt: str, extra: str, choices: int) -> None:
    assert asked(text(f'"prompt":{prompt}' + (extra and "," + extra)), "completions").choices == choices


def test_engines_are_asked_for_numbers_whatever_the_client_wants() -> None:
    plain = asked(vector('"dimensions":64'), "embeddings")
    assert (plain.base64, bytes(plain.fields["encoding_format"])) == (False, b'"float"')
    assert bytes(plain.fields["dimensions"]) == b"64"
    assert asked(vector('"encoding_format":"base64"'), "embeddings").base64


def kept(body: bytes, key: bytes) -> Inference:
    request = asked(body)
    remember(request, body, key)
    return request


class TestIdempotencyKey:
    def test_the_same_body_has_the_same_fingerprint_and_another_has_not(self) -> None:
        one, twin, other = (kept(body, b"k") for body in (chat(), chat(), chat('"n":2')))
        assert one.idempotency_key == "k"
        assert len(one.fingerprint) == 32
        assert one.fingerprint == twin.fingerprint != other.fingerprint

    def test_without_one_nothing_is_hashed(self) -> None:
        assert (asked(chat()).idempotency_key, asked(chat()).fingerprint) == (None, b"")

    @pytest.mark.parametrize("key", [b"", b"k" * 256])
    def test_its_length(self, key: bytes) -> None:
        with pytest.raises(InvalidRequest, match="1 to 255 characters") as caught:
            kept(chat(), key)
        assert caught.value.param == "Idempotency-Key"


# --- any bytes give an Inference or a refusal ----------------------------------------------------------------------

FIELDS = sorted({name for kind in (Chat, Completion, Embedding) for name in kind.__struct_fields__})
TOOL_WORDS = st.sampled_from(
    ["type", "function", "allowed_tools", "name", "mode", "tools", "required", "role", "content"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9)
    | TOOL_WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TOOL_WORDS | st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
GOOD: dict[Endpoint, dict[str, Any]] = {
    "chat.completions": {
        "model": "m",
        "messages": [{"role": "user", "content": "hi"}],
        "tools": [{"type": "function"}],
    },
    "completions": {"model": "m", "prompt": "hi"},
    "embeddings": {"model": "m", "input": "hi"},
}
CHANGES = st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), JSON, max_size=5)


def outcome(endpoint: Endpoint, body: bytes) -> Inference | InvalidRequest:
    try:
        return parse(endpoint, body)
    except InvalidRequest as error:
        return error


def hold_to_the_contract(endpoint: Endpoint, body: bytes) -> None:
    came = outcome(endpoint, body)
    if isinstance(came, InvalidRequest):
        assert came.status == 400
        assert came.message
        assert set(came.envelope()["error"]) == {"message", "type", "param", "code"}
        return
    # What leaves us is what was checked: the same members, as Python reads them.
    members = {name: json.loads(bytes(raw)) for name, raw in came.fields.items() if name != "encoding_format"}
    whole: dict[str, Any] = json.loads(body)
    assert members == {name: value for name, value in whole.items() if name != "encoding_format"}
    assert came.choices >= 1
    assert came.limit is None or came.limit >= 1


@given(endpoint=st.sampled_from(ENDPOINTS), body=st.binary(max_size=200))
def test_any_bytes(endpoint: Endpoint, body: bytes) -> None:
    hold_to_the_contract(endpoint, body)


@given(endpoint=st.sampled_from(ENDPOINTS), change=CHANGES)
@example(endpoint="chat.completions", change={"tool_choice": {"type": "allowed_tools", "allowed_tools": ["x"]}})
@example(endpoint="chat.completions", change={"tool_choice": {"type": "allowed_tools", "mode": ["required"]}})
def test_any_value_of_any_field(endpoint: Endpoint, change: dict[str, Any]) -> None:
    hold_to_the_contract(endpoint, json.dumps({**GOOD[endpoint], **change}).encode())


@given(body=st.binary(min_size=1, max_size=8), at=st.integers(0, 200), cut=st.integers(0, 8))
def test_any_damage_to_a_good_body(body: bytes, at: int, cut: int) -> None:
    good = chat('"stream":true,"n":2,"tools":[{"type":"function"}],"tool_choice":"required"')
    at = min(at, len(good))
    hold_to_the_contract("chat.completions", good[:at] + body + good[at + cut :])


@given(depth=st.integers(1, 3000), endpoint=st.sampled_from(ENDPOINTS))
def test_any_depth(depth: int, endpoint: Endpoint) -> None:
    body = json.dumps(GOOD[endpoint]).encode()[:-1] + b',"x":' + b"[" * depth + b"]" * depth + b"}"
    came = outcome(endpoint, body)
    assert isinstance(came, Inference) or "nested too deeply" in came.message


def test_a_purpose_is_one_plain_word() -> None:
    for good in (b"evaluation", b"a", b"x-1_2", b"a" * 40):
        assert checked_purpose(good) == good.decode()
    for bad in (b"", b"a" * 41, b"Evaluation", b"two words", b"a, b", b"\xe9", b"a\n", b"../x"):
        with pytest.raises(InvalidRequest) as caught:
            checked_purpose(bad)
        assert (caught.value.status, caught.value.param) == (400, "x-tokenry-purpose")
