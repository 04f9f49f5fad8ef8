"""Masks views by role: a view is any frozen dataclass, and the types of its fields carry the marks
(`warroom.marking`).

JSON inside a view (a trail, the facts of an order, the detail of a log row) has no types: there the keys carry the
marks, the same in every view (`KEYS`), and a field declares which keys may leave at all (`JsonOf`).
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from warroom.ledger.officers import Officer
from warroom.marking import AnyMark, Mark, MarkOf, get_json_fields, get_marks

View = TypeVar("View")

KEYS: Mapping[str, Mark] = {
    **dict.fromkeys(("account", "payer", "payee", "victims", "accounts_named"), Mark.ACCOUNT),
    **dict.fromkeys(("who", "holder", "holder_name", "person_name", "alias", "contact"), Mark.PERSONAL),
    **dict.fromkeys(("phone", "email", "address_of", "plate"), Mark.PERSONAL),
    **dict.fromkeys(("statement", "screening_answers", "needs", "shelter", "consent_text"), Mark.SURVIVOR),
}
"""The marks of values under these keys of JSON, at any depth."""

NEEDS: dict[Mark, frozenset[str]] = {
    Mark.ACCOUNT: frozenset(
        {"officer", "supervisor", "appeals", "investigator", "prosecutor", "custodian", "logistics"}
    ),
    Mark.PERSONAL: frozenset({"officer", "supervisor", "appeals", "investigator", "prosecutor", "screener"}),
    Mark.SURVIVOR: frozenset({"screener"}),
}
"""The roles whose work needs the marked values. An auditor checks that the log is complete, a lawyer confirms law,
an administrator manages officers, a commander directs: none of them needs to know whose account it is. A liaison
reads what was shared with a partner in the request itself.
"""
# Characters of an account number that stay readable, as banks print on receipts: two accounts on a page
# stay apart.
KEPT_SIGNS = 4
MASK = "•"
LEAVES = (str, int, float, datetime, type(None))
"""Types of most values in a view; none of them can carry a mark inside."""


def list_masked_marks(officer: Officer) -> frozenset[Mark]:
    """The marks that are masked for an officer: those that none of their roles needs."""
    return frozenset(mark for mark, roles in NEEDS.items() if not officer.has_role(*roles))


def redact(officer: Officer, view: View) -> View:
    """The view with everything masked that this officer's roles do not need, at any depth, and without undeclared keys
    of JSON; the same object where nothing changes.

    An account keeps its last four characters, so that two accounts on one page stay apart; a name or text keeps none.
    """
    return mask_view(view, list_masked_marks(officer))


def mask_view(view: View, shut: frozenset[Mark]) -> View:
    """As `redact`, for a set of masked marks: a view that never changes can be masked once for all who share the set."""
    found: View = _redact_value(view, shut)
    return found


def _redact_value(value: Any, shut: frozenset[Mark]) -> Any:
    if isinstance(value, LEAVES):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return _redacted_view(value, shut)
    if isinstance(value, dict):
        if _has_none_of(value, _keys_shut(shut)):
            return value
        shown = {
            key: _mask_or_redact(held, _masked_as(KEYS.get(str(key)), shut), shut)
            for key, held in value.items()
        }
        # The same object where nothing was masked: most of a page is not, and need not be copied.
        if all(held is value[key] for key, held in shown.items()):
            return value
        # A reason holds its parameters twice: as values, and inside its sentences.
        return shown if shown.get("params") is value.get("params") else _mask_sentences(value, shown)
    if isinstance(value, list | tuple):
        made = [_redact_value(item, shut) for item in value]
        return value if all(new is old for new, old in zip(made, value, strict=True)) else type(value)(made)
    return value


def _mask_sentences(reason: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
    """A reason with masked parameters: its frozen sentences contain the same values, so they are replaced there too."""
    pairs = [
        (str(held), str(shown["params"][key]))
        for key, held in reason["params"].items()
        if shown["params"][key] is not held and held
    ]
    return {
        **shown,
        "text": {
            language: _replace_pairs(sentence, pairs)
            for language, sentence in dict(shown.get("text") or {}).items()
        },
    }


def _replace_pairs(text: str, pairs: list[tuple[str, str]]) -> str:
    for raw, masked_as in pairs:
        text = text.replace(raw, masked_as)
    return text


@cache
def _keys_shut(shut: frozenset[Mark]) -> frozenset[str]:
    """The keys of JSON whose values are masked for this set of marks."""
    return frozenset(key for key, mark in KEYS.items() if mark in shut)


def _has_none_of(value: Any, keys: frozenset[str]) -> bool:
    """Whether JSON has none of these keys at any depth: a fast path for trails of thousands of accounts."""
    if type(value) is dict:
        return keys.isdisjoint(value) and all(
            isinstance(one, LEAVES) or _has_none_of(one, keys) for one in value.values()
        )
    # Anything but plain JSON may be a view, whose own fields say what of it is masked.
    return type(value) is list and all(isinstance(one, LEAVES) or _has_none_of(one, keys) for one in value)


def _redacted_view(view: Any, shut: frozenset[Mark]) -> Any:
    changed = {}
    for name, mark, keys in _fields_of(view.__class__):
        held = getattr(view, name)
        kept = held if keys is None else _keep_declared(held, keys)
        shown = _mask_or_redact(kept, _masked_as(mark, shut, view), shut)
        if shown is not held:
            changed[name] = shown
    return replace(view, **changed) if changed else view


def _keep_declared(value: Any, keys: frozenset[str]) -> Any:
    """JSON reduced to these keys; the same object where no other key is present."""
    if isinstance(value, Mapping):
        kept = {key: _keep_declared(held, keys) for key, held in value.items() if key in keys}
        same = len(kept) == len(value) and all(held is value[key] for key, held in kept.items())
        return value if same else kept
    if isinstance(value, list | tuple):
        made = [_keep_declared(item, keys) for item in value]
        return value if all(new is old for new, old in zip(made, value, strict=True)) else type(value)(made)
    return value


@cache  # a page of a case holds hundreds of views of a few classes, and reading a class's types is slow
def _fields_of(view: type) -> tuple[tuple[str, AnyMark | None, frozenset[str] | None], ...]:
    """Each field with its mark, and for JSON the keys that may leave."""
    marks, declared = get_marks(view), get_json_fields(view)
    # A key that bears a mark is declared by it.
    keys = {name: said.keys() | frozenset(KEYS) for name, said in declared.items()}
    return tuple((one.name, marks.get(one.name), keys.get(one.name)) for one in fields(view) if one.init)


def _masked_as(mark: AnyMark | None, shut: frozenset[Mark], view: Any = None) -> Mark | None:
    """The mark by which a field or a key's value is masked; None where it may be read."""
    # The mark depends on another field of the view: a subject's id is an account, a phone or a feeder by
    # its kind.
    if isinstance(mark, MarkOf):
        decided = mark.marks.get(getattr(view, mark.field))
        return (mark.masked_as or decided) if decided in shut else None
    return mark if isinstance(mark, Mark) and mark in shut else None


