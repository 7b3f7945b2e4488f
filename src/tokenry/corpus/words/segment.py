"""One piece of English text between white space, parted into words: punctuation off both ends, contractions in two.

Gopher's and FineWeb's thresholds are published for words as spaCy's rules for English cut them, so this follows the
algorithm that spaCy documents (Tokenizer: specials, prefixes, suffixes, addresses, infixes). What a piece becomes
depends on the piece alone, which is why `Lexicon` may remember it. Knows no document.
"""

from __future__ import annotations

import re
from itertools import pairwise

import regex

from tokenry.corpus.words.specials import SPECIALS

_MARKS = r"…,:;!?¿؟¡()\[\]{}<>_\#*&。？！，、；：～·।،۔؛٪"
_QUOTES = r"'\"”“`‘´’‚,„»«「」『』（）〔〕【】《》〈〉〈〉⟦⟧"
_SIGNS = r"$£€¥฿﷼₠-₪₫-₿"
_LOWER, _UPPER, _LETTER = r"\p{Ll}\p{Lo}", r"\p{Lu}\p{Lo}", r"\p{L}"
_UNITS = (
    "km²|km³|km/h|kmh|km|dm²|dm³|dm|cm²|cm³|cm|mm²|mm³|mm|m²|m³|m/s|mph|mg|mbar|mb|MB|m|ha|µm|µg|nm|yd|in|ft|kg|kb|KB|"
    "g|gb|GB|tb|TB|lb|oz|hPa|Pa|t|T|G|M|K|%|"
    "км²|км³|км/ч|км|дм²|дм³|дм|см²|см³|см|мм²|мм³|мм|м²|м³|м/с|мг|мбар|мб|м|нм|кг|кб|г|кПа|Па|Кб|КБ|Мб|МБ|Гб|ГБ|гб|Тб|ТБ"
)
_PREFIX = regex.compile(rf"(?:\.\.+|\+(?![0-9])|US\$|C\$|A\$|[§%=—–{_MARKS}{_QUOTES}{_SIGNS}\p{{So}}])")
_SUFFIX = regex.compile(  # but for a row of full stops, which `_back` counts
    rf"(?:……|['’][sS]|[—–{_MARKS}{_QUOTES}\p{{So}}]|(?<=[0-9])\+|(?<=°[FfCcKk])\.|(?<=[0-9])(?:[{_SIGNS}]|US\$|C\$|A\$)"
    rf"|(?<=[0-9])(?:{_UNITS})|(?<=[0-9{_LOWER}%²\-+|{_MARKS}{_QUOTES}])\.|(?<=[{_UPPER}][{_UPPER}])\.)$"
)
_INFIX = regex.compile(
    rf"\.\.+|[…\p{{So}}]|(?<=[0-9])[+\-*^](?=[0-9-])|(?<=[{_LOWER}{_QUOTES}])\.(?=[{_UPPER}{_QUOTES}])"
    rf"|(?<=[{_LETTER}]),(?=[{_LETTER}])|(?<=[{_LETTER}0-9])(?:---|--|——|[-–—~])(?=[{_LETTER}])"
    rf"|(?<=[{_LETTER}0-9])[:<>=/](?=[{_LETTER}])"
)
_ASCII_INFIX = re.compile(  # the same for ASCII alone, and quicker
    r"\.\.+|(?<=[0-9])[+\-*^](?=[0-9-])|(?<=[a-z'\",`])\.(?=[A-Z'\",`])|(?<=[A-Za-z]),(?=[A-Za-z])"
    r"|(?<=[A-Za-z0-9])(?:---|--|[-~:<>=/])(?=[A-Za-z])"
)
_HOST = (
    r"(?:(?!(?:10|127)(?:\.\d{1,3}){3})(?!(?:169\.254|192\.168)(?:\.\d{1,3}){2})(?!172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})"
    r"(?:[1-9]\d?|1\d\d|2[01]\d|22[0-3])(?:\.(?:1?\d{1,2}|2[0-4]\d|25[0-5])){2}\.(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-4])"
    rf"|(?:(?:[A-Za-z0-9\u00a1-\uffff][\w\u00a1-\uffff-]{{0,62}})?[A-Za-z0-9\u00a1-\uffff]\.)+[{_LOWER}]{{2,63}})"
    r"(?::\d{2,5})?(?:[/?#]\S*)?$"
)
_SCHEME, _USER = r"(?:[\w+\-.]{2,}://)?", r"(?:\S+(?::\S*)?@)?"
_ADDRESS = regex.compile(_SCHEME + _USER + _HOST)
_ADDRESS_OF_NOBODY = regex.compile(_SCHEME + _HOST)  # the same where there is no @
_MAY_BE_HOST = re.compile(r"[-.0-9A-Za-z_\u00a1-\U0010ffff]+(?:[:/?#]|$)")  # asked first where there is no scheme
_ENDS = regex.compile(rf"[—–{_MARKS}{_QUOTES}\p{{So}}sS+.{_SIGNS}{''.join(sorted(set(_UNITS) - {'|'}))}]")
_SUFFIX_LENGTH_MAX = 5  # characters
_SINGLE = frozenset(",:;!?¿؟¡()[]{}<>_#*&。？！，、；：～·।،۔؛٪'\"”“`‘´’‚„»«「」『』（）〔〕【】《》〈〉〈〉⟦⟧—–")
_PLAIN_END = frozenset(",:;!?")
ADDRESS_LENGTH_MAX = 2048  # characters; longer ones are parted as words are


