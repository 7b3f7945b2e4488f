"""Certificates of milestones, each signed once or anew under another name, and the public keys to verify them with."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, UniqueConstraint

from tokenry.storage.tables.base import identity, metadata, moment

certificate_keys = Table(
    "certificate_keys",
    metadata,
    identity(),  # the public key's thumbprint, as RFC 7638 makes it
    Column("public", String, nullable=False),  # 32 bytes, base64url
    moment("created_at", required=True),
    moment("retired_at"),
)

certificates = Table(
    "certificates",
    metadata,
    identity(),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("threshold", BigInteger, nullable=False),  # tokens
    Column("edition", BigInteger, nullable=False),  # 1, and one more each time that it is signed anew
    Column("statement", String, nullable=False),  # canonical JSON: what is signed, byte for byte
    Column("signature", String, nullable=False),  # base64url
    Column("key_id", ForeignKey("certificate_keys.id"), nullable=False),
    moment("issued_at", required=True),
    UniqueConstraint("organization_id", "threshold"),
)
