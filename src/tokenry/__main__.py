"""`python -m tokenry` is the `tokenry` command."""

from tokenry.cli import main

main()
