"""The published rules once more, slow and plain, from their papers' definitions: what quick ones are held to."""

from __future__ import annotations

from tokenry.corpus.words import PUNCTUATION, plain_words


def gopher_repetition(text: str) -> str | None:
    """Gopher, table A1: the first rule that is broken."""
    if not text:
        return "empty"
    for name, pieces, most, room in (
        ("para", paragraphs(text), 0.3, 0.2),
        ("line", lines(text), 0.3, 0.2),
    ):
        again = [piece for at, piece in enumerate(pieces) if piece in pieces[:at]]
        if len(again) / len(pieces) > most:
            return f"dup_{name}_frac"
        if sum(map(len, again)) / len(text) > room:
            return f"dup_{name}_char_frac"
    words = plain_words(text)
    for n, most in ((2, 0.2), (3, 0.18), (4, 0.16)):
        grams = [" ".join(words[at : at + n]) for at in range(len(words) - n + 1)]
        if grams:
            top = max(grams, key=lambda gram: (grams.count(gram), -grams.index(gram)))
            if len(top) * grams.count(top) / len(text) > most:
                return f"top_{n}_gram"
    for n, most in ((5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.10)):
        if twice(words, n) / len(text) > most:
            return f"duplicated_{n}_n_grams"
    return None


def paragraphs(text: str) -> list[str]:
    """Parted where lines are empty."""
    made, current, breaks = [], "", 0
    for sign in text.strip():
        if sign == "\n":
            breaks += 1
            continue
        if breaks >= 2:
            made.append(current)
            current = ""
        elif breaks:
            current += "\n"
        breaks = 0
        current += sign
    return [*made, current]


def lines(text: str) -> list[str]:
    """Parted at line breaks, empty lines left out but for those at the two ends."""
    pieces = text.split("\n")
    inside = [piece for piece in pieces if piece]
    return [""] * (pieces[0] == "") + inside + [""] * (pieces[-1] == "" and len(pieces) > 1)


def twice(words: list[str], n: int) -> int:
    """Characters of n-grams that stood before, from left to right."""
    seen: list[list[str]] = []
    at = characters = 0
    while at + n <= len(words):
        gram = words[at : at + n]
        if gram in seen:
            characters += len("".join(gram))
            at += n
        else:
            seen.append(gram)
            at += 1
    return characters


def gopher_quality(text: str, fewest: int) -> str | None:
    """Gopher, appendix A.1, with another smallest number of words."""
    words = plain_words(text)
    spoken = [word for word in words if any(sign not in PUNCTUATION for sign in word)]
    if len(spoken) < fewest or not spoken:
        return "gopher_short_doc"
    mean = sum(map(len, spoken)) / len(spoken)
    if mean < 3:
        return "gopher_below_avg_threshold"
    if mean > 10:
        return "gopher_above_avg_threshold"
    if text.count("#") / len(words) > 0.1:
        return "gopher_too_many_hashes"
    if (text.count("...") + text.count("…")) / len(words) > 0.1:
        return "gopher_too_many_ellipsis"
    rows = text.splitlines()
    if len([row for row in rows if row.lstrip()[:1] in ("•", "-") and row.strip()]) / len(rows) > 0.9:
        return "gopher_too_many_bullets"
    if len([row for row in rows if row.rstrip()[-3:] == "..." or row.rstrip()[-1:] == "…"]) / len(rows) > 0.3:
        return "gopher_too_many_end_ellipsis"
    if len([word for word in words if any(sign.isalpha() for sign in word)]) / len(words) < 0.8:
        return "gopher_below_alpha_threshold"
    common = {"the", "be", "to", "of", "and", "that", "have", "with"}
    return "gopher_enough_stop_words" if len(common & set(words)) < 2 else None
