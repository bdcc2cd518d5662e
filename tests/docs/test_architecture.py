"""docs/architecture.md tells of the rooms that there are, in the order in which they may call each other."""

import re
import tomllib
from xml.etree import ElementTree

from docs.pages import ROOT

TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOMS = re.findall(r"^\| `([\w./]+)` \| [^|]+ \| (.+) \|$", TEXT, re.MULTILINE)
INCLUDE = ROOT / "include" / "broadsheet"


def test_every_room_has_a_row() -> None:
    rooms = {f"{folder.name}/" for folder in INCLUDE.iterdir() if (folder / "__init__.py").exists()}
    assert rooms <= {name for name, _ in ROOMS}


def test_the_modules_to_begin_with_exist() -> None:
    for room, begin in ROOMS:
        folder = ROOT / room if (ROOT / room).exists() else INCLUDE / room
        for name in re.findall(r"`([\w/]+\.(?:py|sql))`", begin):
            assert (folder / name).is_file(), f"{room}: {name}"


def test_imports_go_as_they_are_held_to() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = project["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    held = [layer.strip("()").removeprefix("broadsheet.") for layer in reversed(layers)]
    (chain,) = re.findall(r"(`model`, `settings` (?:←\s+`\w+`\s*)+)", TEXT)
    told = re.findall(r"`(\w+)`", chain)
    assert told == sorted(told, key=held.index)
    rooms = {folder.name for folder in INCLUDE.iterdir() if (folder / "__init__.py").exists()}
    assert rooms <= set(told)


def test_the_picture_is_one_and_says_in_words_what_it_shows() -> None:
    picture = ElementTree.parse(ROOT / "docs" / "pictures" / "way-of-the-data.svg").getroot()
    name = "{http://www.w3.org/2000/svg}"
    assert len(picture.findtext(f"{name}desc") or "") > 200
    assert "prefers-color-scheme: dark" in (picture.findtext(f"{name}style") or "")
