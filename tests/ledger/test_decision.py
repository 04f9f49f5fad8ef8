"""A decision: its role, its key, its change and its row of the log are one, whichever service it is taken in."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import warroom
from warroom.access.officers import add_officer
from warroom.errors import NotAllowed, NotPossible
from warroom.ledger.base import Base
from warroom.ledger.decision import Unlogged, logged_read, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import Bookmark

NOW = datetime(2026, 3, 1, 3, tzinfo=UTC)
SOURCE = Path(warroom.__file__).parent
ROOMS = (
    "access",
    "law",
    "orders",
    "cases",
    "evidence",
    "actions",
    "requests",
    "assets",
    "survivors",
    "triage",
    "matches",
    "public",
    "room",
)


@pytest.fixture
def som(ledger: Ledger) -> Officer:
    return add_officer(ledger, "som", "Som R.", "correct horse battery", ["officer"])


def rows(ledger: Ledger, verb: str) -> int:
    ledger.number_committed_rows()
    with ledger.engine.connect() as connection:
        audit = Base.metadata.tables["audit"]
        return len(connection.execute(audit.select().where(audit.c.verb == verb)).all())


def note(ledger: Ledger, officer: Officer, value: str, key: str) -> str:
    """Keep a word and say so in the log."""
    with open_decision(ledger, officer, "officer", now=NOW) as this:
        if this.find_earlier_result(key, "test.noted", value) is None:
            this.session.merge(Bookmark(name="test", value=value))
            this.log_entry("test.noted", "test", {"value": value})
        return value


def test_the_same_key_decides_once_and_is_logged_once(ledger: Ledger, som: Officer) -> None:
    assert [note(ledger, som, "a", "key-1"), note(ledger, som, "a", "key-1")] == ["a", "a"]
    assert rows(ledger, "test.noted") == 1


def test_a_key_used_for_another_decision_is_refused(ledger: Ledger, som: Officer) -> None:
    note(ledger, som, "a", "key-1")
    with pytest.raises(NotPossible, match="used for another decision"):
        note(ledger, som, "b", "key-1")


def test_a_role_that_was_taken_away_meanwhile_decides_nothing(ledger: Ledger, som: Officer) -> None:
    with pytest.raises(NotAllowed), open_decision(ledger, som, "auditor", now=NOW):
        pytest.fail("the block is not entered")


def test_what_the_log_was_not_told_is_undone(ledger: Ledger, som: Officer) -> None:
    with pytest.raises(Unlogged), open_decision(ledger, som, now=NOW) as this:
        this.session.add(Bookmark(name="silent", value="x"))
    with ledger.open_session() as session:
        assert session.get(Bookmark, "silent") is None


def test_whoever_changes_nothing_need_not_be_logged(ledger: Ledger, som: Officer) -> None:
    with open_decision(ledger, som, now=NOW) as this:
        assert this.person.username == "som"


def test_a_look_is_logged_under_the_name_of_who_looked(ledger: Ledger, som: Officer) -> None:
    with logged_read(ledger, som, "officer", now=NOW) as this:
        this.log_entry("test.read", "test")
    assert rows(ledger, "test.read") == 1


def test_a_look_without_the_role_shows_and_logs_nothing(ledger: Ledger, som: Officer) -> None:
    with pytest.raises(NotAllowed), logged_read(ledger, som, "auditor", now=NOW):
        pytest.fail("the block is not entered")


def test_the_machines_own_command_line_decides_without_a_role(ledger: Ledger) -> None:
    with open_decision(ledger, None, "admin", now=NOW) as this:
        this.session.add(Bookmark(name="test", value="x"))
        this.log_entry("test.noted", "test")
    assert rows(ledger, "test.noted") == 1


def test_people_without_a_sign_in_never_pass_for_an_officer(ledger: Ledger) -> None:
    with pytest.raises(NotAllowed), open_decision(ledger, "public", "officer", now=NOW):
        pytest.fail("the block is not entered")
    with pytest.raises(NotAllowed), open_decision(ledger, "public", now=NOW) as this:
        this.find_earlier_result("key-1", "anything")


def services() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every public function of the rooms that is given a ledger, an officer and the key of a decision."""
    for room in ROOMS:
        for file in sorted((SOURCE / room).rglob("*.py")):
            for one in ast.parse(file.read_text("utf-8")).body:
                if isinstance(one, ast.FunctionDef) and not one.name.startswith("_"):
                    given = {arg.arg for arg in (*one.args.args, *one.args.kwonlyargs)}
                    if {"ledger", "officer", "key"} <= given:
                        yield f"{file.relative_to(SOURCE)}:{one.name}", one


