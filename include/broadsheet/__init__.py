"""Broadsheet: the trending papers of Hugging Face as a stream, kept whole and mailed as a digest."""

__version__ = "0.1.0"
