"""The configuration reader: any TOML, any environment, any earlier configuration give a Config or a list of mistakes.

    just fuzz config --minutes 15

A Config that was read makes a catalogue and prices; each mistake is one printable line with a line number that exists,
and never holds a secret.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.fuzz.spool import spooled
from tokenry.base.errors import TokenryError
from tokenry.config import Config, ConfigError, load, template
from tokenry.router import Catalogue

ROOMS = ("tokenry.config", "tokenry.router")
SECRET = "hunter2-hunter2"
ENVIRONMENT = {"KEY": SECRET, "KEY_FILE": "", "BOTH": SECRET, "BOTH_FILE": "/dev/null", "ENDLESS_FILE": "/dev/zero"}
WORDS = (
    *(
        "[[provider]]\n",
        "[[model]]\n",
        "[server]\n",
        "[limits]\n",
        "[log]\n",
        "[storage]\n",
        "[starter]\n",
        "[artifacts]\n",
    ),
    *(
        "name = ",
        "base_url = ",
        "api_key_env = ",
        "headers = {",
        "deployments = [",
        "price = {",
        "input = ",
        "output = ",
    ),
    *("aliases = [", "provider = ", "model = ", "dialect = ", '"openai"', '"llama.cpp"', '"scripted"', "true", "false"),
    *(
        "cost = {",
        "cached_input",
        "trusted_proxies = [",
        "tls_cert_file = ",
        "public_url = ",
        "cors_origins = [",
        '"""',
    ),
    *("'''", "inf", "nan", "1e9999", "0x", "1979-05-27T07:32:00Z", "\\ud800", "\\u0000", "http://[", '"KEY"', '"BOTH"'),
)
_BEFORE = Config()


def target(data: bytes) -> None:
    """One input: a file."""
    path = spooled("fuzz.toml", data)
    try:
        config = load(path, ENVIRONMENT)
    except ConfigError as error:
        _refused(error, data)
        return
    assert config == load(path, ENVIRONMENT), "the same file gives the same configuration"
    assert config.starter_on in (True, False)
    try:
        catalogue = Catalogue.build(config, {})
    except TokenryError as error:
        assert error.message.isprintable()
        return
    for model in config.model:
        assert catalogue.resolve(model.name) is not None


def _refused(error: ConfigError, data: bytes) -> None:
    lines = error.message.split("\n")
    assert lines
    for line in lines:
        assert line.isprintable(), repr(line)
        assert len(line) < 2000, line
        assert SECRET not in line
    for problem in error.problems:
        assert problem.line is None or 1 <= problem.line <= data.count(b"\n") + 1, problem


def seeds() -> Iterator[bytes]:
    """Files as people write them."""
    yield template().encode()
    yield (
        b'[[provider]]\nname = "lab"\nbase_url = "http://lab:8000/v1"\nidle_timeout_s = 1.5\nheaders = { x-a = "b" }\n'
        b'api_key_env = "KEY"\n'
        b'[[provider]]\nname = "local"\ndialect = "llama.cpp"\nmodel = """m"""\n'
        b"[[model]]\nname = 'm'\naliases = ['n', \"o\"]\nprice = { input = 0.1, output = 1e-3, cached_input = 0.05 }\n"
        b'cost = { input = 1 }\nkind = "embedding"\ncontext_length = 100\nmax_output_tokens = 50\n'
        b'[[model.deployments]]\nprovider = "lab"\nmodel = "m"\nweight = 3\npriority = 2\n'
        b'[[model.deployments]]\nprovider = "local"\nmodel = "n"\n'
    )
    yield (
        b'[server]\nhost = "::1"\nport = 0\ncors_origins = ["https://a.example", "*"]\ntrusted_proxies = ["10.0.0.0/8"]'
        b"\n"
        b'public_url = "https://a.example/x"\ntls_cert_file = "c"\ntls_key_file = "k"\n[log]\nlevel = "debug"\n'
        b'[limits]\nrequests_per_minute = 5\n[starter]\nenabled = false\naward_usd = 1.50\n[artifacts]\ncache = "/x"\n'
    )
    yield b'[[provider]]\nname = "x"\nbase_url = "http://x"\napi_key_env = "BOTH"\n'
    yield b'[[provider]]\nname = "x"\nbase_url = "http://x"\napi_key_env = "ENDLESS"\n'
    yield b'\xef\xbb\xbfserver.port = 1\nserver."host" = \'a\'\nmodel = [{name="a",deployments=[]}]\n'
