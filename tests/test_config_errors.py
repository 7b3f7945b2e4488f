"""Mistakes in a configuration file: each row is a file, and the line that its author reads. The table is the manual."""

from __future__ import annotations

from pathlib import Path

import pytest

from tokenry.base.errors import TokenryError
from tokenry.config import ConfigError, load, parse

PROVIDER = '[[provider]]\nname = "lab"\nbase_url = "http://lab/v1"\n'
MODEL = PROVIDER + '[[model]]\nname = "m"\ndeployments = [{ provider = "lab", model = "up" }]\n'
SECURE = PROVIDER.replace("http:", "https:")
URL = 'name = "p"\nbase_url = '

ONE_MISTAKE = {
    # names
    "[server]\nprot = 1": 't.toml:2: server.prot: unknown key; did you mean "port"?',
    "[sever]": 't.toml:1: sever: unknown key; did you mean "server"?',
    "[[models]]\nname = 'x'": 't.toml:1: models: unknown key; did you mean "model"?',
    "port = 1": "t.toml:1: port: unknown key; it belongs below [server]",
    "[log]\nzzz = 1": "t.toml:2: log.zzz: unknown key; known here: format, level",
    PROVIDER + "api_key = 'sk-x'": (
        "t.toml:4: provider[0].api_key: a secret never stands in this file; name an environment variable in api_key_env"
    ),
    # types
    '[server]\nport = "8080"': (
        't.toml:2: server.port: must be a whole number, not the text "8080"; leave out the quotes'
    ),
    "[server]\nport = 80.5": "t.toml:2: server.port: must be a whole number, not 80.5",
    "[server]\nport = true": "t.toml:2: server.port: must be a whole number, not true",
    "[server]\nhost = 1": "t.toml:2: server.host: must be text in quotes, not 1",
    "[server]\nhost = 1979-05-27": "t.toml:2: server.host: must be text in quotes, not a date or time",
    "[server]\ncors_origins = '*'": 't.toml:2: server.cors_origins: must be a list, not the text "*"',
    "[starter]\nenabled = 'true'": (
        't.toml:2: starter.enabled: must be true or false, not the text "true"; leave out the quotes'
    ),
    "[[server]]\nport = 1": "t.toml:1: server: must be one table: write [server], not [[server]]",
    "[provider]\nname = 'x'": "t.toml:1: provider: there may be several: write [[provider]], not [provider]",
    "server = 1": "t.toml:1: server: must be a table, not 1",
    PROVIDER + "headers = { x = 1 }": "t.toml:4: provider[0].headers.x: must be text in quotes, not a whole number",
    "[log]\nlevel = 'warn'": (
        't.toml:2: log.level: must be one of "debug", "error", "info", "warning", not the text "warn"; '
        'did you mean "warning"?'
    ),
    # mail
    "[mail]\nport = 25": "t.toml:1: mail.host: is missing: port is of a mail server, and this says which",
    "[mail]\nhost = 'm.test'": (
        't.toml:1: mail.from_address: is missing: say whom the mails come from, such as "tokenry@example.org"'
    ),
    "[mail]\nhost = 'm.test'\nfrom_address = 'A <a@m.test>'": (
        't.toml:3: mail.from_address: must be an address alone, such as "tokenry@example.org"'
    ),
    "[mail]\nhost = 'smtp://m.test'\nfrom_address = 'a@m.test'": (
        't.toml:2: mail.host: must be a name or an address alone, such as "mail.example.org"'
    ),
    "[mail]\nhost = 'm.test'\nfrom_address = 'a@m.test'\nusername = 'a'": (
        "t.toml:1: mail.password_env: is missing: it belongs to username"
    ),
    "[mail]\nhost = 'm.test'\nfrom_address = 'a@m.test'\nusername = 'a'\npassword_env = 'P'\ntls = 'none'": (
        't.toml:6: mail.tls: must be "starttls" or "tls": a password would cross the network in clear'
    ),
    # ranges
    "[server]\nport = 65536": "t.toml:2: server.port: must be at most 65535, not 65536",
    f"[server]\nport = 1{'0' * 40}": "t.toml:2: server.port: must be at most 65535, not a whole number",
    "[limits]\nrequests_per_minute = -1": "t.toml:2: limits.requests_per_minute: must be at least 1, not -1",
    PROVIDER + "idle_timeout_s = 0": "t.toml:4: provider[0].idle_timeout_s: must be more than 0, not 0",
    PROVIDER + "idle_timeout_s = nan": "t.toml:4: provider[0].idle_timeout_s: must be a finite number",
    PROVIDER + "idle_timeout_s = 1e999": "t.toml:4: provider[0].idle_timeout_s: must be a finite number",
    "[server]\nhost = ''": "t.toml:2: server.host: must not be empty",
    '[server]\nhost = "a\\u0000b"': "t.toml:2: server.host: must not hold control characters",
    # money
    MODEL + "price = { output = 1 }": "t.toml:7: model[0].price.input: is missing",
    MODEL + "price = { input = 1, embedding = 1 }": (
        "t.toml:7: model[0].price.embedding: is the price of a model that embeds, which has no other input and no "
        "output: leave out one"
    ),
    MODEL + "price = { input = 1, tiers = { bach = {} } }": (
        't.toml:7: model[0].price.tiers.bach: unknown key; did you mean "batch"?'
    ),
    MODEL + "price = { input = 1, above = [{ tokens = 5 }, { tokens = 5 }] }": (
        "t.toml:7: model[0].price.above: has two steps with one number of tokens"
    ),
    MODEL + "price = { image = 1001 }": "t.toml:7: model[0].price.image: is more than 1000 dollars",
    MODEL + "cost = 'publik'": (
        't.toml:7: model[0].cost: must be one of "public", not the text "publik"; did you mean "public"?'
    ),
    MODEL + "announced = [{ effective_from = 'soon', price = { input = 1 } }]": (
        't.toml:7: model[0].announced[0].effective_from: "soon" must be a day or a time, such as 2027-01-01T00:00:00Z'
    ),
    MODEL + "announced = [{ effective_from = '2027-01-01' }]": (
        "t.toml:7: model[0].announced[0].price: is missing: say which price, or which cost, begins then"
    ),
    MODEL
    + "announced = [{ effective_from = '2027-01-01', cost = 'public' }, "
    + "{ effective_from = '2027-01-01T01:00+01:00', price = { input = 1 } }]": (
        "t.toml:7: model[0].announced: has two changes for one instant: they overlap, so give one of them another"
    ),
    MODEL + "price = { input = -0.1 }": "t.toml:7: model[0].price.input: must not be negative",
    MODEL + "price = { input = inf }": "t.toml:7: model[0].price.input: must be a finite number",
    MODEL + "price = { input = '1' }": (
        't.toml:7: model[0].price.input: must be an amount in dollars, not the text "1"; leave out the quotes'
    ),
    MODEL + "price = { input = 1e7 }": "t.toml:7: model[0].price.input: is more than 1000000 dollars",
    MODEL + "cost = { input = 0.0000000001 }": (
        "t.toml:7: model[0].cost.input: is finer than a nano-dollar (9 decimals)"
    ),
    MODEL + "price = { output = 1 }": "t.toml:7: model[0].price.input: is missing",
    "[starter]\naward_usd = -1": "t.toml:2: starter.award_usd: must not be negative",
    # providers
    "[[provider]]\nname = 'p'": (
        't.toml:1: provider[0].base_url: is missing: say where the endpoint is, such as "http://127.0.0.1:8000/v1"'
    ),
    "[[provider]]\nname = 'a/b'\nbase_url = 'http://h'": (
        't.toml:2: provider[0].name: "a/b" must be 1 to 64 letters, digits, dots, _ or -, a letter or digit first'
    ),
    "[[provider]]\nname = 'p'\ndialect = 'anthropic'\nspeaks = ['messages']": (
        't.toml:4: provider[0].speaks: has a meaning only for an endpoint of dialect = "openai"; leave it out'
    ),
    "[[provider]]\nname = 'p'\nbase_url = 'http://h'\nspeaks = ['message']": (
        't.toml:4: provider[0].speaks[0]: must be one of "messages", "responses", not the text "message"; '
        'did you mean "messages"?'
    ),
    "[[provider]]\nname = 'p'\ndialect = 'llama.cpp'": (
        "t.toml:1: provider[0].model: is missing: name an artifact or a GGUF file to run here, "
        "or give the base_url of a llama-server"
    ),
    "[[provider]]\ndialect = 'llama.cpp'\nmodel = 'm'\n" + URL + "'http://h'": (
        "t.toml:3: provider[0].model: runs a model here, base_url uses one that runs elsewhere; leave one of them out"
    ),
    "[[provider]]\ndialect = 'scripted'\n" + URL + "'http://h'": (
        "t.toml:4: provider[0].base_url: the scripted engine is part of this program; leave this key out"
    ),
    "[[provider]]\ndialect = 'llama.cpp'\nmodel = 'm'\nname = 'p'\napi_key_env = 'K'": (
        "t.toml:5: provider[0].api_key_env: has a meaning only for a remote endpoint; leave it out"
    ),
    PROVIDER + "parallel = 2": (
        'provider[0].parallel: has a meaning only for a model run here (dialect "whisper", or "llama.cpp" without '
        "base_url); leave it out"
    ),
    "[[provider]]\nname = 'p'\ndialect = 'whisper'": "provider[0].model: is missing: name an artifact such as",
    "[[provider]]\nname = 'p'\ndialect = 'whisper'\nmodel = 'm'\nbase_url = 'http://h/v1'": (
        "provider[0].base_url: runs nothing here: a Whisper that runs elsewhere speaks OpenAI's API"
    ),
    "[[provider]]\nname = 'p'\ndialect = 'whisper'\nmodel = 'm'\ncontext_length = 9": (
        "provider[0].context_length: has a meaning only for a model that reads text"
    ),
    PROVIDER + "api_key_env = 'sk-1234'": (
        "t.toml:4: provider[0].api_key_env: must be the name of an environment variable (letters, digits, _); "
        "the key itself never stands here"
    ),
    PROVIDER + "ca_file = 'x'\nverify_tls = false": (
        "t.toml:5: provider[0].verify_tls: is false, so ca_file would not be used; leave one of them out"
    ),
    PROVIDER + "tls_server_name = 'n'": (
        "t.toml:4: provider[0].tls_server_name: has a meaning only for a base_url that begins with https://; "
        "leave it out"
    ),
    SECURE + "client_key_file = 'k'": "provider[0].client_cert_file: is missing: client_key_file is a private key",
    PROVIDER + "proxy = 'socks5://p:1'": 't.toml:4: provider[0].proxy: must be "http://" with a host and a port, or',
    PROVIDER
    + "proxy = 'http://u:hunter2@p:1'": "must not hold a user or password; name an environment variable in pro",
    PROVIDER + "proxy = 'http://p'": 'proxy: must be a host and a port, such as "http://proxy.example.org:3128"',
    PROVIDER + "proxy = 'http://p:1/x'": "provider[0].proxy: must be a host and a port",
    PROVIDER + "proxy = 'http://p:x'": "provider[0].proxy: is not an address",
    PROVIDER + "proxy_auth_env = 'A'": "provider[0].proxy_auth_env: has a meaning only for a proxy named here",
    PROVIDER
    + "proxy = 'environment'\nproxy_auth_env = 'A'": "proxy_auth_env: has a meaning only for a proxy named here",
    PROVIDER + "proxy = 'http://p:1'\nproxy_auth_env = 'u:pw'": (
        "t.toml:5: provider[0].proxy_auth_env: must be the name of an environment variable that holds user:password"
    ),
    PROVIDER + PROVIDER: 't.toml:5: provider[1].name: the provider "lab" is taken by an earlier one',
    # addresses
    "[[provider]]\n" + URL + "'ftp://h'": "t.toml:3: provider[0].base_url: must begin with http:// or https://",
    "[[provider]]\n" + URL + "'http://'": "is not an address: its host or port cannot be read",
    "[[provider]]\n" + URL + "'http://h:99999'": "is not an address: its host or port cannot be read",
    "[[provider]]\n" + URL + "'http://[::1'": "is not an address: its host or port cannot be read",
    "[[provider]]\n" + URL + "'http://u:pw@h'": "must not hold a user or password",
    "[[provider]]\n" + URL + "'http://h/v1?x=1'": "must end with its path: no ? and no #",
    "[[provider]]\n" + URL + "'http://h/ v1'": "must be an address without blanks or characters beyond ASCII",
    "[server]\npublic_url = 'tokenry.example.org'": "t.toml:2: server.public_url: must begin with http:// or https://",
    "[server]\npublic_url = 'http://a.example'\ntls_cert_file = 'c'\ntls_key_file = 'k'": (
        "t.toml:2: server.public_url: must begin with https://, since tls_cert_file is given"
    ),
    "[server]\ntls_cert_file = 'c'": (
        "t.toml:1: server.tls_key_file: is missing: tls_cert_file is the certificate, and this the private key that "
        "belongs to it"
    ),
    "[server]\ntls_key_file = 'k'": (
        "t.toml:1: server.tls_cert_file: is missing: tls_key_file is the private key, and this the certificate that "
        "belongs to it"
    ),
    "[server]\ntrusted_proxies = ['10.1.0.0/8']": (
        't.toml:2: server.trusted_proxies: "10.1.0.0/8" is an address within a network; write "10.0.0.0/8"'
    ),
    "[server]\ntrusted_proxies = ['unix', '::1', 'proxy']": (
        't.toml:2: server.trusted_proxies: "proxy" must be an address, a network such as "10.0.0.0/8", or "unix"'
    ),
    "[server]\ncors_origins = ['https://a.example/x']": (
        't.toml:2: server.cors_origins: "https://a.example/x" must be an origin, scheme and host alone, '
        'such as "https://chat.example.org"'
    ),
    "[artifacts]\nhub_url = 'x'": "t.toml:2: artifacts.hub_url: must begin with http:// or https://",
    # headers
    PROVIDER + 'headers = { "a b" = "x" }': 'provider[0].headers: "a b" is not the name of an HTTP header',
    PROVIDER + 'headers = { Authorization = "x" }': (
        "provider[0].headers: authorization is sent from api_key_env; a secret never stands in this file"
    ),
    PROVIDER + 'headers = { Host = "x" }': "host is written by the gateway itself and cannot be set",
    PROVIDER + 'headers = { x = "a\\r\\nb: c" }': "provider[0].headers.x: must not hold control characters",
    PROVIDER + 'headers = { x = "ü" }': "the value of x must be printable ASCII",
    # models
    MODEL + "aliases = ['m']": 't.toml:7: model[0].aliases[0]: the model name or alias "m" is taken by an earlier one',
    MODEL + MODEL.removeprefix(PROVIDER): 't.toml:8: model[1].name: the model name or alias "m" is taken',
    PROVIDER + "[[model]]\nname = 'm'": "t.toml:4: model[0].deployments: is missing",
    PROVIDER + "[[model]]\nname = 'm'\ndeployments = []": "t.toml:6: model[0].deployments: must not be empty",
    MODEL.replace('provider = "lab"', 'provider = "lba"'): (
        't.toml:6: model[0].deployments[0].provider: no [[provider]] is called "lba"; did you mean "lab"?'
    ),
    MODEL.removeprefix(PROVIDER): 'no [[provider]] is called "lab"; this file has no [[provider]]',
    MODEL.replace("}]", '}, { provider = "lab", model = "up" }]'): (
        '[1]: "lab/up" stands here twice; give one of them more weight'
    ),
    MODEL + "context_length = 100": "model[0].max_output_tokens: 4096 is more than context_length (100)",
    MODEL.replace('"m"', '" m"'): 'model[0].name: " m" must not begin or end with a blank',
    # what is not built
    "[storage]\nurl = 'postgresql://u:pw@h'": (
        "t.toml:2: storage.url: PostgreSQL is not built yet; leave this key out to use SQLite files in the data folder"
    ),
    # TOML itself
    "[server\nport = 1": "t.toml:1: is not valid TOML: ",
    "a = 1\na = 2\nb = 3": "t.toml:2: is not valid TOML: Cannot overwrite a value (column",
    "[server]\nport = ": "is not valid TOML: Invalid value",
    "a = " + "[" * 5000: "nests deeper than any configuration",
    "a = 1" + "0" * 5000: "is not valid TOML: ",
    "a = 1e99999999999999999999": "is not valid TOML: a number is too large or too small to read",
}


