"""How the pages come into the package: built by Vite, compressed, listed with their licences. Knows no page."""
