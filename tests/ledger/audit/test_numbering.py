"""A row is committed with its deed and numbered right after: nothing is lost, nothing is out of order, nobody waits."""

import json
import threading
from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy as sa

from warroom import clock
from warroom.errors import LedgerError
from warroom.home import Home
from warroom.ledger.audit import leaf as audit_leaf
from warroom.ledger.audit import numbering, reading, writing
from warroom.ledger.audit.leaf import AuditEntry
from warroom.ledger.ledger import Ledger
from warroom.ledger.postgres import PostgresServer
from warroom.ledger.verify import verify_audit


def fill(ledger: Ledger, rows: int, verb: str = "test") -> None:
    with ledger.open_session() as session:
        writing.write_audit_rows(
            session, [AuditEntry("anna", verb, f"thing:{number}", {"n": number}) for number in range(rows)]
        )


def waiting(ledger: Ledger) -> int:
    with ledger.open_session() as session:
        return session.scalar(sa.text("SELECT count(*) FROM audit_waiting")) or 0


def test_a_row_is_there_with_its_number_right_after_the_commit(ledger: Ledger) -> None:
    fill(ledger, 3)
    assert waiting(ledger) == 0
    assert [row.sequence for row in reading.list_rows(ledger)] == [3, 2, 1]


def test_rows_of_one_transaction_keep_their_order_and_one_detail_each(ledger: Ledger) -> None:
    fill(ledger, 300)
    found = reading.list_rows(ledger, limit=300)
    assert [row.detail["n"] for row in reversed(found)] == list(range(300))
    assert verify_audit(ledger).ok


def test_an_open_transaction_keeps_nobody_from_writing(ledger: Ledger) -> None:
    with ledger.open_session() as slow:
        writing.write_audit_row(slow, None, "slow", "thing")
        fill(ledger, 2)
        assert [row.verb for row in reading.list_rows(ledger)] == ["test", "test"]
    assert [row.verb for row in reading.list_rows(ledger)] == ["slow", "test", "test"]
    assert verify_audit(ledger).ok


def test_many_writers_leave_no_gap_and_nothing_twice(ledger: Ledger, home: Home) -> None:
    def write(own: Ledger, name: str) -> None:
        for number in range(40):
            with own.open_session() as session:
                writing.write_audit_row(session, name, "test", f"thing:{number}")

    with Ledger.open(home) as other:  # as another program would have it
        threads = [
            threading.Thread(target=write, args=(own, f"{place}{number}"))
            for place, own in (("here", ledger), ("there", other))
            for number in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    found = reading.list_rows(ledger, limit=1_000)
    assert [row.sequence for row in reversed(found)] == list(range(1, 241))
    for name in ("here0", "there2"):
        own = [row.subject for row in reversed(found) if row.officer == name]
        assert own == [f"thing:{number}" for number in range(40)]
    assert verify_audit(ledger).ok


def test_what_was_committed_before_the_program_died_is_numbered_by_the_next_reader(
    ledger: Ledger, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(numbering.Numbering, "number_after_commit", lambda self: None)
        fill(ledger, 5)
    assert waiting(ledger) == 5
    with Ledger.open(home) as fresh:
        report = verify_audit(fresh)
    assert (report.ok, report.rows) == (True, 5)


def test_a_decision_stands_where_its_row_cannot_be_numbered_yet(
    ledger: Ledger, by_superuser: Callable[[str], None]
) -> None:
    by_superuser("ALTER FUNCTION audit_number RENAME TO audit_number_away")
    fill(ledger, 1)
    assert waiting(ledger) == 1
    by_superuser("ALTER FUNCTION audit_number_away RENAME TO audit_number")
    assert reading.count_rows(ledger) == 1


def test_a_waiting_row_can_neither_be_changed_nor_taken_away_by_the_program(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbering.Numbering, "number_after_commit", lambda self: None)
    fill(ledger, 1)
    for text in (
        "UPDATE audit_waiting SET verb = 'x'",
        "DELETE FROM audit_waiting",
        "TRUNCATE audit_waiting",
        "INSERT INTO audit SELECT 1, now(), 'a', 'b', 'c', NULL, 'x', sha256('\\x0078'::bytea), 'x'",
        "SELECT audit_number(0, ARRAY[77::bigint], ARRAY['x'::bytea], ARRAY[sha256('\\x0078'::bytea)], ARRAY['x'::bytea])",
        "UPDATE audit_subtrees SET hash = ''",
        "UPDATE cosignatures SET line = ''",
    ):
        with (
            pytest.raises(Exception, match=r"role may not do this|denied|Only rows that wait"),
            ledger.open_session() as s,
        ):
            s.execute(sa.text(text))


def test_a_leaf_is_the_canonical_json_of_what_was_appended(ledger: Ledger) -> None:
    now = clock.get_now()
    detail = {"ไทย": 'ข้อความ "x"\n', "b": [1, 2.5, None], "a": True}
    with ledger.open_session() as session:
        writing.write_audit_row(session, None, "test", "thing:\u201c1\u201d", detail, case="C-1", at=now)
    row, leaf = reading.load_row(ledger, 1)
    assert leaf == audit_leaf.build_leaf(1, now, "warroom", "test", "thing:\u201c1\u201d", detail, "C-1")
    assert leaf.decode() == json.dumps(
        json.loads(leaf), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert (row.detail, row.case) == (detail, "C-1")


def test_a_ledger_that_is_away_is_a_sentence_to_who_reads_the_log(
    ledger: Ledger, ledger_server: PostgresServer, database: str
) -> None:
    fill(ledger, 1)
    with psycopg.connect(ledger_server.make_url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")  # type: ignore[call-overload]
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database,)
        )
        with pytest.raises(LedgerError, match="cannot be reached"):
            reading.list_rows(ledger)
        with pytest.raises(LedgerError, match="cannot be reached"):
            verify_audit(ledger)
        connection.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")  # type: ignore[call-overload]
    assert reading.count_rows(ledger) == 1
