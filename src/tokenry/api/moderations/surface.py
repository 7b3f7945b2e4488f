"""`POST /v1/moderations`: how a request is read, and which model is meant when it names none."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tokenry.access import Principal, model_allowed
from tokenry.api.moderations.fields import Moderation
from tokenry.api.openai.fields import Part
from tokenry.api.openai.parse import read_json
from tokenry.api.surfaces import OPENAI_WORDS, Asked, Words
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.gateway import Endpoint, Inference
from tokenry.router import Router

_moderation = msgspec.json.Decoder(Moderation)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TAKEN = frozenset({"input", "model", "user", "metadata"})  # anything else might have the engine do what is not counted


class NoModerationModel(NotFound):
    """No moderation model is served, or none that this key may use."""

    code = "model_not_found"


class ModerationsSurface:
    """See `surfaces.Surface`."""

    def __init__(self, router: Router) -> None:
        self._router = router

    @property
    def endpoint(self) -> Endpoint:
        """See Surface."""
        return "moderations"

    @property
    def words(self) -> Words:
        """See Surface."""
        return OPENAI_WORDS

    def authorization(self, headers: Mapping[bytes, bytes]) -> bytes | None:
        """See Surface."""
        return headers.get(b"authorization")

    async def read(self, asked: Asked) -> Inference:
        """See Surface."""
        moderation = read_json(_moderation, asked.body)
        fields = read_json(_members, asked.body)
        for name in fields:
            if name not in _TAKEN:
                raise InvalidRequest(f"{name[:100]!r} is not taken by this endpoint", param=name[:100])
        model = self._model(moderation.model, asked.principal)
        request = Inference("moderations", fields, model, len(asked.body))
        parts = moderation.input if isinstance(moderation.input, list) else []
        kinds = [part.type for part in parts if isinstance(part, Part)]
        request.media = kinds.count("image_url")
        request.opaque = len([kind for kind in kinds if kind not in ("image_url", "text")])
        return request

    def _model(self, name: str | None, principal: Principal) -> str:
        """The model that is meant. A name that nothing bears is refused in words of this endpoint where it has none."""
        catalogue = self._router.catalogue
        if name is not None and catalogue.resolve(name) is not None:
            return name
        known = [entry for entry in catalogue.models if entry.kind == "moderation"]
        allowed = [entry.name for entry in known if model_allowed(principal, *entry.names)]
        if name is not None and allowed:
            return name  # the gateway says which name comes close
        if not allowed:
            raise NoModerationModel(
                "no moderation model is served here"
                + (" that this key may use. " if known else ". ")
                + 'Whoever runs the server adds one: a [[model]] with kind = "moderation", an input price, and a '
                "deployment at a provider that has /v1/moderations",
                param="model",
            )
        return allowed[0]
