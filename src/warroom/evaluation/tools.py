"""The tools that a policy may be given: what differs between two policies with the same tools is their rule alone."""

from typing import Literal, get_args

from warroom.errors import WorldError

Tool = Literal["holds", "warnings"]
TOOLS: tuple[Tool, ...] = get_args(Tool)
"""holds: amounts held and accounts blocked at banks, and let go. warnings: payers told before they pay."""


def tools_of(text: str) -> frozenset[Tool]:
    """Tools from 'holds,warnings'; raises WorldError for one that does not exist or stands twice."""
    names = [part.strip() for part in text.split(",")]
    for name in names:
        if name not in TOOLS:
            raise WorldError(f"There is no tool '{name}'; choose of {', '.join(TOOLS)}.")
    if len(set(names)) < len(names):
        raise WorldError(f"'{text}' names a tool twice; name each once.")
    return frozenset(tool for tool in TOOLS if tool in names)
