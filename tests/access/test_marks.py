"""What is masked stands in the types of views and answers: no name can lose it, and none can be forgotten."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, make_dataclass
from datetime import date, datetime
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Annotated, Any, Literal, NewType, get_args, get_origin, get_type_hints

import pytest

import warroom
from tests.cases.scenes import Scene
from warroom.access.masking import KEYS, MASK, redact
from warroom.actions.views import DocumentView
from warroom.assets.views import AssetView
from warroom.cases.views import HistoryLine, ProposalView
from warroom.law.kinds.declarations import list_input_names
from warroom.ledger.officers import ROLES, Officer
from warroom.marking import AccountNumber, Mark, MarkOf, Open, Personal, Survivor, find_mark, get_marks
from warroom.orders.order_content import OrderSubject
from warroom.orders.views import OrderView
from warroom.reasons.reason import Reason
from warroom.room.worklist.order_list import list_orders_with_answers
from warroom.subjects.subject import Subject as Looked
from warroom.web.kit.api import Answer

WORDS = frozenset(
    {
        *("account", "payer", "payee", "victim", "who", "whom", "holder", "owner", "alias", "contact"),
        *("phone", "telephone", "mobile", "imsi", "msisdn", "email", "plate", "statement", "shelter"),
    }
)
FOUR = MASK * 4
EVERYTHING = {Mark.ACCOUNT: f"{FOUR}6789", Mark.PERSONAL: FOUR, Mark.SURVIVOR: FOUR}


def one(*roles: str) -> Officer:
    """An officer of these roles."""
    return Officer(9, "x", "X", "", frozenset(roles))


ADMIN = one("admin")
"""Needs nothing that is marked."""


def modules_of(*last: str) -> list[ModuleType]:
    """Every module of the house whose name ends so."""
    found = walk_packages(warroom.__path__, "warroom.", onerror=print)
    return [import_module(one.name) for one in found if one.name.rpartition(".")[2].endswith(last)]


def views() -> dict[type, None]:
    """Every dataclass of the views, and whatever dataclass is a field of one."""
    found: dict[type, None] = {}

    def add(kind: object) -> None:
        if isinstance(kind, type) and is_dataclass(kind) and kind not in found:
            found[kind] = None
            for hint in get_type_hints(kind).values():
                for inside in leaves(hint):
                    add(inside)

    for module in modules_of("views"):
        for kind in vars(module).values():
            add(kind)
    return found


def answers(kind: type = Answer) -> Iterator[type]:
    for below in kind.__subclasses__():
        yield below
        yield from answers(below)


def leaves(hint: Any) -> Iterator[Any]:
    """What a type is made of: `tuple[X | None, ...]` of X and None."""
    inside = () if get_origin(hint) is Literal else get_args(hint)
    yield from (leaf for each in inside for leaf in leaves(each)) if inside else (hint,)


def speaks(hint: Any) -> bool:
    """Whether words can stand in it: not in numbers, times and fixed codes."""
    silent = (int, float, bool, datetime, date, type(None), Ellipsis)
    return any(leaf not in silent and get_origin(leaf) is not Literal for leaf in leaves(hint))


def sounds_marked(name: str) -> bool:
    words = {form for word in name.split("_") for form in (word, word.removesuffix("s"))}
    return name in KEYS or (not name.endswith("_bank") and not words.isdisjoint(WORDS))


def test_every_field_that_sounds_like_somebody_says_whether_it_is_masked() -> None:
    modules_of("api", "shapes")
    classes = [*views(), *answers()]
    assert len(classes) > 250
    forgotten = [
        (kind.__name__, name)
        for kind in classes
        for name, hint in get_type_hints(kind).items()
        if sounds_marked(name) and speaks(hint) and name not in get_marks(kind)
    ]
    assert not forgotten


def test_what_is_open_against_its_name_says_why() -> None:
    said = [
        mark for kind in (*views(), *answers()) for mark in get_marks(kind).values() if isinstance(mark, Open)
    ]
    assert said
    assert all(len(mark.why.split()) >= 3 for mark in said)


def test_an_answer_bears_the_marks_of_the_view_it_is_read_off() -> None:
    read_off = 0
    for answer in answers():
        own = set(get_type_hints(answer)) - {"model_config", "__view__"}
        like = [view for view in views() if own <= set(get_type_hints(view)) and len(own) > 3]
        if len(like) == 1:
            read_off += 1
            same = {name: mark for name, mark in get_marks(like[0]).items() if name in own}
            assert get_marks(answer) == same, (answer, like)
    assert read_off > 30


def test_another_class_called_subject_is_shown_as_its_own_types_say() -> None:
    other = make_dataclass("Subject", [("kind", str), ("id", str), ("plate", Personal)], frozen=True)
    shown = redact(ADMIN, other("account", "0123456789", "KK 1234"))
    assert shown == other("account", "0123456789", FOUR)
    assert redact(ADMIN, Looked("account", "B02:0123456789")) == Looked("account", f"{FOUR}6789")
    assert redact(ADMIN, Looked("page", "a-page")) == Looked("page", "a-page")


def test_a_view_keeps_its_masks_under_any_name(scene: Scene) -> None:
    scene.in_effect()
    order = list_orders_with_answers(scene.ledger, scene.anna)[0][0].order
    assert order.original is not None
    renamed = make_dataclass("Instruction", [], bases=(OrderView,), frozen=True)
    again = renamed(**{field.name: getattr(order, field.name) for field in fields(OrderView)})
    for said in (order, again):
        shown = redact(ADMIN, said)
        assert (said.subject, shown.subject) == ("2002", FOUR)
        assert shown.facts == {}
        assert shown.original.payee == FOUR
        assert shown.original.payee_bank == order.original.payee_bank


@pytest.mark.parametrize(
    ("kind", "role", "shown"),
    [
        ("account", "admin", (f"{FOUR}6789", FOUR)),
        ("account", "screener", (f"{FOUR}6789", FOUR)),
        ("account", "logistics", ("0123456789", "a note")),
        ("person", "logistics", (FOUR, FOUR)),
        ("number", "logistics", (FOUR, FOUR)),
        ("number", "screener", ("0123456789", "a note")),
        ("feeder", "admin", ("0123456789", "a note")),
    ],
)
def test_what_an_action_is_about_is_masked_by_its_kind(kind: str, role: str, shown: tuple[str, str]) -> None:
    assert redact(one(role), OrderSubject(kind, "0123456789", "a note")) == OrderSubject(kind, *shown)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_what_it_needs_and_nothing_is_made_anew_for_it(role: str) -> None:
    view = make_dataclass("View", [("account", AccountNumber), ("name", Personal), ("told", Survivor)])
    said = view("0123456789", "0123456789", "0123456789")
    shown = redact(one(role), said)
    masked = {
        mark
        for mark, field in zip(Mark, fields(view), strict=True)
        if getattr(shown, field.name) == EVERYTHING[mark]
    }
    open_to = {
        "screener": {Mark.PERSONAL, Mark.SURVIVOR},
        "custodian": {Mark.ACCOUNT},
        "logistics": {Mark.ACCOUNT},
    }
    desk = ("officer", "supervisor", "appeals", "investigator", "prosecutor")
    needed = {Mark.ACCOUNT, Mark.PERSONAL} if role in desk else open_to.get(role, set())
    assert masked == set(Mark) - needed
    if role in desk:
        open_ones = make_dataclass("Open", [("account", AccountNumber), ("name", Personal)])("1", "2")
        assert redact(one(role, "screener"), open_ones) is open_ones


@pytest.mark.parametrize(("key", "mark"), KEYS.items())
def test_json_is_masked_by_its_keys_in_every_field_that_holds_some(key: str, mark: Mark) -> None:
    deep, said = [name for name in sorted(list_input_names()) if name not in KEYS][:2]
    body = {deep: [{key: "0123456789", said: 5}], said: "0123456789"}
    masked = {deep: [{key: EVERYTHING[mark], said: 5}], said: "0123456789"}
    moment = datetime(2026, 1, 1)
    line = HistoryLine(moment, "anna", "hold.approved", "hold:1", body)
    assert redact(ADMIN, line).detail == masked
    paper = DocumentView("warrant", body, "", "anna", moment, shared=False)
    assert redact(ADMIN, paper).content == masked


def test_the_keys_of_json_that_bear_marks_are_these() -> None:
    by_mark = {mark: {key for key, own in KEYS.items() if own == mark} for mark in Mark}
    assert by_mark == {
        Mark.ACCOUNT: {"account", "payer", "payee", "victims", "accounts_named"},
        Mark.PERSONAL: {
            "who", "holder", "holder_name", "person_name", "alias", "contact", "phone", "email", "address_of", "plate",
        },
        Mark.SURVIVOR: {"statement", "screening_answers", "needs", "shelter", "consent_text"},
    }  # fmt: skip


def test_of_an_account_in_a_trail_the_bank_stays_open_and_of_other_objects_nothing() -> None:
    trail = {
        "victims": [{"bank": "B01", "number": "0123456789"}],
        "steps": [{"payer": {"bank": "B01", "number": "0123456789"}, "payee": {"name": "x"}, "amount": 7}],
        "holder": None,
    }
    view = make_dataclass("Page", [("trail", dict[str, Any] | None)], frozen=True)
    hidden = {"bank": "B01", "number": f"{FOUR}6789"}
    assert redact(ADMIN, view(trail)).trail == {
        "victims": [hidden],
        "steps": [{"payer": hidden, "payee": {}, "amount": 7}],
        "holder": None,
    }
    assert redact(ADMIN, view(None)).trail is None


def test_a_page_of_a_case_tells_no_account_to_who_does_not_need_it(scene: Scene) -> None:
    scene.in_effect()
    page = scene.page()
    shown = redact(ADMIN, page)
    assert page.trail is not None
    assert shown.trail is not None
    numbers = {step[side]["number"] for step in page.trail["steps"] for side in ("payer", "payee")}
    assert numbers
    said = json.dumps(shown.trail)
    assert not [number for number in numbers if f'"{number}"' in said]
    assert {step["payer"]["number"] for step in shown.trail["steps"]} == {FOUR}
    assert {one.account for one in shown.proposals} == {FOUR}
    assert [one.detail["account"] for one in shown.history if "account" in one.detail] == [FOUR]


def test_a_mark_counts_however_deep_it_stands_in_a_type() -> None:
    named = NewType("named", Annotated[str, Mark.PERSONAL])  # type: ignore[valid-newtype]
    for hint in (
        AccountNumber,
        AccountNumber | None,
        tuple[AccountNumber, ...],
        list[tuple[str, AccountNumber]],
        dict[str, AccountNumber],
        Annotated[Mapping[str, Any], Mark.ACCOUNT],
        Annotated[AccountNumber, "a word on it"],
    ):
        assert find_mark(hint) == Mark.ACCOUNT
    assert find_mark(named) == Mark.PERSONAL
    assert find_mark(Annotated[AccountNumber, Open("the room's own account")]) == Open(
        "the room's own account"
    )
    assert find_mark(tuple[Annotated[str, Open("its bank")], AccountNumber]) == Mark.ACCOUNT
    assert find_mark(Literal["account"]) is None
    assert find_mark(dict[str, int]) is None


def test_what_hides_under_a_mark_is_masked_whatever_holds_it() -> None:
    held: list[tuple[str, Any]] = [
        ("some", tuple[AccountNumber, ...]), ("none", AccountNumber | None), ("by", dict[str, AccountNumber]),
    ]  # fmt: skip
    view = make_dataclass("View", held, frozen=True)
    shown = redact(ADMIN, (view(("0123456789", ""), None, {"B01": "0123456789"}),))
    assert shown == (view((f"{FOUR}6789", ""), None, {}),)


def test_an_heir_of_a_view_inherits_its_marks() -> None:
    heir = make_dataclass("Heir", [("plate", Personal, "")], bases=(ProposalView,), frozen=True)
    assert get_marks(heir)["account"] == Mark.ACCOUNT
    assert get_marks(heir)["plate"] == Mark.PERSONAL
    assert isinstance(get_marks(OrderSubject)["id"], MarkOf)
    assert "particulars" not in get_marks(AssetView)


def test_an_account_that_a_reason_names_is_masked_in_its_sentences_too() -> None:
    reason = Reason("looks_like", {"bank": "B02", "other_bank": "B02", "account": "0123456789"}).as_json()
    shown = redact(ADMIN, {"reasons": [reason]})["reasons"][0]
    assert "0123456789" not in json.dumps(shown)
    assert shown["params"] == {"bank": "B02", "other_bank": "B02", "account": f"{FOUR}6789"}
    assert all(f"{FOUR}6789" in said for said in shown["text"].values())
    assert redact(one("officer"), {"reasons": [reason]})["reasons"][0] == reason