BY_HAND = (
    "idempotency",
    "writing.write_audit_row",
    "writing.write_audit_rows",
    "officers.require_role",
    "looks.log_list_read",
)
TRUE_EXCEPTIONS = {
    (
        "public/incoming.py",
        "looks.log_list_read",
    ): "As of a hold: one row of the log an hour, whoever opens the page of what waits.",
    (
        "public/flags.py",
        "looks.log_list_read",
    ): "As of a hold: one row of the log an hour, whoever opens the page of a flag.",
    (
        "public/appeals.py",
        "looks.log_list_read",
    ): "Nobody signs in there: one row of the log an hour, whoever opens the page of a hold ten thousand times.",
    (
        "public/taking_in.py",
        "writing.write_audit_row",
    ): "What comes in by itself, many at once and from people without a sign-in.",
    (
        "public/taking_in.py",
        "writing.write_audit_rows",
    ): "What comes in by itself, many at once and from people without a sign-in.",
    (
        "public/claims.py",
        "writing.write_audit_row",
    ): "A claim that could not be filed was no decision; the log keeps what was sent all the same.",
    (
        "public/objections.py",
        "writing.write_audit_row",
    ): "An objection that could not be filed was no decision; the log keeps what was sent all the same.",
    (
        "access/sign_in.py",
        "writing.write_audit_row",
    ): "Who signs in or out is no officer yet, or no more; a wrong try is committed before it is refused.",
    (
        "access/passkeys.py",
        "writing.write_audit_row",
    ): "A refused passkey is committed before it is refused: what raises in a decision would undo it.",
    (
        "access/provider.py",
        "writing.write_audit_row",
    ): "A refused visit is committed before it is refused: what raises in a decision would undo it.",
    (
        "access/sessions.py",
        "writing.write_audit_row",
    ): "A wrong old password is counted before it is refused: what raises in a decision would undo it.",
    (
        "cases/purposes.py",
        "writing.write_audit_row",
    ): "A purpose is noted in whichever walk is under way, also a reader's.",
    (
        "cases/intake.py",
        "writing.write_audit_row",
    ): "What happens by itself, about a case that is made or found only under the lock of all claims.",
    (
        "cases/queries/open_page.py",
        "officers.require_role",
    ): "An open page asks every few seconds whether anything changed: nothing is shown, and no look is logged each time.",
    (
        "cases/following.py",
        "writing.write_audit_row",
    ): "What happens by itself, about a case that is made or found only under the lock of all claims.",
    (
        "orders/outbox.py",
        "writing.write_audit_row",
    ): "An order leaves, fails or is taken back by itself, or as a part of another decision.",
    (
        "room/networks/recording.py",
        "writing.write_audit_row",
    ): "The daily look for groups is no officer's decision: it happens by itself, in one transaction with its row.",
    (
        "survivors/opening.py",
        "writing.write_audit_row",
    ): "Who was not let in has no role to look with, and is logged all the same.",
    (
        "survivors/queries.py",
        "officers.require_role",
    ): "An officer's own notices: a bell that pages ask for, logged nowhere.",
}


def by_hand(room: str) -> Iterator[tuple[str, str]]:
    """Every name of the log, the keys and the roles that a file of the room uses past the walk."""
    for file in sorted((SOURCE / room).rglob("*.py")):
        for one in ast.walk(ast.parse(file.read_text("utf-8"))):
            name = ast.unparse(one) if isinstance(one, ast.Attribute | ast.Name) else ""
            if name in BY_HAND:
                yield str(file.relative_to(SOURCE)), name


def functions(room: str) -> dict[str, list[ast.FunctionDef]]:
    """The functions of a room by name."""
    found: dict[str, list[ast.FunctionDef]] = {}
    for file in (SOURCE / room).rglob("*.py"):
        for one in ast.parse(file.read_text("utf-8")).body:
            if isinstance(one, ast.FunctionDef):
                found.setdefault(one.name, []).append(one)
    return found


def walks(one: ast.FunctionDef, known: dict[str, list[ast.FunctionDef]]) -> bool:
    """Whether a function opens a decision, or hands what it was given on to one of its room that does."""
    if any(ast.unparse(item).startswith("open_decision(") for item in contexts(one)):
        return True
    called = {ast.unparse(node.func) for node in ast.walk(one) if isinstance(node, ast.Call)} - {one.name}
    return any(walks(other, known) for name in called for other in known.get(name, []))


def test_every_service_with_a_key_takes_the_walk() -> None:
    known = {room: functions(room) for room in ROOMS}
    for where, one in services():
        assert walks(one, known[where.split("/")[0]]), where


def contexts(one: ast.FunctionDef) -> list[ast.expr]:
    return [
        item.context_expr for block in ast.walk(one) if isinstance(block, ast.With) for item in block.items
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_no_service_keeps_keys_or_writes_the_log_by_hand(room: str) -> None:
    assert set(by_hand(room)) <= set(TRUE_EXCEPTIONS)
