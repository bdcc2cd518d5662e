"""What somebody searches for: words in the language of the search, and a form's fields that join them."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from broadsheet.digest.text import clean

MOST_WORDS = 500
MOST_FIELD = 80
"""How long what is asked may be, so that all of it together is read by the search."""
_PLAIN = re.compile(r"[\w.:-]+")
_QUOTATION_MARKS = re.compile('["“”„‟«»＂]')

_Narrowing = Annotated[str, Field(max_length=MOST_FIELD), AfterValidator(clean)]


class Question(BaseModel):
    """``q`` is in the language that docs/search.md tells of; each other field narrows it, "" where it does not."""

    model_config = ConfigDict(frozen=True)

    q: Annotated[str, Field(max_length=MOST_WORDS), AfterValidator(clean)] = ""
    author: _Narrowing = ""
    org: _Narrowing = ""
    keyword: _Narrowing = ""
    on_list: Annotated[_Narrowing, Field(alias="list")] = ""
    since: _Narrowing = ""
    until: _Narrowing = ""

    @property
    def fields(self) -> dict[str, str]:
        """The fields that narrow it, by the names that the language and addresses have for them."""
        return {name: value for name, value in self.query().items() if name != "q"}

    @property
    def text(self) -> str:
        """All of it in the language: ``robots author:"Fei-Fei Li"``."""
        narrowed = (f"{name}:{_quoted(value)}" for name, value in self.fields.items())
        return " ".join(part for part in (self.q, *narrowed) if part)

    def query(self) -> dict[str, str]:
        """The parameters of the address that asks it, without those that a page adds."""
        asked: dict[str, str] = self.model_dump(by_alias=True, exclude_defaults=True, include=_ASKED)
        return asked


_ASKED = set(Question.model_fields)


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    return f'"{_QUOTATION_MARKS.sub(" ", value)}"'
