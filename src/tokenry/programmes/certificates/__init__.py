"""Certificates of milestones: signed once each, kept, drawn, and verified by whoever asks."""

from tokenry.programmes.certificates.checking import Checked, check, judge
from tokenry.programmes.certificates.keys import FILE_NAME, KeyRing, PublicKey, key_set
from tokenry.programmes.certificates.numerals import short, spelled
from tokenry.programmes.certificates.printing import MEDIA, Form, printed, undrawable
from tokenry.programmes.certificates.register import Named, Reached, Register
from tokenry.programmes.certificates.statement import (
    DOCUMENT_SIZE_MAX,
    Certificate,
    NotACertificate,
    Statement,
    canonical,
    clean_name,
    document,
    spoken_day,
)

__all__ = [
    "DOCUMENT_SIZE_MAX",
    "FILE_NAME",
    "MEDIA",
    "Certificate",
    "Checked",
    "Form",
    "KeyRing",
    "Named",
    "NotACertificate",
    "PublicKey",
    "Reached",
    "Register",
    "Statement",
    "canonical",
    "check",
    "clean_name",
    "document",
    "judge",
    "key_set",
    "printed",
    "short",
    "spelled",
    "spoken_day",
    "undrawable",
]
