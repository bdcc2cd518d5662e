"""Rewrite the golden files after a change on purpose: ``python tests/digest/rewrite_golden.py``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from broadsheet.digest.render import render
from digest.made_up import CASES

FOLDER = Path(__file__).with_name("golden")
FORMS = {"html": "html", "text": "txt", "json": "json"}


def golden_file(case: str, form: str) -> Path:
    """Where the form of a case is kept."""
    return FOLDER / f"{case}.{FORMS[form]}"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for case, make in CASES.items():
        rendered = render(make())
        for form in FORMS:
            golden_file(case, form).write_text(getattr(rendered, form), encoding="utf-8")
