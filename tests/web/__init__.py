"""The workspace in the browser: its types, its build, and its pages as a person uses them."""
