"""Ask every query of docs/cookbook.md anew and write its answer there: ``python tests/docs/rewrite_cookbook.py``."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from broadsheet.commands.closed import open_closed
from docs.fortnight import live_through
from docs.recipes import COOKBOOK, ask, recipes

if __name__ == "__main__":
    text = COOKBOOK.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        settings = live_through(Path(folder) / "home")
        with open_closed(settings.published_path) as connection:
            for recipe in recipes(text):
                asked = f"```sql\n{recipe.sql}\n```\n```\n"
                before, _, behind = text.partition(asked)
                text = f"{before}{asked}{ask(connection, recipe.sql)}\n{behind.removeprefix(recipe.answer).lstrip()}"
    COOKBOOK.write_text(text, encoding="utf-8")
