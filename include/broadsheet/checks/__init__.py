"""Looking whether everything is set up right, without changing anything."""
