"""What checks passkeys: a part of its own, because the library behind it is loaded with the first passkey."""

from tokenry.access.passkeys.ceremony.checking import Ceremony as Ceremony
