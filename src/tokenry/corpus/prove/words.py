"""What a proof does not say. Whoever is shown a proof is shown this with it."""

from __future__ import annotations

NEAR = "no band collision at this recall"
NOT_PROVED = tuple(
    words.replace("\n", " ")
    for words in (
        """That no edited, extracted, translated or shortened form of the text is in the set: the proof is about exactly
this text, after NFC and with every run of white space one blank.""",
        """That no text like it is in the set. Band keys meet for 92 of 100 pairs of texts that share 80 % of their runs
of five words, for 1 of 100 that share 40 %, and hardly ever for a short quotation in a long text.""",
        """That the shards hold the texts whose digests the tree holds, or that the tree is sorted: `tokenry corpus
verify` checks both, on the set itself.""",
        "That a model was trained on this set, or on nothing else.",
        """When the root was signed, or that its signer signed no other set. For the time, have the root time-stamped by
somebody else; for the signer, get the public key from them and not from the proof.""",
    )
)
