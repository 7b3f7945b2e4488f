"""Verify that a text is, or is not, in a training set, with nothing but `cryptography` and the signer's public key.

    python verify_corpus_proof.py proof.json text.txt KEY [ROOT]

KEY is the public key in hex, from the signer and not from the proof; ROOT, the sha256 of the root that you expect.
Exit code 0: the proof holds; 1: it does not; 2: something cannot be read.
"""

import json
import sys
import unicodedata
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FIELDS = {"type", "version", "digest", "included", "leaves", "root"}


def canonical(document):
    """The bytes that are signed and hashed."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def root_of(leaf, size):
    """The root that a leaf's way leads to in a tree of `size` leaves (RFC 6962, section 2.1)."""
    made, at, width = sha256(b"\0" + bytes.fromhex(leaf["entry"])), leaf["index"], size
    path = [bytes.fromhex(one) for one in leaf["path"]]
    if type(at) is not int or not 0 <= at < size:
        raise ValueError("there is no such leaf")
    while width > 1:
        if at % 2:
            made = sha256(b"\1" + path.pop(0) + made.digest())
        elif at + 1 < width:  # the last of an odd level has nobody beside it
            made = sha256(b"\1" + made.digest() + path.pop(0))
        at, width = at // 2, (width + 1) // 2
    if path or set(leaf) != {"index", "entry", "path"}:
        raise ValueError("a leaf has more than a way up")
    return made.hexdigest()


def included(entry, leaves, tree):
    """Whether the leaves show that an entry is there (True) or absent (False). Raises ValueError: neither."""
    if any(root_of(leaf, tree["size"]) != tree["root"] for leaf in leaves):
        raise ValueError("a leaf does not lead to the root")
    entries, places = [bytes.fromhex(leaf["entry"]) for leaf in leaves], [leaf["index"] for leaf in leaves]
    if entries == [entry]:
        return True
    if len(leaves) < 2:  # at an end
        enclosed = places == [0 if entry < entries[0] else tree["size"] - 1] if leaves else tree["size"] == 0
    else:
        enclosed = len(leaves) == 2 and entries[0] < entry < entries[1] and places[0] + 1 == places[1]
    if not enclosed:
        raise ValueError("the leaves do not enclose the entry")
    return False


def verify(proof, text, key, expected):
    """Raises InvalidSignature, or IndexError, KeyError, TypeError, ValueError for what does not hold."""
    statement, form = proof["root"]["statement"], " ".join(unicodedata.normalize("NFC", text).split())
    if set(proof) != FIELDS or (proof["type"], proof["version"]) != ("tokenry.corpus.proof", 1):
        raise ValueError("another kind of proof")
    if (statement["type"], statement["version"], statement["key"]) != ("tokenry.corpus.root", 1, key):
        raise ValueError("the root is not signed by this key")
    signature = bytes.fromhex(proof["root"]["signature"])
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, canonical(statement))
    root = sha256(canonical(proof["root"])).hexdigest()
    if set(proof["root"]) != {"statement", "signature"} or expected not in {"", root}:
        raise ValueError("another root")
    digest = sha256(form.encode())
    if digest.hexdigest() != proof["digest"]:
        raise ValueError("the proof is about another text")
    if included(digest.digest(), proof["leaves"], statement["documents"]) is not proof["included"]:
        raise ValueError("the leaves show the contrary")
    return statement


def main(proof, text, key, expected=""):
    """Say what came of it; the exit code."""
    try:
        proof, text = json.loads(Path(proof).read_bytes()), Path(text).read_bytes().decode()
        said = verify(proof, text, key, expected)
    except (InvalidSignature, IndexError, KeyError, TypeError, ValueError, RecursionError) as error:
        print(f"DOES NOT HOLD: {str(error) or 'the signature does not fit'}")
        return 1
    except OSError as error:
        print(f"cannot be read: {error}")
        return 2
    print(f"holds: exactly this text is {'IN' if proof['included'] else 'NOT IN'} the set of root {said['number']}")
    print("Not checked: near copies, other forms of the text, when it was signed, what a model learned from.")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) in (4, 5) else __doc__)
