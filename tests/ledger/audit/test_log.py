"""The audit log only grows, and anyone who changes it anyway is found out."""

import hashlib
import time
from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.scenes import Scene
from warroom import clock
from warroom.ledger import merkle
from warroom.ledger.audit import checkpoints, leaf, writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.postgres import PostgresServer
from warroom.ledger.verify import verify_audit


def fill(ledger: Ledger, rows: int = 10) -> None:
    for number in range(rows):
        with ledger.open_session() as session:
            writing.write_audit_row(session, None, "test", f"thing:{number}", {"n": number})
    ledger.number_committed_rows()


def test_rows_are_numbered_without_gaps_and_verify(ledger: Ledger) -> None:
    fill(ledger)
    with ledger.open_session() as session:
        writing.write_audit_row(session, None, "undone", "thing")
        session.rollback()
    fill(ledger, 1)
    report = verify_audit(ledger)
    assert (report.ok, report.rows, report.faults) == (True, 11, ())


def test_the_application_may_neither_change_nor_delete_nor_drop(ledger: Ledger) -> None:
    fill(ledger)
    for text in (
        "UPDATE audit SET verb = 'x'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "DROP TRIGGER audit_only_grows ON audit",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "SET ROLE warroom_owner",
        "DROP TABLE checkpoints",
    ):
        with (
            pytest.raises(Exception, match=r"role may not do this|denied|must be owner"),
            ledger.open_session() as session,
        ):
            session.execute(sa.text(text))


def test_even_the_owner_is_stopped_by_the_trigger(
    ledger: Ledger, ledger_server: PostgresServer, database: str
) -> None:
    fill(ledger)
    with psycopg.connect(ledger_server.make_url("postgres", database)) as connection:
        for text in ("UPDATE audit SET verb = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
            with pytest.raises(psycopg.Error, match="only ever added"), connection.transaction():
                connection.execute(text)  # type: ignore[call-overload]


def test_a_changed_row_is_named(ledger: Ledger, by_superuser: Callable[[str], None]) -> None:
    fill(ledger)
    by_superuser("UPDATE audit SET officer = 'somebody-else' WHERE sequence = 4")
    (fault,) = verify_audit(ledger).faults
    assert (fault.sequence, fault.kind) == (4, "changed")


def test_a_row_changed_together_with_its_hash_is_named(
    ledger: Ledger, by_superuser: Callable[[str], None]
) -> None:
    """Content and hash agree again; only the chain under a secret of the home knows."""
    fill(ledger)
    forged = leaf.build_leaf(4, clock.get_now(), "warroom", "test", "thing:99", {}, None)
    hashed = merkle.leaf_hash(forged)
    by_superuser(
        f"UPDATE audit SET leaf = '\\x{forged.hex()}', hash = '\\x{hashed.hex()}', subject = 'thing:99', "
        f"at = (convert_from('\\x{forged.hex()}', 'UTF8')::json->>'at')::timestamptz WHERE sequence = 4"
    )
    assert [(fault.sequence, fault.kind) for fault in verify_audit(ledger).faults] == [(4, "changed")]


def test_a_missing_row_is_named(ledger: Ledger, by_superuser: Callable[[str], None]) -> None:
    fill(ledger)
    by_superuser("DELETE FROM audit WHERE sequence = 6")
    (fault,) = verify_audit(ledger).faults
    assert (fault.sequence, fault.kind, fault.text) == (6, "missing", "Row 6 is missing.")


def test_rows_put_into_another_order_are_named(ledger: Ledger, by_superuser: Callable[[str], None]) -> None:
    fill(ledger)
    by_superuser(
        "UPDATE audit SET sequence = 100 WHERE sequence = 3;"
        "UPDATE audit SET sequence = 3 WHERE sequence = 4;"
        "UPDATE audit SET sequence = 4 WHERE sequence = 100"
    )
    faults = [(fault.sequence, fault.kind) for fault in verify_audit(ledger).faults]
    assert faults == [(3, "reordered"), (4, "reordered")]


def test_rows_cut_off_the_end_are_missed_by_the_checkpoint(
    ledger: Ledger, by_superuser: Callable[[str], None]
) -> None:
    fill(ledger)
    checkpoints.sign_checkpoint(ledger)
    by_superuser("DELETE FROM audit WHERE sequence > 8; DELETE FROM checkpoints")
    faults = verify_audit(ledger).faults
    assert {(fault.sequence, fault.kind) for fault in faults} == {(9, "missing"), (10, "missing")}


def test_a_forged_checkpoint_is_found(ledger: Ledger, by_superuser: Callable[[str], None]) -> None:
    fill(ledger)
    checkpoints.sign_checkpoint(ledger)
    by_superuser("UPDATE checkpoints SET note = replace(note, E'\\n10\\n', E'\\n9\\n')")
    assert [fault.kind for fault in verify_audit(ledger).faults] == ["checkpoint"]


def test_a_checkpoint_is_a_signed_note_over_the_rfc_6962_root(ledger: Ledger) -> None:
    fill(ledger, 7)
    note = checkpoints.sign_checkpoint(ledger)
    assert checkpoints.sign_checkpoint(ledger) == note
    assert note.startswith("warroom.example/audit\n7\n")
    assert verify_audit(ledger).checkpoint == note
    assert len(list(checkpoints.get_checkpoint_folder(ledger).glob("*.checkpoint"))) == 1


def test_no_checkpoint_covers_up_a_change(ledger: Ledger, by_superuser: Callable[[str], None]) -> None:
    fill(ledger)
    note = checkpoints.sign_checkpoint(ledger)
    by_superuser(
        "DELETE FROM audit WHERE sequence = 10; INSERT INTO audit SELECT 10, at, officer, verb, subject, "
        "case_number, leaf, hash, chain FROM audit WHERE sequence = 9"
    )
    fill(ledger, 3)
    assert checkpoints.sign_checkpoint(ledger) == note
    assert not verify_audit(ledger).ok


def test_every_look_at_a_case_is_logged(scene: Scene) -> None:
    scene.case()
    scene.page()
    reads = scene.sql("SELECT officer, subject FROM audit WHERE verb = 'case.read'")
    assert reads == [("anna", "case:C-1")] * 2


def test_a_row_costs_a_program_about_a_thousandth_of_a_second(ledger: Ledger) -> None:
    taken = []
    for _ in range(3):
        start = time.process_time()  # others on the machine do not count
        fill(ledger, 100)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.5  # 0.15 s on a quiet machine of two cores


def reference_root(leaves: list[bytes]) -> bytes:
    """Section 2.1 of RFC 6962, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    halves = reference_root(leaves[:split]) + reference_root(leaves[split:])
    return hashlib.sha256(b"\x01" + halves).digest()


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_the_growing_tree_has_the_root_of_the_standard(leaves: list[bytes]) -> None:
    assert merkle.compute_root(map(merkle.leaf_hash, leaves)) == reference_root(leaves)
