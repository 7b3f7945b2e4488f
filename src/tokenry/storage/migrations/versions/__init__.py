"""One file per step of the schema: `rNNNN_what.py`, in order. A step that shipped is never edited."""
