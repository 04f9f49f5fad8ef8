"""Marks on fields: which hold an account number, which what says who somebody is, which what a survivor said; and
what of it is masked for whom.

A view is any frozen dataclass. A field is marked by its name (`ACCOUNT`, `PERSONAL`, `SURVIVOR`), because the same
name means the same thing in every view, and a new view is covered on the day it is written.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, TypeVar

from warroom.operations.views import Officer

Mark = Literal["account", "personal", "survivor"]
View = TypeVar("View")

ACCOUNT = frozenset({"account", "payer", "payee", "victims", "accounts_named"})
PERSONAL = frozenset(
    {
        "who",
        "holder",
        "holder_name",
        "person_name",
        "alias",
        "contact",
        "phone",
        "email",
        "address_of",
        "plate",
    }
)
SURVIVOR = frozenset({"statement", "screening_answers", "needs", "shelter", "consent_text"})

# Names that mean another thing elsewhere: a hold's order names the account as its subject, and an order's facts are
# everything that its message says.
OF_VIEWS: dict[tuple[str, str], Mark] = {
    ("OrderView", "subject"): "account",
    ("OrderView", "facts"): "account",
}

# What an action is about is named by its sort and its number.
OF_SUBJECTS: dict[str, Mark] = {"account": "account", "person": "personal", "number": "personal"}

NEEDS: dict[Mark, frozenset[str]] = {
    "account": frozenset(
        {"officer", "supervisor", "appeals", "investigator", "prosecutor", "custodian", "logistics"}
    ),
    "personal": frozenset({"officer", "supervisor", "appeals", "investigator", "prosecutor", "screener"}),
    "survivor": frozenset({"screener"}),
}
"""Which roles need what is marked to do their work. An auditor checks that the log is whole, a lawyer confirms law,
an administrator manages officers, a commander steers: none of it needs whose account it is. A liaison sees what was
shared with a partner in the request itself, and nothing here.
"""
KEPT_SIGNS = 4
MASK = "•"


def marks_shut(officer: Officer) -> frozenset[Mark]:
    """The marks that are masked for an officer: those that none of the roles needs."""
    return frozenset(mark for mark, roles in NEEDS.items() if not officer.may(*roles))


def redact(officer: Officer, view: View) -> View:
    """The view with what this officer's roles do not need masked, however deep it lies; itself where nothing is.

    An account keeps its last four signs, so that two accounts on one page stay apart; a name or words keep none.
    """
    shut = marks_shut(officer)
    masked: View = _redacted(view, shut) if shut else view
    return masked


def _redacted(value: Any, shut: frozenset[Mark]) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        named = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
        view = type(value).__name__
        about = OF_SUBJECTS.get(named["kind"]) if view == "Subject" else None
        if about is not None and about in shut:
            masked: Any = {"id": mask(named["id"], about), "note": mask(named["note"], "personal")}
            return replace(value, **masked)
        shown = {name: _field(name, held, shut, view) for name, held in named.items()}
        changed = {name: held for name, held in shown.items() if held is not named[name]}
        return replace(value, **changed) if changed else value
    if isinstance(value, dict):
        shown = {name: _field(str(name), held, shut) for name, held in value.items()}
        return value if all(held is value[name] for name, held in shown.items()) else shown
    if isinstance(value, list | tuple):
        made = [_redacted(one, shut) for one in value]
        return value if all(new is old for new, old in zip(made, value, strict=True)) else type(value)(made)
    return value


def _field(name: str, value: Any, shut: frozenset[Mark], view: str = "") -> Any:
    mark = OF_VIEWS.get((view, name)) or mark_of(name)
    if mark is None or mark not in shut:
        return _redacted(value, shut)
    return _masked(value, mark, shut)


def mark_of(name: str) -> Mark | None:
    """The mark of a field by its name, None for one that is open to every reader."""
    if name in ACCOUNT:
        return "account"
    if name in PERSONAL:
        return "personal"
    return "survivor" if name in SURVIVOR else None


def _masked(value: Any, mark: Mark, shut: frozenset[Mark]) -> Any:
    if isinstance(value, str):
        return mask(value, mark)
    if isinstance(value, dict) and "number" in value:
        # An account in a trail is {bank, number}: the bank may be read.
        return {key: mask(held, mark) if key == "number" else held for key, held in value.items()}
    if isinstance(value, Mapping):
        return {}
    if isinstance(value, list | tuple):
        return type(value)(_masked(one, mark, shut) for one in value)
    return value


def mask(text: str, mark: Mark) -> str:
    """A masked text; empty stays empty."""
    if not text:
        return text
    return MASK * 4 + (text[-KEPT_SIGNS:] if mark == "account" and len(text) > KEPT_SIGNS else "")
