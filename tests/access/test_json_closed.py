"""JSON inside a view is closed: each such field says which keys may leave, and no other key does."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest

import warroom
from tests.access.test_marks import one, views
from tests.cases.scenes import Scene
from warroom.access.masking import KEYS, redact
from warroom.assets.classes import load_classes
from warroom.cases.schema import Snapshot
from warroom.cases.views import DETAIL, TRAIL, HistoryLine
from warroom.ledger.officers import ROLES, Role
from warroom.marking import get_json_fields, get_marks

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def holds_json(hint: Any) -> bool:
    """Whether a field can hold JSON whose keys no type knows: a dictionary of anything."""
    if get_origin(hint) is Annotated:
        return holds_json(get_args(hint)[0])
    kind, inside = get_origin(hint), get_args(hint)
    if hint in (dict, Mapping) or (isinstance(kind, type) and issubclass(kind, Mapping)):
        return not inside or inside[-1] in (Any, object) or holds_json(inside[-1])
    return any(holds_json(each) for each in inside)


def test_every_field_of_json_says_which_keys_may_leave_or_is_marked_whole() -> None:
    found = {
        (view, name)
        for view in views()
        for name, hint in get_type_hints(view, include_extras=True).items()
        if holds_json(hint)
    }
    assert len(found) > 10
    silent = [
        f"{view.__name__}.{name}"
        for view, name in found
        if name not in get_json_fields(view) and name not in get_marks(view)
    ]
    assert not silent, "say JsonOf(keys), a mark for the whole of it, or Open(why)"
    for view, name in found:
        if name in get_json_fields(view):
            assert len(get_json_fields(view)[name].keys()) > 3


@pytest.mark.parametrize("role", ROLES)
def test_what_no_key_declares_leaves_for_nobody(role: Role) -> None:
    detail = {
        "amount": 5,
        "nickname": "Lek",
        "details": {"nickname": "Lek", "reason": "x"},
        "cases": [{"n": 1}],
    }
    line = HistoryLine(NOW, "anna", "hold.approved", "hold:1", detail)
    shown = redact(one(role), line).detail
    assert shown == {"amount": 5, "details": {"reason": "x"}, "cases": [{}]}
    declared = HistoryLine(NOW, "anna", "hold.approved", "hold:1", {"amount": 5})
    assert redact(one(role), declared) is declared


def test_a_frozen_trail_holds_declared_keys_alone(scene: Scene) -> None:
    scene.case()
    with scene.ledger.open_session() as session:
        trail = json.loads(session.query(Snapshot).one().trail)
    assert keys_in(trail) - TRAIL.keys() == set()
    assert keys_in(scene.page().trail) == keys_in(trail)


def keys_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys_in, value.values()))
    return set().union(*map(keys_in, value)) if isinstance(value, list) else set()


def test_every_class_of_assets_may_say_its_particulars() -> None:
    from warroom.assets.views import AssetView

    keys = get_json_fields(AssetView)["particulars"].keys()
    assert {one.name for kind in load_classes().values() for one in kind.particulars} <= keys


LOGS = re.compile(r"(?:^|\.)(?:append|write_audit_row|log_(?:entry|asset|request|person|operation|action))$")
"""Functions that write a row of the log."""


def keys_logged() -> Iterator[tuple[str, str]]:
    """The keys that rows about cases are written with, where they are written in one place."""
    root = Path(warroom.__file__).parent
    for room in ("cases", "orders", "evidence", "requests", "actions", "assets"):
        for path in (root / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and LOGS.search(ast.unparse(node.func)):
                    for given in node.args:
                        if isinstance(given, ast.Dict):
                            yield from (
                                (str(path), k.value) for k in given.keys if isinstance(k, ast.Constant)
                            )


def test_what_the_log_says_of_a_case_is_declared() -> None:
    logged = list(keys_logged())
    assert len(logged) > 25
    declared = DETAIL.keys() | KEYS.keys()
    missing = {(path, key) for path, key in logged if key not in declared}
    assert not missing, "add the key to cases/history.toml, or leave it out of the row"
