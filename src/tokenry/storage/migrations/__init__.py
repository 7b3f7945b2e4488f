"""The history of app.db's schema, oldest first in `versions/`. Shipped in the wheel; run by `appdb`, never by hand."""
