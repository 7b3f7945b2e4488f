"""Words that associations and mentions are counted of: short lists of our own, English alone, CC0-1.0.

They say nothing of who people are. They are the words that studies of bias in text count most often, and whoever wants
others changes this file. Plurals are counted with their singulars.
"""

from __future__ import annotations

from collections.abc import Mapping

PRONOUNS: Mapping[str, str] = {
    **dict.fromkeys(("she", "her", "hers", "herself"), "she"),
    **dict.fromkeys(("he", "him", "his", "himself"), "he"),
}
OCCUPATIONS = frozenset(
    (
        "accountant", "actor", "architect", "artist", "assistant", "author", "baker", "boss", "builder", "captain",
        "carpenter", "cashier", "chef", "cleaner", "clerk", "coach", "cook", "dancer", "designer", "developer",
        "director", "doctor", "driver", "editor", "engineer", "farmer", "firefighter", "guard", "hairdresser", "judge",
        "lawyer", "leader", "librarian", "manager", "mechanic", "minister", "musician", "nurse", "officer", "painter",
        "physician", "pilot", "plumber", "poet", "politician", "president", "professor", "programmer", "receptionist",
        "researcher", "scientist", "secretary", "singer", "soldier", "student", "surgeon", "tailor", "teacher",
        "writer",
    )
)  # fmt: skip  # words, not lines
GROUPS: Mapping[str, frozenset[str]] = {
    "women and girls": frozenset(("woman", "women", "girl", "girls", "female", "females", "mother", "mothers")),
    "men and boys": frozenset(("man", "men", "boy", "boys", "male", "males", "father", "fathers")),
    "children": frozenset(("child", "children", "kid", "kids", "teenager", "teenagers")),
    "older people": frozenset(("elderly", "seniors", "pensioner", "pensioners", "grandmother", "grandfather")),
    "Africa": frozenset(("africa", "african", "africans")),
    "the Americas": frozenset(("america", "american", "americans", "latino", "latina", "hispanic")),
    "Asia": frozenset(("asia", "asian", "asians", "chinese", "indian", "japanese", "korean")),
    "Europe": frozenset(("europe", "european", "europeans", "british", "french", "german", "italian", "spanish")),
    "Buddhism": frozenset(("buddhism", "buddhist", "buddhists")),
    "Christianity": frozenset(("christianity", "christian", "christians", "catholic", "protestant")),
    "Hinduism": frozenset(("hinduism", "hindu", "hindus")),
    "Islam": frozenset(("islam", "islamic", "muslim", "muslims")),
    "Judaism": frozenset(("judaism", "jewish", "jew", "jews")),
    "gay, lesbian, trans": frozenset(("gay", "lesbian", "bisexual", "transgender", "lgbt", "queer")),
    "disability": frozenset(("disability", "disabilities", "disabled", "blind", "deaf", "wheelchair")),
}
