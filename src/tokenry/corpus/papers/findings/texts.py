"""What texts say: pronouns beside occupations, groups that are mentioned, words that stand out in a domain.

All of it is counted on a sample of the kept documents, the same each time, of `SAMPLE_CHARACTERS` at most: memory does
not grow with the set. Words are runs of letters in lower case.

- Association: of the mentions of an occupation in English, how many have `she` (or `he`) within ten words on either
  side, against how many blocks of 21 words have it anywhere: pointwise mutual information in bits (K. W. Church and
  P. Hanks, Computational Linguistics 16, 1990), with half a mention added to what was seen and to what was to be
  expected, so that few mentions stay near 0, which is no more than anywhere.
- Mention: documents in English in which one of a group's words stands.
- Standing out: log-odds of a word in a domain against all others, with the whole sample as prior, by its z-score
  (B. L. Monroe, M. P. Colaresi and K. M. Quinn, "Fightin' Words", Political Analysis 16, 2008). Documents of the set's
  most common language alone, and no word that stands in more than a fifth of them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log, log2, sqrt
from typing import NamedTuple

from tokenry.corpus.papers.findings.lists import GROUPS, OCCUPATIONS, PRONOUNS

SAMPLE_CHARACTERS = 32_000_000
WINDOW = 10  # words on either side
MENTIONS_LEAST = 5  # of an occupation, for its association to be told
DOMAINS_MOST, WORDS_MOST = 8, 12
_WORDS_KEPT = 200_000  # different words of one domain; the rarest go
_PRIOR = 1000.0  # words
_WORD = re.compile(r"[^\W\d_]+")
_WORD_LENGTH = range(3, 25)
_NO_BLANKS = frozenset(("zh", "ja", "th", "km", "lo", "my"))


class Association(NamedTuple):
    """An occupation: its mentions, those with each pronoun near, and the association with each, in bits."""

    occupation: str
    mentions: int
    she: int
    he: int
    she_bits: float
    he_bits: float


class Mention(NamedTuple):
    """A group's words: documents that have one."""

    group: str
    documents: int


class Standing(NamedTuple):
    """A domain's words that stand out, the furthest first."""

    domain: str
    words: list[str]


@dataclass(slots=True)
class Texts:
    """What was counted, and on how much."""

    documents: int = 0
    characters: int = 0
    english: int = 0  # documents
    associations: list[Association] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    standing_out: list[Standing] = field(default_factory=list)


class Counting:
    """Counts texts one by one.

    Args:
        domains: whose words are compared, the largest first; `DOMAINS_MOST` of them at most are.
        language: of the documents whose words are compared.
    """

    def __init__(self, domains: Sequence[str], language: str) -> None:
        self._language = language
        self._compared = 0
        self._documents_with: Counter[str] = Counter()
        self._told = Texts()
        self._words: dict[str, Counter[str]] = {name: Counter() for name in domains[:DOMAINS_MOST]}
        self._rest: Counter[str] = Counter()
        self._mentions: Counter[str] = Counter()
        self._near: Counter[tuple[str, str]] = Counter()
        self._occupations: Counter[str] = Counter()
        self._blocks = 0
        self._in_blocks: Counter[str] = Counter()

    def add(self, text: str, language: str | None, domain: str) -> None:
        """One document."""
        words = _WORD.findall(text.lower())
        self._told.documents += 1
        self._told.characters += len(text)
        if language == self._language and language not in _NO_BLANKS:
            self._compare(words, domain)
        if language == "en":
            self._told.english += 1
            self._mention(set(words))
            self._associate(words)

    def told(self) -> Texts:
        """Everything, once all documents were added."""
        self._told.associations = sorted(map(self._association, self._common()), key=lambda one: one.occupation)
        self._told.mentions = [Mention(group, self._mentions[group]) for group in GROUPS]
        everything = sum(self._words.values(), self._rest.copy())
        self._told.standing_out = [
            Standing(name, self._furthest(own, everything)) for name, own in self._words.items() if own
        ]
        return self._told

    def _compare(self, words: Iterable[str], domain: str) -> None:
        held = self._words.get(domain, self._rest)
        own = Counter(word for word in words if len(word) in _WORD_LENGTH)
        held.update(own)
        self._documents_with.update(own.keys())
        self._compared += 1
        for counted in (held, self._documents_with):
            if len(counted) > 2 * _WORDS_KEPT:
                kept = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:_WORDS_KEPT]
                counted.clear()
                counted.update(dict(kept))

    def _mention(self, words: set[str]) -> None:
        self._mentions.update(group for group, own in GROUPS.items() if not own.isdisjoint(words))

    def _associate(self, words: Sequence[str]) -> None:
        at: dict[str, list[int]] = {"she": [], "he": []}
        found = []
        for place, word in enumerate(words):
            if (pronoun := PRONOUNS.get(word)) is not None:
                at[pronoun].append(place)
            elif (one := _occupation(word)) is not None:
                found.append((place, one))
        block = 2 * WINDOW + 1
        self._blocks += -(-len(words) // block)
        for pronoun, places in at.items():
            self._in_blocks[pronoun] += len({place // block for place in places})
        for place, occupation in found:
            self._occupations[occupation] += 1
            for pronoun, places in at.items():
                next_ = bisect_left(places, place - WINDOW)
                self._near[occupation, pronoun] += next_ < len(places) and places[next_] <= place + WINDOW

    def _common(self) -> list[str]:
        return [name for name, count in self._occupations.items() if count >= MENTIONS_LEAST]

    def _association(self, occupation: str) -> Association:
        mentions = self._occupations[occupation]
        she, he = self._near[occupation, "she"], self._near[occupation, "he"]
        bits = [self._bits(near, mentions, self._in_blocks[name]) for near, name in ((she, "she"), (he, "he"))]
        return Association(occupation, mentions, she, he, *bits)

    def _bits(self, near: int, mentions: int, anywhere: int) -> float:
        expected = mentions * anywhere / self._blocks
        return round(log2((near + 0.5) / (expected + 0.5)), 2)

    def _furthest(self, own: Counter[str], everything: Counter[str]) -> list[str]:
        """Words by the z-score of their log-odds against all other domains."""
        whole, mine = everything.total(), own.total()
        others = whole - mine
        rare = {word: count for word, count in own.items() if self._documents_with[word] * 5 <= self._compared}
        if not others or len(everything) == 1:
            return [word for word, _ in sorted(rare.items(), key=lambda item: (-item[1], item[0]))[:WORDS_MOST]]
        scores = []
        for word, count in rare.items():
            prior = _PRIOR * everything[word] / whole
            here, there = count + prior, everything[word] - count + prior
            odds = log(here / (mine + _PRIOR - here)) - log(there / (others + _PRIOR - there))
            scores.append((-odds / sqrt(1 / here + 1 / there), word))
        return [word for _, word in sorted(scores)[:WORDS_MOST]]


def _occupation(word: str) -> str | None:
    if word in OCCUPATIONS:
        return word
    single = word.removesuffix("s")
    return single if single in OCCUPATIONS else None
