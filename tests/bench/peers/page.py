"""docs/peers.md: the table, and for each cell the line that shows it."""

from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bench.peers.script import DAYS, LENGTH, Event
from bench.peers.table import Results, brief, days_of


def write_page(docs: Path, results: Results) -> None:
    """Write peers.md and peers/results.json into that folder."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=False,  # it is Markdown
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"brief": brief, "days": days_of, "evidence": evidence}
    template = environment.get_template("peers.md.j2")
    page = template.render(results=results, events=list(Event), count=DAYS, length=LENGTH)
    (docs / "peers.md").write_text(page, encoding="utf-8")
    raw = docs / "peers" / "results.json"
    raw.parent.mkdir(parents=True, exist_ok=True)
    raw.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")


def evidence(line: str) -> str:
    """A line of somebody's output, fit for a Markdown list."""
    return line.replace("|", "\\|").replace("<", "&lt;")
