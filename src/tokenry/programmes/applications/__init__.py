"""From a draft to the acceptance: applications, reviews and their scores, decisions."""
