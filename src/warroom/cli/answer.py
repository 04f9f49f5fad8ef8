"""How commands answer: one JSON object on standard output with `--json`, lines for people without."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from warroom.errors import WarroomError
from warroom.reasons.reason import Language
from warroom.sentences.sentence import Sentence


def print_line(text: str = "") -> None:
    """A line for a person, on standard output."""
    print(text)


def print_note(text: str) -> None:
    """A remark that is not part of the answer, on standard error."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def translate_errors(language: Language) -> Iterator[None]:
    """Print an error's sentence in the requested language, where the catalogue has it, and exit with its
    code.
    """
    try:
        yield
    except WarroomError as problem:
        if language == "en" or not isinstance(problem.said, Sentence):
            raise
        print_note(f"warroom: {problem.render_in(language)}")
        sys.exit(problem.exit_code)


def print_json(body: Mapping[str, Any]) -> None:
    """The whole answer as exactly one line of JSON on standard output."""
    # Thai stays readable; moments and decimals become text.
    sys.stdout.write(json.dumps(body, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()  # a server prints its address and runs for days: a reader of the pipe needs it now