def words_of(piece: str) -> tuple[str, ...]:
    """The words of a piece of text without white space; none are empty."""
    special = SPECIALS.get(piece)
    if special is not None:
        return special
    if piece.isalpha():
        return (piece,)
    core, end = piece[:-1], piece[-1]
    if core.isalpha() and core not in SPECIALS and (end in _PLAIN_END or (end == "." and core[-1].islower())):
        return (core, end)
    parted = _parted(piece)
    return parted if len(parted) == 1 else _joined(parted)


def plain_words(text: str) -> list[str]:
    """The words of a text, each piece parted anew; `Lexicon` gives the same and is quick."""
    return [word for piece in text.split() for word in words_of(piece)]


def _parted(piece: str, *, specials: bool = True) -> tuple[str, ...]:
    known = SPECIALS if specials else {}
    before: list[str] = []
    after: list[str] = []
    while piece and piece not in known:
        first = piece[0]
        cut = None if first.isalnum() and (first not in "UCA" or "$" not in piece[:3]) else _PREFIX.match(piece)
        front = cut.end() if cut else 0
        if front and piece[front:] in known:
            before.append(piece[:front])
            piece = piece[front:]
            break
        back = _back(piece, front)
        if back and piece[:-back] in known:
            after.append(piece[-back:])
            piece = piece[:-back]
            break
        if not front and not back:
            break
        if front:
            before.append(piece[:front])
        if back and front + back <= len(piece):
            after.append(piece[len(piece) - back :])
            piece = piece[front : len(piece) - back]
        else:
            piece = piece[front:]
    return (*before, *_middle(piece, known), *reversed(after))


class _MayEnd(dict[str, bool]):
    def __missing__(self, character: str) -> bool:
        self[character] = may = _ENDS.match(character) is not None
        return may


_MAY_END = _MayEnd()


def _back(piece: str, front: int) -> int:
    """How many characters the suffix has; what stands before `front` is gone already."""
    end = piece[-1]
    if len(piece) <= front or not _MAY_END[end]:
        return 0
    if end in _SINGLE:
        return 1
    if end.isalpha() and not any(map(str.isdigit, piece[-_SUFFIX_LENGTH_MAX:-1])):
        return 2 if end in "sS" and len(piece) - front > 1 and piece[-2] in "'’" else 0
    if piece.endswith(".."):
        return len(piece) - max(front, len(piece.rstrip(".")))
    rest = piece[front:]
    ending = _SUFFIX.search(rest, max(0, len(rest) - _SUFFIX_LENGTH_MAX))
    return len(ending.group()) if ending else 0


def _middle(piece: str, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    if not piece:
        return ()
    special = known.get(piece)
    if special is not None:
        return special
    if piece.isalnum() or ("." in piece and _is_address(piece)):
        return (piece,)
    words, start = [], 0
    for cut in (_ASCII_INFIX if piece.isascii() else _INFIX).finditer(piece):
        if not cut.start():
            continue
        if cut.start() != start:
            words.append(piece[start : cut.start()])
        words.append(cut.group())
        start = cut.end()
    return (*words, piece[start:]) if start < len(piece) else tuple(words)


def _is_address(piece: str) -> bool:
    if len(piece) > ADDRESS_LENGTH_MAX:
        return False
    if "@" in piece:
        return _ADDRESS.match(piece) is not None
    return bool(("://" in piece or _MAY_BE_HOST.match(piece)) and _ADDRESS_OF_NOBODY.match(piece))


def _joined(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words that the rules parted though together they are special: a face of signs, say, at the end of a word."""
    if _BEGINNINGS.isdisjoint(pairwise(words)):
        return words
    found = []
    for start in range(len(words)):
        for stop in range(min(len(words), start + _PATTERN_LENGTH), start + 1, -1):
            whole = "".join(words[start:stop])
            if _PATTERNS.get(whole) == words[start:stop]:
                found.append((start - stop, start, stop, whole))
    if not found:
        return words
    made: list[tuple[str, ...]] = [(word,) for word in words]
    taken: set[int] = set()
    for _, start, stop, whole in sorted(found):
        if taken.isdisjoint(range(start, stop)):
            taken.update(range(start, stop))
            made[start:stop] = [SPECIALS[whole], *[()] * (stop - start - 1)]
    return tuple(word for piece in made for word in piece)


_PATTERNS = {one: parts for one in SPECIALS if len(parts := _parted(one, specials=False)) > 1}
_BEGINNINGS = {parts[:2] for parts in _PATTERNS.values()}
_PATTERN_LENGTH = max(map(len, _PATTERNS.values()))
