"""The public pages of certificates, as HTML from plain values. Knows no requests and no rooms."""

from __future__ import annotations

from html import escape

from tokenry.api.certificates.look import facts, frame, told
from tokenry.programmes.certificates import Certificate, Checked, clean_name, spelled, spoken_day

SCRIPT = "examples/verify_certificate.py"


def verified(certificate: Certificate, checked: Checked, address: str | None) -> str:
    """The page of one certificate. `address`: of this page, where it is known."""
    statement = certificate.statement
    at = f"/verify/{escape(statement.id)}"
    alt = (
        f"Certificate: {clean_name(statement.organization)} has processed {spelled(statement.threshold_tokens)} tokens."
    )
    body = (
        told(checked.words, good=checked.genuine)
        + f'<a href="{at}/certificate.svg"><img class="paper" src="{at}/certificate.svg" width="842" height="595" '
        f'alt="{escape(alt)}"></a>'
        f'<nav class="row" aria-label="Downloads">'
        f'<a class="button" href="{at}/certificate.pdf">PDF to print</a>'
        f'<a class="button quiet" href="{at}/certificate.svg?download">SVG</a>'
        f'<a class="button quiet" href="{at}/certificate.json?download">Certificate (JSON)</a>'
        f'<a class="button quiet" href="/verify/keys.json?download">Public keys</a></nav>'
        "<h2>What is signed</h2>" + facts(_said(certificate)) + _offline(address)
        + '<p><a href="/verify">Check a certificate that somebody gave you</a></p>'
    )  # fmt: skip
    return frame(f"{statement.threshold_tokens:,} tokens", body)


def check(checked: Checked | None = None, pasted: str = "") -> str:
    """The page on which anybody may check a certificate that they hold. `checked`: what came of the last one."""
    outcome = ""
    if checked is not None:
        outcome = told(checked.words, good=checked.genuine)
        if checked.certificate is not None:
            heading = "What it says" if checked.genuine else "What it claims"
            outcome += f"<h2>{heading}</h2>" + facts(_said(checked.certificate))
    form = (
        '<h2>Check one</h2><form method="post" action="/verify" enctype="multipart/form-data">'
        '<label for="file">The file <code>certificate.json</code></label>'
        '<input id="file" name="file" type="file" accept=".json,application/json">'
        '<label for="text">or what stands in it</label>'
        f'<textarea id="text" name="text" spellcheck="false" autocomplete="off">{escape(pasted)}</textarea>'
        '<p class="row"><button>Check</button></p></form>'
        '<p class="soft">It is looked at and forgotten. The file is inside the PDF, too, as an attachment, and inside '
        "the SVG, as its metadata.</p>"
    )
    return frame("Check a certificate", outcome + form)


def failed(title: str, words: str) -> str:
    """Something went wrong, and what to do."""
    return frame(title, told(words, good=False) + '<p><a href="/verify">Check a certificate</a></p>')


def _said(certificate: Certificate) -> list[tuple[str, str]]:
    statement = certificate.statement
    edition = f", edition {statement.edition}" if statement.edition > 1 else ""
    position = f"{statement.ledger_position:,}" if statement.ledger_position else "no longer kept"
    return [
        ("Organization", f"<bdi>{escape(clean_name(statement.organization))}</bdi>"),
        ("Tokens processed", f"{statement.threshold_tokens:,} ({spelled(statement.threshold_tokens)})"),
        ("Reached", f"{spoken_day(statement.reached_at)} <span class=soft>{escape(statement.reached_at)}</span>"),
        ("Issued by", f"<bdi>{escape(clean_name(statement.issuer))}</bdi>, {spoken_day(statement.issued_at)}{edition}"),
        ("Certificate", f"<code>{escape(statement.id)}</code>"),
        ("Organization's id", f"<code>{escape(statement.organization_id)}</code>"),
        ("SHA-256 of the request's id", f"<code>{escape(statement.request_sha256)}</code>"),
        ("Position in the ledger", position),
        ("Key", f"<code>{escape(statement.key_id)}</code>"),
        ("Signature, as on the paper", f"<code>{certificate.fingerprint}</code>"),
    ]


def _offline(address: str | None) -> str:
    keys = "/verify/keys.json" if address is None else address.rpartition("/verify/")[0] + "/verify/keys.json"
    return (
        "<h2>Verify it without this server</h2><p>Take the certificate and the public keys once, keep them, and run "
        f"the script <code>{SCRIPT}</code>, which needs Python and the package <code>cryptography</code> alone. Its "
        "exit code is 1 for a certificate that was forged or changed.</p>"
        f"<pre>python verify_certificate.py certificate.json keys.json</pre>"
        f'<p class="soft">The keys: <code>{escape(keys)}</code>. The signature is Ed25519 over the statement as JSON '
        "with sorted names and no blanks, in UTF-8. Compare the key on this page with one that you had from the "
        "issuer by another way, if it matters.</p>"
    )
