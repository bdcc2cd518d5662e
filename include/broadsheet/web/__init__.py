"""The history as web pages, feeds and an API, and the subscription; nothing of it writes the warehouse."""