def _mask_or_redact(value: Any, mark: Mark | None, shut: frozenset[Mark]) -> Any:
    return _redact_value(value, shut) if mark is None else _mask_value(value, mark, shut)


def _mask_value(value: Any, mark: Mark, shut: frozenset[Mark]) -> Any:
    if isinstance(value, str):
        return mask(value, mark)
    if isinstance(value, dict) and "number" in value:
        # An account in a trail is {bank, number}: the bank may be read.
        return {key: mask(held, mark) if key == "number" else held for key, held in value.items()}
    # Under a marked key nothing of an unknown shape is shown: better too little than a name.
    if isinstance(value, Mapping):
        return {}
    if isinstance(value, list | tuple):
        return type(value)(_mask_value(item, mark, shut) for item in value)
    return _redact_value(value, shut)


def mask(text: str, mark: Mark) -> str:
    """A masked text; empty stays empty."""
    if not text:
        return text
    # Four signs whatever was there: their number would tell the length.
    return mask_account_number(text) if mark == Mark.ACCOUNT else MASK * 4


def mask_account_number(number: str) -> str:
    """The last four signs of an account's number behind four dots, so that two accounts on one page stay apart."""
    # A number no longer than what is kept would be shown whole.
    return MASK * 4 + (number[-KEPT_SIGNS:] if len(number) > KEPT_SIGNS else "")
