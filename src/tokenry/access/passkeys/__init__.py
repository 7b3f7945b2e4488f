"""Passkeys: keys that a person's device holds, by which they sign in without a password.

Source: Web Authentication, Level 3 (https://www.w3.org/TR/webauthn-3/). What is signed is read and checked by
`ceremony`, which costs a server's start too much to be loaded before somebody asks for it.
"""

from tokenry.access.passkeys.passkeys import Made as Made
from tokenry.access.passkeys.passkeys import Options as Options
from tokenry.access.passkeys.passkeys import Passkey as Passkey
from tokenry.access.passkeys.passkeys import PasskeyRefused as PasskeyRefused
from tokenry.access.passkeys.passkeys import Passkeys as Passkeys
from tokenry.access.passkeys.passkeys import Shown as Shown
from tokenry.access.passkeys.passkeys import Verifier as Verifier
from tokenry.access.passkeys.site import NoPasskeysHere as NoPasskeysHere
from tokenry.access.passkeys.site import Site as Site
from tokenry.access.passkeys.site import site_of as site_of