@pytest.mark.parametrize(("text", "words"), ONE_MISTAKE.items(), ids=range(len(ONE_MISTAKE)))
def test_one_mistake_is_one_line_that_says_where_and_what(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, source="t.toml")
    assert words in caught.value.message
    assert caught.value.message.startswith("t.toml:")
    assert len(caught.value.message.splitlines()) == 1


def test_every_mistake_of_a_file_is_named_in_the_order_of_its_lines() -> None:
    text = """\
[server]
port = "x"
[[provider]]
name = "lab"
base_url = "ftp://x"
[log]
levle = "info"
[[model]]
name = "m"
price = { input = -1 }
deployments = [
  { provider = "lap", model = "m" },
  { provider = "lab", model = "m", wieght = 2 },
]
"""
    with pytest.raises(ConfigError) as caught:
        parse(text, source="t.toml")
    assert [line.split(": ")[:2] for line in caught.value.message.splitlines()] == [
        ["t.toml:2", "server.port"],
        ["t.toml:5", "provider[0].base_url"],
        ["t.toml:7", "log.levle"],
        ["t.toml:10", "model[0].price.input"],
        ["t.toml:12", "model[0].deployments[0].provider"],
        ["t.toml:13", "model[0].deployments[1].wieght"],
    ]


LINES = {
    "dotted keys": ("\nserver.port = 'x'", 2, "server.port"),
    "quoted keys": ('\n["server"]\n"po\\u0072t" = "x"', 3, "server.port"),
    "after text of several lines": ('[server]\nhost = """a\n"]\n\'\\""""""\nx = 1', 5, "server.x"),
    "after literal text": ("[server]\nhost = '''a\n[b]\n'''\nx = 1", 5, "server.x"),
    "after a comment that looks like a key": ("[server]\n# port = 1\nx = 1 # = ]", 3, "server.x"),
    "a list over lines": (
        "[server]\ncors_origins = [ # one\n 'https://a.example',\n # two\n 1 ]",
        5,
        "cors_origins[1]",
    ),
    "a sub-table of the last of several": (
        "[[model]]\nname='a'\n[[model]]\nname='b'\n[model.price]\ninput = 'x'\n",
        6,
        "model[1].price.input",
    ),
    "tables within tables": ("[[model]]\n[[model.deployments]]\n[[model.deployments]]\nweight = 0", 4, "[1].weight"),
    "windows line ends": ("[server]\r\nhost = 'a'\r\nx = 1\r\n", 3, "server.x"),
    "braces in text": ("provider = [{ name = 'a]}#', headers = { a = '}' }, x = 1 }]", 1, "provider[0].x"),
}


