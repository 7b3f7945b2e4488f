"""What `verify` looks at beyond bytes: each file a kind of claim that a set makes about itself."""

from __future__ import annotations

from tokenry.corpus.checking.breach import Breach as Breach
from tokenry.corpus.checking.places import places as places
from tokenry.corpus.checking.signed import signed as signed
from tokenry.corpus.checking.tokens import tokens as tokens
from tokenry.corpus.checking.tokens import tokens_unchecked as tokens_unchecked

__all__ = ["Breach", "places", "signed", "tokens", "tokens_unchecked"]
