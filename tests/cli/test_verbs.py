"""Verbs over a data folder that no server owns: what they print, what they refuse."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.cli.conftest import Tokenry
from tokenry.cli import client, doctor, uninstall
from tokenry.config import Config, parse
from tokenry.storage import FolderLock, prepare


def test_a_key_is_made_once_shown_once_and_revoked(tokenry: Tokenry) -> None:
    made = tokenry("key", "create", "--name", "alice", "--budget", "1.000000001", "--models", "a,b", "--json").json
    assert {"id", "key"} <= set(made)
    assert made["models"] == ["a", "b"]
    assert made["budgets"][0]["limit_usd"] == "1.000000001"
    listed = tokenry("key", "list")
    assert "$1.000000001" in listed.out
    assert made["key"] not in listed.out
    assert made["key"] not in tokenry("key", "show", "alice").out
    assert tokenry("key", "revoke", "alice").code == 0
    assert tokenry("key", "list", "--json").json == {"keys": []}
    assert [key["state"] for key in tokenry("key", "list", "--all", "--json").json["keys"]] == ["revoked"]


def test_the_text_of_a_new_key_stands_whole_in_plain_output(tokenry: Tokenry) -> None:
    made = tokenry("key", "create", "--name", "alice")
    (key,) = [word for word in made.out.split() if word.startswith("sk-tok-") and len(word) > 20]
    assert tokenry("key", "show", key).code == 0


@pytest.mark.parametrize(
    "words",
    [
        "key list",
        "award list",
        "budget list",
        "project list",
        "models list",
        "prices show",
        "usage",
        "requests",
        "status",
    ],
)
def test_listings_fit_80_columns_and_have_a_document(tokenry: Tokenry, words: str) -> None:
    assert tokenry("project", "create", "--name", "a project with a name that is rather long to look at").code == 0
    long = "a key with a name that is rather long to look at in a table"
    assert tokenry("key", "create", "--name", long, "--budget", "12345.678901234").code == 0
    assert tokenry("award", "create", "--name", "spring in the year of the long names", "--usd", "123456.789").code == 0
    ran = tokenry(*words.split())
    assert ran.code == 0
    assert max(map(len, ran.out.splitlines())) <= 80
    assert ran.out == "\n".join(line.rstrip() for line in ran.out.splitlines()) + "\n"
    assert isinstance(tokenry(*words.split(), "--json").json, dict)


def test_awards_and_budgets_follow_what_is_typed(tokenry: Tokenry) -> None:
    assert "$2.50 of $2.50" in tokenry("award", "create", "--name", "trial", "--usd", "2.50", "--expires", "10d").out
    assert "suspended" in tokenry("award", "suspend", "trial").out
    assert "active" in tokenry("award", "resume", "trial").out
    assert tokenry("award", "add", "trial", "--usd", "0.5", "--json").json["issued_usd"] == "3.00"
    made = tokenry("budget", "set", "--project", "default", "--limit", "50", "--window", "day", "--soft", "--json").json
    assert (made["scope"], made["window"], made["hard"], made["limit_usd"]) == ("project", "day", False, "50.00")
    assert tokenry("budget", "set", made["id"], "--limit", "75", "--json").json["limit_usd"] == "75.00"
    assert "closed" in tokenry("budget", "close", made["id"]).out
    assert "There are no budgets" in tokenry("budget", "list").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("key show nobody", "nobody"),
        ("key create --name a --budget much", "budget"),
        ("award add nope --usd 1", "award list"),
        ("receipt req_x", "no receipt"),
        ("reload", "no server"),
        ("requests --tail", "tokenry serve"),
        ("usage --by moon", "moon"),
    ],
)
def test_a_refusal_is_one_line_on_stderr_and_1(tokenry: Tokenry, words: str, said: str) -> None:
    assert tokenry("key", "create", "--name", "first").code == 0
    ran = tokenry(*words.split())
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: ")
    assert ran.err.count("\n") == 1
    assert said in ran.err


def test_a_listing_makes_no_data_folder(tokenry: Tokenry, data: Path) -> None:
    ran = tokenry("key", "list")
    assert (ran.code, data.exists()) == (1, False)
    assert "tokenry serve" in ran.err


def test_a_folder_that_is_owned_but_not_answered_for_is_told_in_one_line(
    tokenry: Tokenry, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tokenry("key", "create", "--name", "a").code == 0
    monkeypatch.setattr(client, "STARTING_S", 0.0)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(data / "run" / "admin.sock"))  # a file that nobody listens on
        with FolderLock(data):
            ran = tokenry("key", "list")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "in use by process" in ran.err
    assert "admin.sock" in ran.err
    assert tokenry("key", "list").code == 0


def test_init_writes_a_file_that_changes_nothing_and_never_twice(tokenry: Tokenry, data: Path, tmp_path: Path) -> None:
    assert tokenry("init").code == 0
    written = data / "tokenry.toml"
    assert parse(written.read_text(), source="x") == Config()
    written.write_text("# mine\n")
    again = tokenry("init")
    assert again.code == 1
    assert "is there already" in again.err
    assert written.read_text() == "# mine\n"
    assert tokenry("init", "--config", str(tmp_path / "no" / "folder.toml")).code == 1


def test_config_check_names_every_mistake_on_a_line_of_its_own(tokenry: Tokenry, tmp_path: Path) -> None:
    file = tmp_path / "t.toml"
    file.write_text("[server]\nprot = 1\n[limits]\nrequests_per_minute = 0\n")
    ran = tokenry("config", "check", "--config", str(file))
    assert ran.code == 1
    assert [line.startswith(f"error: {file}:") for line in ran.err.splitlines()] == [True, True]
    assert len(tokenry("config", "check", "--config", str(file), "--json").json["problems"]) == 2
    file.write_text('[[provider]]\nname = "p"\ndialect = "llama.cpp"\nmodel = "no-such-model"\n')
    assert "no-such-model" in tokenry("config", "check", "--config", str(file)).err
    file.write_text("")
    assert tokenry("config", "check", "--config", str(file)).code == 0


def test_pull_lists_the_catalogue_and_names_the_nearest(tokenry: Tokenry) -> None:
    listed = tokenry("pull", "--list", "--json").json
    assert {"smollm2-135m", "gpt-oss-20b"} <= {one["name"] for one in listed["artifacts"]}
    shown = tokenry("pull", "--list").out
    assert max(map(len, shown.splitlines()[:-1])) <= 80
    assert [one["name"] for one in listed["artifacts"] if one["kind"] == "whisper"] == [
        line.split()[0] for line in shown.splitlines() if line.startswith("whisper-")
    ]
    ran = tokenry("pull", "gpt-oss-20")
    assert ran.code == 1
    assert "gpt-oss-20b" in ran.err


def a_cached_model(cache: Path) -> Path:
    blob = cache / "sha256" / ("ab" * 32)
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"weights")
    return blob


def test_uninstall_shows_first_and_removes_only_what_is_ours(tokenry: Tokenry, data: Path, tmp_path: Path) -> None:
    assert tokenry("key", "create", "--name", "a").code == 0
    blob = a_cached_model(tmp_path / "cache")
    (data / "notes.txt").write_text("mine")
    (data / "blobs" / "ab").mkdir(parents=True)
    (data / "blobs" / "ab" / ("ab" * 32)).write_text("a file of a project's")
    shown = tokenry("uninstall", "--json").json
    assert not shown["removed"]
    assert [Path(spot["path"]) for spot in shown["places"]] == [data, tmp_path / "cache"]
    assert (data / "ledger.db").exists()
    removed = tokenry("uninstall", "--yes")
    assert removed.code == 0
    assert "notes.txt" in removed.out
    assert "--models" in removed.out
    assert [path.name for path in data.iterdir()] == ["notes.txt"]
    assert blob.exists()


def test_uninstall_removes_the_shared_models_when_told(tokenry: Tokenry, data: Path, tmp_path: Path) -> None:
    blob = a_cached_model(tmp_path / "cache")
    (tmp_path / "cache" / "artifacts").mkdir()
    (tmp_path / "cache" / "sha256" / "thesis.tex").write_text("mine")
    assert tokenry("key", "create", "--name", "a").code == 0
    ran = tokenry("uninstall", "--yes", "--models", "--json")
    assert [spot["removed"] for spot in ran.json["places"]] == [True, True]
    assert not data.exists()
    assert not blob.exists()
    assert [path.name for path in (tmp_path / "cache").rglob("*")] == ["sha256", "thesis.tex"]


def test_uninstall_refuses_a_folder_that_is_not_tokenrys(tokenry: Tokenry, data: Path, tmp_path: Path) -> None:
    blob = a_cached_model(tmp_path / "cache")
    (data / "run").mkdir(parents=True)
    (data / "lock").write_text("another program's")
    (data / "ledger.db").write_text("another program's")
    for words in (["--yes"], ["--yes", "--models"]):
        ran = tokenry("uninstall", *words)
        assert (ran.code, ran.out) == (1, "")
        assert "is not a data folder of Tokenry" in ran.err
    assert sorted(path.name for path in data.iterdir()) == ["ledger.db", "lock", "run"]
    assert blob.exists()


def test_uninstall_names_units_and_sockets_that_are_left_to_their_owner(
    tokenry: Tokenry, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tokenry("key", "create", "--name", "a").code == 0
    system, user = tmp_path / "system", tmp_path / "home/.config/systemd/user"
    monkeypatch.setattr(uninstall, "SYSTEM_UNITS", system)
    for folder, name in ((system, "tokenry.service"), (system, "other.service"), (user, "tokenry.socket")):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (tmp_path / "http.sock").touch()
    (data / "tokenry.toml").write_text(f'[server]\nunix_socket = "{tmp_path / "http.sock"}"\n')
    left = tokenry("uninstall", "--json").json["left_to_you"]
    paths = [system / "tokenry.service", user / "tokenry.socket", tmp_path / "http.sock"]
    assert [Path(one["path"]) for one in left] == paths
    said = tokenry("uninstall", "--yes")
    assert "systemctl disable --now tokenry.service" in said.out
    assert "systemctl --user disable --now tokenry.socket" in said.out
    assert all(path.exists() for path in paths)


def test_uninstall_with_nothing_there_says_so(tokenry: Tokenry, data: Path) -> None:
    shown = tokenry("uninstall")
    assert (shown.code, "Nothing of Tokenry lies in" in shown.out) == (0, True)
    assert "--yes" not in shown.out
    assert tokenry("uninstall", "--yes").code == 1
    assert not data.exists()


def test_doctor_is_content_with_what_is_well_and_names_what_is_not(
    tokenry: Tokenry, data: Path, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        file = tmp_path / "t.toml"
        file.write_text(f"[server]\nport = {port}\n")
        ran = tokenry("doctor", "--config", str(file), "--json")
        assert ran.code == 1
        wrong = [finding for finding in ran.json["findings"] if finding["state"] == "wrong"]
        assert [str(port) in finding["what"] for finding in wrong] == [True]
        assert all(finding["how"] for finding in wrong)
    assert tokenry("doctor", "--config", str(file)).code == 0
    prepare(data)
    assert tokenry("key", "create", "--name", "a").code == 0
    well = tokenry("doctor", "--config", str(file))
    assert well.code == 0
    assert "the books are sound" in well.out
    file.write_text("nonsense")
    assert tokenry("doctor", "--config", str(file)).code == 1


def test_doctor_says_when_nobody_listens_for_a_provider(tokenry: Tokenry, tmp_path: Path) -> None:
    file = tmp_path / "t.toml"
    with socket.create_server(("127.0.0.1", 0)) as open_port, socket.create_server(("127.0.0.1", 0)) as closed_port:
        ports = [one.getsockname()[1] for one in (open_port, closed_port)]
        closed_port.close()
        file.write_text(
            "[server]\nport = 0\n"
            f'[[provider]]\nname = "up"\nbase_url = "http://127.0.0.1:{ports[0]}/v1"\n'
            f'[[provider]]\nname = "gone"\nbase_url = "http://127.0.0.1:{ports[1]}/v1"\n'
        )
        ran = tokenry("doctor", "--config", str(file), "--json")
    assert ran.code == 1
    (wrong,) = [finding["what"] for finding in ran.json["findings"] if finding["state"] == "wrong"]
    assert "nothing listens for the provider gone" in wrong
    assert any("listens for the provider up" in finding["what"] for finding in ran.json["findings"])


def test_doctor_looks_at_what_the_server_has_read(
    tokenry: Tokenry, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tokenry("key", "create", "--name", "a").code == 0
    answer = tokenry("status", "--json").json
    file = tmp_path / "elsewhere.toml"
    file.write_text("")
    monkeypatch.setattr(doctor, "server_up", lambda _folder: True)
    monkeypatch.setattr(doctor, "ask", lambda *_: {**answer, "serving": True, "config": str(file)})
    told = [finding["what"] for finding in tokenry("doctor", "--json").json["findings"]]
    assert [what for what in told if "onfiguration" in what or "elsewhere" in what] == [
        f"it reads {file}", f"{file} is in order"
    ]  # fmt: skip
    (data / "tokenry.toml").write_text("")
    fresh = {**answer, "serving": True, "config": None, "config_unread": str(data / "tokenry.toml")}
    monkeypatch.setattr(doctor, "ask", lambda *_: fresh)
    told = [finding["what"] for finding in tokenry("doctor", "--json").json["findings"]]
    assert f"it runs by the defaults: {data / 'tokenry.toml'} was made after it had started" in told
    assert not any("it reads" in what for what in told)


def test_doctor_and_status_fit_the_terminal(tokenry: Tokenry) -> None:
    assert tokenry("key", "create", "--name", "a").code == 0
    lines = tokenry("doctor").out.splitlines()
    assert [line for line in lines if len(line) > 80 and " " in line.strip()[7:]] == []


def test_the_starter_is_said_to_serve_beside_models_when_it_is_told_to(tokenry: Tokenry, tmp_path: Path) -> None:
    file = tmp_path / "t.toml"
    models = (
        '[[provider]]\nname = "script"\ndialect = "scripted"\n'
        '[[model]]\nname = "echo"\nprice = { input = 1 }\ndeployments = [{ provider = "script", model = "x" }]\n'
    )
    file.write_text(models)
    assert "starter model" not in tokenry("config", "check", "--config", str(file)).out
    file.write_text(models + "[starter]\nenabled = true\n")
    assert "starter model serves too: [starter] enabled = true" in tokenry("config", "check", "--config", str(file)).out
    assert "There is no configuration file" in tokenry("config", "check").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("usage --by modle", 'by: "modle" is none of key, model, project, user, day, endpoint; did you mean "model"?'),
        ("key create --name a --budget 1 --window year", 'window: "year" is none of day, week, month, total'),
        ("key create --name a --expires soon", "neither a span nor a time; write a span such as"),
    ],
)
def test_a_word_that_is_not_taken_is_answered_with_those_that_are(tokenry: Tokenry, words: str, said: str) -> None:
    assert tokenry("key", "create", "--name", "first").code == 0
    assert said in tokenry(*words.split()).err


def test_notes_about_a_new_key_stand_beside_it_and_not_in_it(tokenry: Tokenry) -> None:
    assert tokenry("key", "create", "--name", "ci", "--bare").err == ""
    again = tokenry("key", "create", "--name", "ci", "--models", "nope", "--bare")
    assert again.out.startswith("sk-tok-")
    assert again.out.count("\n") == 1
    assert "note: no model 'nope' is configured yet" in again.err
    assert "note: another key is called 'ci' too" in again.err
