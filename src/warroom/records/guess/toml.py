"""A proposal as a mapping file with comments, which loads."""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from warroom.errors import RecordsError
from warroom.records.guess.doubts import Doubt
from warroom.records.guess.guess import Guess
from warroom.records.mapping_file import SECTIONS

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
SOURCE = "# ASK: Whose records are these? One name for each partner keeps banks apart; write it here, or give --source."
DELIVERY = """
# On what terms it was sent; write these before taking it in.
# [delivery]
# partner = "..."
# legal_basis = "..."
# purpose = "..."
# retention_days = 365
"""


def format_mapping_file(guess: Guess, file: str) -> str:
    """The mapping file of a proposal; each doubt is a comment above the section that answers it."""
    lines = [
        f"# Proposed for {_as_one_line(file)}, table {guess.table.name}; nothing was taken in.",
        *_format_unused(guess),
        "",
    ]
    sections = [
        name for name in SECTIONS if name in guess.tree or _list_doubts_of_section(guess.doubts, name)
    ]
    for name in sections:
        lines += _format_doubts(_list_doubts_of_section(guess.doubts, name))
        lines += _format_section(
            name, guess.tree.get(name, {}), open_=_is_incomplete_section(name, guess.tree)
        )
        lines.append("")
    return "\n".join([*lines, SOURCE, *_format_source(guess)]) + "\n" + DELIVERY


def write_mapping_file(guess: Guess, file: str, path: Path) -> None:
    """Write the mapping file; raises RecordsError where there is a file already."""
    try:
        # O_EXCL: a mapping that somebody corrected is never overwritten.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        raise RecordsError("mapping.there-already", name=path) from None
    except OSError as problem:
        raise RecordsError("mapping.not-written", name=path, problem=problem.strerror) from None
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(format_mapping_file(guess, file))


def _list_doubts_of_section(doubts: Sequence[Doubt], section: str) -> list[Doubt]:
    return [each for each in doubts if each.slot.partition(".")[0] == section]


def _format_doubts(doubts: Sequence[Doubt]) -> list[str]:
    return [f"# ASK: {_as_one_line(each.render_in('en'))}" for each in doubts]


def _format_source(found: Guess) -> list[str]:
    """[source]: of a statement whose bank is known that bank; otherwise an example, since a name made up would pass for one."""
    bank = found.tree.get("direction", {}).get("bank")
    return ["[source]", _format_pair("name", bank) if bank else '# name = "BANKA"']


def _format_unused(found: Guess) -> list[str]:
    names = ", ".join(f"'{_as_one_line(name)}'" for name in found.columns_unused)
    return [f"# Columns not used: {names}."] if names else []


def _as_one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _is_incomplete_section(name: str, tree: Mapping[str, Any]) -> bool:
    """Whether a section lacks an answer without which it would not load: it is then written as a comment."""
    way = tree.get("direction", {}) if name == "direction" else {}
    words = isinstance(way.get("column"), str) and not (way.get("out") and way.get("in"))
    return bool(way) and (
        words or not way.get("bank") or not (way.get("account") or way.get("account_column"))
    )


def _format_section(name: str, section: Mapping[str, Any], *, open_: bool) -> list[str]:
    plain = {key: value for key, value in section.items() if not isinstance(value, dict)}
    parts = {key: value for key, value in section.items() if isinstance(value, dict)}
    lines = (
        [f"[{name}]", *(_format_pair(key, value) for key, value in plain.items())]
        if plain or not parts
        else []
    )
    for key, value in parts.items():
        lines += [
            f"[{name}.{_format_key(key)}]",
            *(_format_pair(inner_key, inner_value) for inner_key, inner_value in value.items()),
        ]
    # As comments: a file that does not load would hide all other proposals.
    return [f"# {line}" for line in lines] if open_ or not section else lines


def _format_pair(key: str, value: Any) -> str:
    return f"{_format_key(key)} = {_format_value(key, value)}"


def _format_key(key: str) -> str:
    return key if key and set(key) <= _BARE else json.dumps(key, ensure_ascii=False)


def _format_value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(_format_value(key, item) for item in value) + "]"
    if key == "epoch" and isinstance(value, str):
        return date.fromisoformat(value[:10]).isoformat()
    # A JSON string is a basic TOML string but for DEL, which TOML requires to be escaped.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
