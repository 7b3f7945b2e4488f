"""How the pages come into the package: once for each state of their sources, never half, never by a strange licence."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

import pytest

from tests.tidy.house import ROOT
from web.packing import building
from web.packing.building import CannotBuild, Site, build, fingerprint, is_built
from web.packing.licences import NotAllowed, packages, third_party


def sources(root: Path) -> Site:
    """A small `web/` with one package installed."""
    site = Site(root)
    package = site.web / "node_modules" / "useful"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "useful", "version": "1.0.0", "license": "MIT"}')
    (package / "LICENSE").write_text("MIT License\n\nPermission is hereby granted")
    entry = {"version": "1.0.0", "license": "MIT"}
    lock = {"packages": {"": {}, "node_modules/useful": entry}}
    (site.web / "package-lock.json").write_text(json.dumps(lock))
    (site.web / "node_modules" / ".package-lock.json").write_text(json.dumps(lock))
    (site.web / "src").mkdir()
    (site.web / "src" / "main.ts").write_text("export {};")
    return site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The same, where Vite takes no time and makes one page of `main.ts`."""
    site = sources(tmp_path)

    def node(_: Site, __: int, *words: str) -> None:
        if words[0].endswith("vite.js"):
            out = Path(words[words.index("--outDir") + 1])
            out.mkdir(parents=True)
            (out / "index.html").write_text((site.web / "src" / "main.ts").read_text())

    monkeypatch.setattr(building, "_node", node)
    return site


def test_what_is_built_of_changes_with_names_and_bytes_and_not_with_tests(site: Site) -> None:
    before = fingerprint(site)
    (site.web / "src" / "main.test.ts").write_text("test")
    (site.web / "node_modules" / "x").write_text("x")
    assert fingerprint(site) == before
    (site.web / "src" / "main.ts").rename(site.web / "src" / "other.ts")
    renamed = fingerprint(site)
    (site.web / "src" / "other.ts").write_text("export { };")
    assert len({before, renamed, fingerprint(site)}) == 3


def test_it_is_built_once_for_each_state(site: Site) -> None:
    assert not is_built(site)
    assert build(site)
    assert (site.dist / "index.html").read_text() == "export {};"
    assert "useful 1.0.0" in (site.dist / "THIRD-PARTY.txt").read_text()
    assert is_built(site)
    assert not build(site)
    (site.web / "src" / "main.ts").write_text("export const x = 1;")
    assert not is_built(site)
    assert build(site)
    assert (site.dist / "index.html").read_text() == "export const x = 1;"
    assert sorted(path.name for path in site.work.iterdir()) == ["lock"], "nothing is left behind"


def test_what_changes_during_a_build_is_built_the_next_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def install(_: Site) -> None:
        (site.web / "src" / "late.ts").write_text("late")

    monkeypatch.setattr(building, "_install", install)
    assert build(site)
    assert not is_built(site)


def test_a_build_that_fails_or_was_killed_leaves_what_was_there(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    build(site)
    (site.web / "src" / "main.ts").write_text("broken")

    def fails(*_: object) -> None:
        raise CannotBuild("no")

    left = site.work / "new-1"
    left.mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(building, "_node", fails)
        with pytest.raises(CannotBuild):
            build(site)
    assert (site.dist / "index.html").read_text() == "export {};"
    assert not left.exists()


def test_of_builds_at_the_same_time_one_does_the_work(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, done = threading.Barrier(4), []
    monkeypatch.setattr(building, "_install", lambda _: None)

    def one() -> None:
        gate.wait(10)
        done.append(build(site))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(done) == [False, False, False, True]


def test_source_maps_are_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def node(_: Site, __: int, *words: str) -> None:
        out = Path(words[words.index("--outDir") + 1])
        out.mkdir(parents=True)
        (out / "a.js.map").write_text("{}")

    monkeypatch.setattr(building, "_node", node)
    with pytest.raises(CannotBuild, match=r"a\.js\.map"):
        build(site)
    assert not site.dist.exists()


def test_packages_are_installed_when_they_are_not_those_of_the_lock_file(site: Site) -> None:
    assert building._is_installed(site.web)
    lock = site.web / "package-lock.json"
    kept = lock.read_text()
    lock.write_text(kept.replace("1.0.0", "1.0.1"))
    assert not building._is_installed(site.web)
    whole = json.loads(kept)
    whole["packages"]["node_modules/other-system"] = {"version": "1.0.0", "optional": True}
    lock.write_text(json.dumps(whole))
    assert building._is_installed(site.web)
    (site.web / "node_modules" / ".package-lock.json").unlink()
    assert not building._is_installed(site.web)


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "MIT AND GPL-3.0-only", None, {"type": "MIT"}, "SEE LICENSE IN x"])
def test_a_package_that_we_may_not_pass_on_stops_the_build(site: Site, licence: object) -> None:
    about = {"name": "useful", "version": "1.0.0", "license": licence}
    (site.web / "node_modules/useful/package.json").write_text(json.dumps(about))
    with pytest.raises(CannotBuild, match=r"useful 1\.0\.0"):
        build(site)
    with pytest.raises(NotAllowed):
        third_party(site.web)


@pytest.mark.parametrize("licence", ["MIT", "(MPL-2.0 OR Apache-2.0)", "MIT AND ISC"])
def test_one_of_the_choices_is_enough(site: Site, licence: str) -> None:
    about = {"name": "useful", "version": "1.0.0", "license": licence}
    (site.web / "node_modules/useful/package.json").write_text(json.dumps(about))
    assert [package.title for package in packages(site.web)] == ["useful 1.0.0"]


def test_a_registry_that_cannot_be_reached_is_named_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = sources(tmp_path)
    (site.web / "node_modules" / ".package-lock.json").unlink()
    program = tmp_path / "bin" / "node"
    program.parent.mkdir()
    said = "npm error code ENOTFOUND\nnpm error network request to https://registry.invalid/x failed\n"
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.stderr.write({said!r})\nsys.exit(1)\n")
    program.chmod(0o755)
    monkeypatch.setattr(building, "_node_folder", lambda: tmp_path)
    with pytest.raises(CannotBuild) as caught:
        build(site)
    words = str(caught.value)
    assert "request to https://registry.invalid/x failed" in words
    assert "NPM_CONFIG_REGISTRY" in words
    assert "TOKENRY_WITHOUT_PAGES=1" in words


def test_the_lock_file_names_every_package_for_every_system() -> None:
    locked = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))["packages"]
    names = {path.rpartition("node_modules/")[2] for path in locked}
    wanted = {name for entry in locked.values() for name in entry.get("optionalDependencies", ())}
    assert not wanted - names, "what one machine's registry lacks, another system needs: `npm ci` would refuse"


def test_the_lock_file_names_no_registry() -> None:
    locked = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert not [path for path, entry in locked.items() if "resolved" in entry]
