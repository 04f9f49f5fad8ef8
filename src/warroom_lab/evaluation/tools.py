"""The tools that a policy may be given: what differs between two policies with the same tools is their rule alone."""

from typing import Literal, get_args

from warroom.errors import WorldError

Tool = Literal["holds", "warnings", "refusals", "suspensions", "records"]
EVERY: tuple[Tool, ...] = get_args(Tool)
TOOLS: tuple[Tool, ...] = EVERY[:4]
"""What is given where nothing is said, and what a headline is played with.

holds: amounts held and accounts blocked at banks, and let go. warnings: payers told before they pay. refusals: holders
listed centrally, so that banks refuse what is paid to them. suspensions: accounts that stand still for seven days on a bank's
own suspicion. Beside these, `records`: a bank is asked for an account's records where a trail ends on records that do not reach to
the money; of use to who follows trails."""
ON_TRAILS: frozenset[Tool] = frozenset({"holds", "refusals", "suspensions"})
"""Tools for which reports are followed."""
BY_SIGNAL: frozenset[Tool] = frozenset({"warnings", "suspensions"})
"""Tools that rest on signals, and need no report."""


def parse_tools(text: str) -> frozenset[Tool]:
    """Tools from 'holds,warnings'; raises WorldError for one that does not exist or stands twice."""
    names = [part.strip() for part in text.split(",")]
    for name in names:
        if name not in EVERY:
            raise WorldError("world.no-tool", name=name, known=", ".join(EVERY))
    if len(set(names)) < len(names):
        raise WorldError("world.tool-twice", text=text)
    return frozenset(tool for tool in EVERY if tool in names)
