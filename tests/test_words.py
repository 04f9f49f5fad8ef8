"""The glossary names what is there: one word a thing, and the class or module that carries it."""

import re
from importlib import import_module
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "words.md"
ROWS = [line.split("|")[1:-1] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")][1:]
THAI = re.compile(r"[\u0e00-\u0e7f]")


@pytest.mark.parametrize(("term", "thai", "meaning", "carrier"), ROWS, ids=[row[0].strip() for row in ROWS])
def test_a_word_has_its_thai_and_the_class_that_carries_it(
    term: str, thai: str, meaning: str, carrier: str
) -> None:
    assert term.strip()
    assert meaning.strip()
    assert THAI.search(thai)
    name = carrier.strip().strip("`")
    if name == "int":
        return
    module, _, last = name.rpartition(".")
    if last[:1].isupper():
        assert hasattr(import_module(module), last)
    else:
        import_module(name)


def test_no_word_stands_twice() -> None:
    terms = [row[0].strip() for row in ROWS]
    assert len(terms) == len(set(terms))
