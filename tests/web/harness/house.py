"""A running Tokenry with people in it: an owner who took the link of the first start, members who were invited."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.harness import Server, configured, scripted
from tests.web.harness.people import Person

CONFIGURATION = configured(
    scripted("chatty", "words=40&delay_ms=1"),
    scripted("brief", "words=5", price="input = 0.5, output = 1"),
)
_LINK = re.compile(r"https?://\S+/sign-in/link/[\w-]+")


class House:
    """One server in a folder of its own.

    Attributes:
        owner: who came in by the link of the first start.
        project: the id of the project that the first start made, which has money to spend.
    """

    def __init__(self, folder: Path, config: str = CONFIGURATION) -> None:
        self.server = Server(folder, config).start()
        found = _LINK.search(self.server.log.read_text(encoding="utf-8"))
        assert found is not None, "the first start shows no link to sign in by"
        self.people: list[Person] = []
        self.owner = self._person("Ada").begin(urlsplit(found[0]).path)
        self.project = str(self.owner.get("/v1/organization/projects")["data"][0]["id"])

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.server.url

    def invite(self, name: str, role: str = "member", *, in_project: bool = True) -> Person:
        """Somebody new, signed in: of a role in the organization, and in its first project unless said otherwise."""
        projects = [{"id": self.project, "role": "member"}] if in_project else []
        person = self._person(name)
        made = self.owner.post("/v1/organization/invites", email=person.email, role=role, projects=projects)
        return person.begin(f"/invite/{made['token']}")

    def _person(self, name: str) -> Person:
        person = Person(self.url, name)
        self.people.append(person)
        return person

    def close(self) -> None:
        """Everybody leaves, the server ends, and its books are sound."""
        for person in self.people:
            person.close()
        assert self.server.stop() == 0, self.server.log.read_text(encoding="utf-8")
        report = self.server.check()
        assert report["ok"], report