@pytest.mark.parametrize(("text", "line", "key"), LINES.values(), ids=LINES.keys())
def test_the_line_is_right_however_the_toml_is_written(text: str, line: int, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, source="t")
    assert any(said.startswith(f"t:{line}: ") and f"{key}: " in said for said in caught.value.message.splitlines())


def test_a_hundred_mistakes_do_not_fill_the_screen() -> None:
    with pytest.raises(ConfigError) as caught:
        parse("\n".join(f"x{i} = 1" for i in range(100)), source="t")
    assert len(caught.value.message.splitlines()) == 51
    assert caught.value.message.endswith("t: and 50 more mistakes")
    assert len(caught.value.problems) == 100


@pytest.mark.parametrize(
    "text",
    [
        "[storage]\nurl = 'postgresql://u:hunter2@h'",
        "[storage]\nurl = ['hunter2']",
        PROVIDER + "api_key = 'hunter2'",
        PROVIDER + "api_key_env = 'hunter2-'",
        PROVIDER + "headers = { x = ['hunter2'] }",
        PROVIDER + "headers = { authorization = 'hunter2' }",
        PROVIDER + "headers = { x = 'hunter2\\u0001' }".replace("'", '"'),
        PROVIDER + "headers = 'hunter2'",
        "[[provider]]\nname = 'p'\nbase_url = 'http://u:hunter2@h/'",
        "[server]\ncors_origins = ['http://u:hunter2@h/']",
    ],
)
def test_what_may_be_a_secret_is_never_repeated(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, source="t")
    assert "hunter2" not in caught.value.message


def test_a_message_cannot_act_upon_a_terminal() -> None:
    with pytest.raises(ConfigError) as caught:
        parse('"\\u001b[2J\\u202e" = 1', source="a\x1bb")
    assert caught.value.message.isprintable()


def test_a_configuration_error_is_one_of_ours() -> None:
    error = ConfigError("t", [])
    assert isinstance(error, TokenryError)
    assert error.code == "invalid_configuration"


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    file = tmp_path / "tokenry.toml"
    with pytest.raises(ConfigError, match=r"tokenry.toml: cannot read this file: No such file or directory$"):
        load(file, {})
    with pytest.raises(ConfigError, match=r"cannot read this file: Is a directory$"):
        load(tmp_path, {})
    with pytest.raises(ConfigError, match=r"cannot read this file: not a usable path$"):
        load(Path("a\0b"), {})
    file.write_bytes(b"a = 1\nb = '\xff'\n")
    with pytest.raises(ConfigError, match=r"tokenry.toml:2: is not UTF-8 text; save the file as UTF-8$"):
        load(file, {})
    file.write_bytes(b"#" * (1024 * 1024 + 1))
    with pytest.raises(ConfigError, match=r"is larger than 1048576 bytes"):
        load(file, {})
