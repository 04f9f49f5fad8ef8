"""Names that a stranger can guess: a verb and a noun, one class a name, locals that say what they hold.

What is left of older names is in `names.toml`. Its lists may only shrink: rename, and take the line out.
"""

import ast
import sys
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from house_files import File, files_of  # noqa: E402
from house_names import (  # noqa: E402
    FunctionName,
    list_classes,
    list_functions,
    list_riddles,
    share_of_one_word_names,
)

LEFT: dict[str, Any] = tomllib.loads((Path(__file__).parent / "names.toml").read_text("utf-8"))
MOST = {"field_words": 79, "one_word_names": 54, "riddles": 3, "yes_or_no": 46}
"""How long a list was when it was made, lowered with it."""
TRUTH_VERBS = ("is", "are", "has", "have", "may", "can", "was", "were", "does", "do")
"""How the name of a function begins that answers yes or no."""


@cache
def house() -> list[File]:
    return [*files_of(ROOT / "src", "warroom").values(), *files_of(ROOT / "src", "warroom_lab").values()]


@cache
def functions() -> list[FunctionName]:
    return [function for file in house() for function in list_functions(file)]


def test_a_function_is_named_by_a_verb_and_a_noun_or_by_a_word_of_the_field() -> None:
    words = {function.name.strip("_") for function in functions() if is_plain(function)}
    assert words - set(LEFT["field_words"]) == set(LEFT["one_word_names"])
    assert set(LEFT["field_words"]) <= words, "take words out that no function has any more"


def test_the_lists_of_what_is_left_only_shrink() -> None:
    assert {name: len(LEFT[name]) for name, most in MOST.items() if len(LEFT[name]) > most} == {}


def is_plain(function: FunctionName) -> bool:
    return function.is_one_word and not function.is_named_elsewhere


def test_few_names_are_one_word_in_any_package() -> None:
    """Commands, routes and fields counted too: where there are many of them the share is theirs."""
    for room, most in LEFT["most_one_word_percent"].items():
        files = [
            file for file in house() if (file.room if file.name.startswith("warroom.") else "lab") == room
        ]
        assert 100 * share_of_one_word_names(files) <= most, room
    assert 100 * share_of_one_word_names(house()) <= LEFT["most_percent"]


def test_no_two_public_classes_have_one_name() -> None:
    counted = Counter(name for file in house() for name in list_classes(file))
    assert {name for name, count in counted.items() if count > 1} == set()


def test_a_local_says_what_it_holds() -> None:
    riddles = {f"{function.place} {name}" for function in functions() for name in list_riddles(function)}
    assert riddles == set(LEFT["riddles"])


def test_what_answers_yes_or_no_is_named_so() -> None:
    """A function that does something and says whether it did is named by what it does."""
    doubtful = {
        function.place
        for function in functions()
        if function.node.returns is not None
        and ast.unparse(function.node.returns) == "bool"
        and not function.is_named_elsewhere
        and function.name.strip("_").partition("_")[0] not in TRUTH_VERBS
    }
    assert doubtful == set(LEFT["yes_or_no"])
