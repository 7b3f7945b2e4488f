"""What devices sign, read and checked by the `webauthn` library: the edge at which its types and errors end.

The person must be recognised by the device (user verification), and the passkey must be found without a name
(discoverable), so that nobody types one and no page tells whose addresses are known. Attestations are not asked for:
whose make a device is, is none of our business.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import webauthn
from webauthn.helpers import (
    base64url_to_bytes,
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tokenry.access.directory import User
from tokenry.access.passkeys.passkeys import Made, Options, Passkey, PasskeyRefused, Shown
from tokenry.access.passkeys.site import Site

TIMEOUT_MS = 120_000
TITLE = "Tokenry"
_TRANSPORTS_MAX = 10
T = TypeVar("T")


class Ceremony:
    """Implements `Verifier`."""

    def creation(self, site: Site, user: User, challenge: bytes, known: list[bytes]) -> Options:
        """See Verifier."""
        options = webauthn.generate_registration_options(
            rp_id=site.name,
            rp_name=TITLE,
            user_name=user.email or user.name,
            user_display_name=user.name,
            user_id=user.id.encode(),
            challenge=challenge,
            timeout=TIMEOUT_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        )
        return options_to_json_dict(options)

    def request(self, site: Site, challenge: bytes) -> Options:
        """See Verifier."""
        options = webauthn.generate_authentication_options(
            rp_id=site.name,
            challenge=challenge,
            timeout=TIMEOUT_MS,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    def challenge_of(self, shown: Shown) -> bytes:
        """See Verifier."""
        response = shown.get("response")
        told = response.get("clientDataJSON") if isinstance(response, dict) else None
        if not isinstance(told, str):
            raise PasskeyRefused("What the browser sent is no passkey: it has no `clientDataJSON`.")
        return _read(lambda: parse_client_data_json(base64url_to_bytes(told)).challenge)

    def made(self, site: Site, challenge: bytes, shown: Shown) -> Made:
        """See Verifier."""

        def check() -> Made:
            read = parse_registration_credential_json(_checked(shown))
            found = webauthn.verify_registration_response(
                credential=read,
                expected_challenge=challenge,
                expected_rp_id=site.name,
                expected_origin=list(site.origins),
                require_user_verification=True,
            )
            transports = [one.value for one in read.response.transports or ()][:_TRANSPORTS_MAX]
            return Made(
                found.credential_id,
                found.credential_public_key,
                found.sign_count,
                found.credential_backed_up,
                transports or None,
            )

        return _read(check)

    def credential_of(self, shown: Shown) -> tuple[bytes, str]:
        """See Verifier."""

        def find() -> tuple[bytes, str]:
            read = parse_authentication_credential_json(_checked(shown))
            return read.raw_id, (read.response.user_handle or b"").decode()

        return _read(find)

    def counted(self, site: Site, challenge: bytes, shown: Shown, passkey: Passkey) -> int:
        """See Verifier."""
        return _read(
            lambda: (
                webauthn.verify_authentication_response(
                    credential=_checked(shown),
                    expected_challenge=challenge,
                    expected_rp_id=site.name,
                    expected_origin=list(site.origins),
                    credential_public_key=passkey.public_key,
                    credential_current_sign_count=passkey.sign_count,
                    require_user_verification=True,
                ).new_sign_count
            )
        )


def _checked(shown: Shown) -> dict[str, Any]:
    """What the library reads of it, as plain values of the types that it takes for granted."""
    response = shown.get("response")
    if not isinstance(response, dict) or not all(isinstance(shown.get(one), str) for one in ("id", "rawId", "type")):
        raise PasskeyRefused("What the browser sent is no passkey: `id`, `rawId`, `type` and `response` are needed.")
    transports = response.get("transports")
    if isinstance(transports, list):
        response = {**response, "transports": [one for one in transports if isinstance(one, str)]}
    return {**shown, "response": response}


def _read(work: Callable[[], T]) -> T:
    """Everything that comes from a browser is hostile: whatever the library trips over is a refusal."""
    try:
        return work()
    except WebAuthnException as error:
        raise PasskeyRefused(f"The passkey is not accepted: {str(error)[:200]}.") from None
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, OverflowError) as error:
        raise PasskeyRefused("What the browser sent cannot be read as a passkey.") from error
