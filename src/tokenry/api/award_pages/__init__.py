"""Pages about awards for people with a browser: the awardee, the funder, and whoever has a public link."""
