"""Award programmes: calls, applications, reviews, decisions, awards and their reports, recognition."""
