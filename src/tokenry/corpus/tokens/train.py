"""A tokenizer of one's own: byte-level BPE, trained on texts, written as a tokenizer.json.

Words are parted as o200k_base parts them. Every byte is a token, so nothing is unknown and every text comes back.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import tokenizers
from tokenizers import Regex, decoders, models, pre_tokenizers, trainers

from tokenry.corpus.durable import write_whole
from tokenry.corpus.errors import CorpusError
from tokenry.corpus.tokens.tokenizer import O200K_PATTERN

BYTES = 256


def train(texts: Iterable[str], vocabulary: int, special: tuple[str, ...], path: Path) -> int:
    """Train and write.

    Args:
        texts: what it learns from.
        vocabulary: tokens in all, special ones and the 256 bytes included.
        special: names of special tokens; they take the last ids.
        path: of the tokenizer.json.

    Returns:
        How many tokens it has; fewer than wanted where the texts have no more pairs to merge.

    Raises:
        CorpusError: the vocabulary is too small, or there is no text.
    """
    if vocabulary < BYTES + len(special):
        raise CorpusError(f"--vocabulary: must be {BYTES + len(special)} or more: each byte and special token is one")
    made = tokenizers.Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(O200K_PATTERN), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])  # fmt: skip  # the two halves of one thing
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(special),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator(texts, trainer)
    if made.get_vocab_size() <= BYTES:
        raise CorpusError("there is no text to learn from, or too little of it to merge a single pair")
    made.add_special_tokens(list(special))
    text = made.to_str(pretty=True).encode()
    write_whole(path, lambda file: file.writelines([text]))
    return int(made.get_vocab_size(with_added_tokens=True))
