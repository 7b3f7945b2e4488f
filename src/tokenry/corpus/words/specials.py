"""Pieces of English text that are not parted by rules: contractions, abbreviations, faces made of signs.

Built from the grammar of contractions (a head, then its endings with or without the apostrophe), so that the list says
why each stands in it. Which ones there are follows spaCy's rules for English, which published thresholds were set with.
"""

from __future__ import annotations

from collections.abc import Iterator

_NOT_CONTRACTED = {"ill", "its", "hell", "shell", "shed", "were", "well", "whore"}
_PRONOUNS = "i you he she it we they"
_ASKING = "who what when where why how there that this these those"
_NEGATED = "ca could do does did had may might must need ought sha should wo would"
_NEGATED_ONLY = "ai are is was were have has dare"
_MODALS = "could might must should would"
_STATES = (
    "Ak Ala Apr Ariz Ark Aug Calif Colo Conn Dec Del Feb Fla Ga Ia Id Ill Ind Jan Jul Jun Kan Kans Ky La Mar Mass Mich "
    "Minn Miss N.C N.D N.H N.J N.M N.Y Neb Nebr Nev Nov Oct Okla Ore Pa S.C Sep Sept Tenn Va Wash Wis Mt"
)
_TITLES = (
    "a.m Adm Bros co Co Corp D.C Dr e.g E.g E.G Gen Gov i.e I.e I.E Inc Jr Ltd Md Messrs Mo Mont Mr Mrs Ms p.m Ph.D "
    "Prof Rep Rev Sen St vs v.s"
)
_WHOLE = (
    "em ll nuff 'em 'll 'nuff 'S 's ‘S ‘s and/or w/o 're 'Cause 'cause 'cos 'Cos 'coz 'Coz 'cuz 'Cuz 'bout ma'am Ma'am "
    "o'clock O'clock 'd ' \\\") <space> '' C++ \\t \\n —"
)
_FACES = (
    ":) :-) :)) :-)) :))) :-))) (: (-: =) (= :] :-] [: [-: [= =] :o) (o: :} :-} 8) 8-) (-8 ;) ;-) (; (-; :( :-( "
    ":(( :-(( :((( :-((( ): )-: =( >:( :') :'-) :'( :'-( :/ :-/ =/ =| :| :-| ]= =[ :1 :P :-P :p :-p :O :-O :o :-o "
    ":0 :-0 :() >:o :* :-* :3 :-3 =3 :> :-> :X :-X :x :-x :D :-D ;D ;-D =D xD XD xDD XDD 8D 8-D ^_^ ^__^ ^___^ "
    ">.< >.> <.< ._. ;_; -_- -__- v.v V.V v_v V_V o_o o_O O_o O_O 0_o o_0 0_0 o.O O.o O.O o.o 0.0 o.0 0.o @_@ <3 "
    "<33 <333 </3 (^_^) (-_-) (._.) (>_<) (*_*) (¬_¬) ಠ_ಠ ಠ︵ಠ (ಠ_ಠ) ¯\\(ツ)/¯ (╯°□°）╯︵┻━┻ ><(((*>"
)


def _both(words: str) -> Iterator[str]:
    for word in words.split():
        yield word
        yield word.title()


def _contracted(head: str, *endings: str) -> Iterator[tuple[str, ...]]:
    """The head with its endings, and the same with no apostrophe in them."""
    yield (head, *endings)
    yield (head, *(ending.replace("'", "") for ending in endings))


def _contractions() -> Iterator[tuple[str, ...]]:
    for head in ("i", "I"):
        yield from _contracted(head, "'m")
        yield from _contracted(head, "'m", "a")
    for head in _both(_PRONOUNS):
        for ending in (["'ll"], ["'ll", "'ve"], ["'d"], ["'d", "'ve"]):
            yield from _contracted(head, *ending)
        low = head.lower()
        if low in ("i", "you", "we", "they"):
            yield from _contracted(head, "'ve")
        if low in ("you", "we", "they"):
            yield from _contracted(head, "'re")
        if low in ("he", "she", "it"):
            yield from _contracted(head, "'s")
    for head in _both(_ASKING):
        for ending in (["'ll"], ["'ll", "'ve"], ["'d"], ["'d", "'ve"]):
            yield from _contracted(head, *ending)
        if head.lower() not in ("these", "those"):
            yield from _contracted(head, "'s")
        if head.lower() not in ("that", "this"):
            yield from _contracted(head, "'re")
            yield from _contracted(head, "'ve")
    for head in _both(_NEGATED):
        yield from _contracted(head, "n't")
        yield from _contracted(head, "n't", "'ve")
    for head in _both(_MODALS):
        yield from _contracted(head, "'ve")
    for head in _both(_NEGATED_ONLY):
        yield from _contracted(head, "n't")


def _others() -> Iterator[tuple[str, ...]]:
    for hour in range(1, 13):
        for half in ("a.m.", "am", "p.m.", "pm"):
            yield (str(hour), half)
    for words in (
        "y' all", "y all", "how 'd 'y", "How 'd 'y", "not 've", "not ve", "Not 've", "Not ve", "can not", "Can not",
        "gon na", "Gon na", "got ta", "Got ta", "let 's", "Let 's", "c'm on", "C'm on", "° c .", "° f .", "° k .",
        "° C .", "° F .", "° K .",
    ):  # fmt: skip  # one a line would be a page
        yield tuple(words.split())
    for word in _both("doin goin nothin nuthin ol somethin lovin havin"):
        yield (word,)
        yield (f"{word}'",)
    for letter in "abcdefghijklmnopqrstuvwxyzäöü":
        yield (f"{letter}.",)
    for word in f"{_STATES} {_TITLES}".split():
        yield (f"{word}.",)
    for word in f"{_WHOLE} {_FACES}".split():
        yield (word,)


def _table() -> dict[str, tuple[str, ...]]:
    made = {whole: words for words in _contractions() if (whole := "".join(words)).lower() not in _NOT_CONTRACTED}
    made |= {"".join(words): words for words in _others()}
    curly = {whole.replace("'", "’"): tuple(word.replace("'", "’") for word in words) for whole, words in made.items()}
    return curly | made


SPECIALS = _table()
