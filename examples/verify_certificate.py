"""Verify a milestone's certificate, with nothing but `cryptography` and the issuer's public keys.

    python verify_certificate.py certificate.json keys.json

The keys are what the issuer's server gives at /verify/keys.json; an https:// address is fetched.
Exit code 0: genuine; 1: forged, changed, or no certificate; 2: something cannot be read.
"""

import json
import sys
from base64 import urlsafe_b64decode
from pathlib import Path
from urllib.request import urlopen

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def read(place):
    """The JSON in a file, or at an address."""
    if place.startswith("https://"):
        with urlopen(place, timeout=30) as answer:  # noqa: S310 - https alone, and whoever runs this typed it
            return json.loads(answer.read(1_000_000))
    return json.loads(Path(place).read_bytes())


def unpacked(text):  # base64url without padding
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verify(certificate, keys):
    """What is signed. Raises InvalidSignature, or KeyError, TypeError, ValueError for what is no certificate."""
    statement = certificate["statement"]
    if statement["type"] != "tokenry.milestone" or statement["version"] != 1:
        raise ValueError("another kind of statement")
    key = next((key for key in keys["keys"] if key["kid"] == statement["key_id"]), None)
    if key is None:
        raise ValueError(f"the issuer has no key {statement['key_id']}")
    signed = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    Ed25519PublicKey.from_public_bytes(unpacked(key["x"])).verify(unpacked(certificate["signature"]), signed)
    return statement


def main(certificate, keys):
    """Say what came of it; the exit code."""
    try:
        said = verify(read(certificate), read(keys))
    except (InvalidSignature, KeyError, TypeError, ValueError, RecursionError) as error:
        print(f"FORGED or no certificate: {str(error) or 'the signature does not fit what it says'}")
        return 1
    except OSError as error:
        print(f"cannot be read: {error}")
        return 2
    print(f"genuine: {said['organization']} has processed {said['threshold_tokens']:,} tokens")
    print(f"reached {said['reached_at']}, issued by {said['issuer']} as {said['id']}, key {said['key_id']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else __doc__)
