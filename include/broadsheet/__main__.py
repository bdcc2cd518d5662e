"""`python -m broadsheet …` is `broadsheet …`."""

from broadsheet.cli import main

main()
