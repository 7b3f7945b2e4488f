"""How keyed routes are asked: forms as bytes, a route's own example, keys in headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2

from tests.api.organization.stand import Stand
from tokenry.api.keyed import Keyed

BOUNDARY = "edge"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


def part(name: str, value: bytes, more: str = "") -> bytes:
    """One part of a form. `more`: what follows in its Content-Disposition, and further headers."""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


def form(content: bytes, *, fields: Mapping[str, str], file: str = "file", name: str = "notes.txt") -> bytes:
    """A form with a file, as a client sends it."""
    parts = [part(key, value.encode()) for key, value in fields.items()]
    return b"".join([*parts, part(file, content, f'; filename="{name}"'), f"--{BOUNDARY}--\r\n".encode()])


async def send(stand: Stand, path: str, key: str, body: bytes, content_type: str = FORM) -> httpx2.Response:
    """A form as it is."""
    headers = {"authorization": f"Bearer {key}", "content-type": content_type}
    return await stand.client.post(path, content=body, headers=headers)


async def leave(stand: Stand, key: str, content: bytes = b"hello\n", purpose: str = "user_data") -> dict[str, Any]:
    """A file that was left."""
    answer = await send(stand, "/v1/files", key, form(content, fields={"purpose": purpose}))
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def flat(example: Mapping[str, Any]) -> dict[str, str]:
    """A route's example as the fields of a form."""
    found: dict[str, str] = {}
    for name, value in example.items():
        if isinstance(value, Mapping):
            found |= {f"{name}[{inner}]": told for inner, told in flat(value).items()}
        else:
            found[name] = str(value)
    return found


async def ask(stand: Stand, route: Keyed, path: str, headers: Mapping[str, str]) -> httpx2.Response:
    """A route with the example that its document has."""
    if route.form is not None:
        body = form(b"content", fields=flat(route.example or {}), file=route.form.file)
        return await stand.client.request(route.method, path, content=body, headers={**headers, "content-type": FORM})
    more: dict[str, Any] = {} if route.takes is None else {"json": route.example or {}}
    return await stand.client.request(route.method, path, headers=dict(headers), **more)
