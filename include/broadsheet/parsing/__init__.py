"""From a capture to a listing, and whether to believe it."""
