"""Which language a text is in. Knows no document."""

from tokenry.corpus.languages.identifier import UNKNOWN as UNKNOWN
from tokenry.corpus.languages.identifier import identified as identified
from tokenry.corpus.languages.model import codes as codes
