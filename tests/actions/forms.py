"""Forms filled with something that fits and may pass, and the invented partner of each sort of agency."""

import re
from typing import Any

from tests.actions.room import statement
from warroom.law.kinds.declarations import ActionKind, Input, load_kind, load_prerequisites

SOME: dict[str, Any] = {
    "text": "Enough said.",
    "line": "A line",
    "number": 3,
    "money": "100.00",
    "moment": "2027-06-01T00:00:00+07:00",
    "list": ["one"],
    "person": "Somchai",
    "digest": "ab" * 32,
}
PARTNERS = {
    "bank": "B01",
    "telecom": "T1",
    "police": "POLICE",
    "prosecutor": "PROSECUTOR",
    "court": "COURT",
    "money": "MONEY",
    "power": "POWER",
    "regulator": "REGULATOR",
    "platform": "PLATFORM",
    "shelter": "SHELTER",
    "ngo": "NGO",
    "embassy": "EMBASSY",
    "abroad": "ABROAD",
    "room": "ROOM",
}


def filled(kind: str) -> dict[str, Any]:
    """The details of an action of this kind."""
    return _values(load_kind(kind).inputs)


def document(name: str) -> dict[str, Any]:
    """The contents of a prerequisite."""
    return statement() if name == "collateral-statement" else _values(load_prerequisites()[name].inputs)


def partner_of(kind: ActionKind) -> str:
    """The code of an agency that actions of this kind go to."""
    return PARTNERS[kind.partners[0]] if kind.partners else ""


def _values(inputs: tuple[Input, ...]) -> dict[str, Any]:
    return {one.name: _value(one) for one in inputs}


def _value(one: Input) -> Any:
    if one.kind == "yes-no":
        return not one.must or one.must[0] == "yes"
    return (one.must or one.choices)[0] if one.kind == "code" else SOME[one.kind]


def typed(content: dict[str, object]) -> dict[str, str]:
    """A declaration's values as they are typed."""
    words = {True: "yes", False: "no"}
    return {
        name: words[value] if isinstance(value, bool) else re.sub(r":00\+07:00$", "", str(value))
        for name, value in content.items()
    }
