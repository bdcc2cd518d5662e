"""The pages for people: a module a page, each with a ``router``."""
