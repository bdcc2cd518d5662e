"""Lists and their URLs, the polite client, the web archive."""
