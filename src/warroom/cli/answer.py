"""How commands answer: one JSON object on standard output with `--json`, lines for people without."""

import json
import sys
from collections.abc import Mapping
from typing import Any


def say(text: str = "") -> None:
    """A line for a person, on standard output."""
    print(text)


def note(text: str) -> None:
    """A line beside the answer, on standard error."""
    print(text, file=sys.stderr, flush=True)


def answer(body: Mapping[str, Any]) -> None:
    """The whole answer as exactly one line of JSON on standard output."""
    sys.stdout.write(json.dumps(body, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()  # a server that says where it is goes on for days: whoever reads a pipe hears it now
