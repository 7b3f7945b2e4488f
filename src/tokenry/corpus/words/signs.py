"""Signs that are no letters: those that end a sentence in any script, and those that make no word."""

from __future__ import annotations

import sys

import regex

# FineWeb's list is Unicode's Sentence_Terminal; its tables grow by a sign or two a year, in scripts that few pages use.
_TERMINAL = regex.compile(r"\p{Sentence_Terminal}")
STOPS = tuple(
    _TERMINAL.findall("".join(map(chr, range(0xD800))) + "".join(map(chr, range(0xE000, sys.maxunicode + 1))))
)

# The signs that CCNet strips (Wenzek et al., 2019), control characters among them; the full-width 1 is in its list.
_STRIPPED = "!/—”:％１〈&(、━\\【#%「」，】；+^]~“《„';’{|∶´[=-`*．（–？！：$～«〉,><》)?）。…@_.\"}►»"
_CONTROL = [chr(code) for first, last in ((0, 9), (11, 13), (13, 32), (127, 160)) for code in range(first, last)]
PUNCTUATION = frozenset((*_STRIPPED, *_CONTROL, *STOPS))
