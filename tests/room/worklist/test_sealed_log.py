"""Every row of the log about something that belongs to a case follows the case's seal, whatever names the thing."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import psycopg
import pytest

import warroom
from tests.cases.scenes import Scene
from tests.survivors.conftest import Shelter
from warroom.errors import NotAllowed
from warroom.ledger.audit import writing
from warroom.ledger.officers import Officer
from warroom.ledger.postgres import PostgresServer
from warroom.ledger.verify import verify_audit
from warroom.ledger.views import DeadlineAbout
from warroom.room.worklist import log_proof, order_list
from warroom.room.worklist.log_cases import CASES_OF
from warroom.sentences.catalogue import list_words
from warroom.survivors.decisions import register

OF_NO_CASE = {
    "agreement": "what was agreed with a partner",
    "matching": "a count of numbers that two rooms hold",
    "partner-ask": "a partner's request, before any case",
    "account": "an account of which an officer asked how many payments would wait",
    "advice-rule": "a setting",
    "correction": "rows of a file that change records, for the whole lake",
    "agency": "a partner",
    "bank": "a partner",
    "browser": "a browser",
    "collection": "a collection for partners; what of a case goes into it names the case",
    "campaign": "a campaign is for the public",
    "campaigns": "a week's look at what rises",
    "file": "a file of records, for the whole lake",
    "flag": "a warning about an account, for every bank",
    "flag-trial": "a setting",
    "group": "subjects of the lake that deal with each other",
    "incoming": "an account whose incoming money waits, before any case",
    "lake": "the whole lake",
    "match": "two records of the lake",
    "officer": "an officer",
    "partner": "a partner",
    "partner-key": "a key of a partner's program",
    "payee-check": "a bank's question about one payment",
    "payee-checks": "an hour of all checks",
    "premises": "a building of the lake, which no case is about",
    "probe": "an account of the lake",
    "public-report": "what the public sent; its row names no case and no person",
    "row": "a row of the log by its number",
    "rule": "a rule of law",
    "shell": "a person at the machine",
    "subjects": "records brought to be matched",
    "signal": "a signal of the lake",
    "subject": "a kind of subject",
    "submission": "what the public sent; its row names no case and no person",
    "supply": "a line of the supply network",
    "waiting-payment": "a payment that waits, before any case",
    "wall": "a screen on the wall",
    "witness": "a witness of the log",
}
"""What else the log names, and what that is: nothing of a case."""

ROWS = {
    "hold": "INSERT INTO holds (id, case_id) SELECT 77, id FROM cases",
    "proposal": "INSERT INTO proposals (id, case_id) SELECT 77, id FROM cases",
    "alert": "INSERT INTO alerts (id, case_id) SELECT 77, id FROM cases",
    "wake": "INSERT INTO wakes (id, case_id) SELECT 77, id FROM cases",
    "measure": "INSERT INTO actions (id, case_id) SELECT 77, id FROM cases",
    "joint": "INSERT INTO operations (id, case_id) SELECT 77, id FROM cases",
    "request": "INSERT INTO requests (id, case_id) SELECT 77, id FROM cases",
    "shared": "INSERT INTO shared_objects (id, case_id) SELECT 77, id FROM cases",
    "asset": "INSERT INTO assets (id, case_id) SELECT 77, id FROM cases",
    "proceeding": "INSERT INTO proceeding_cases (proceeding_id, case_id) SELECT 77, id FROM cases",
    "refund": "INSERT INTO refund_cases (refund_id, case_id) SELECT 77, id FROM cases",
    "evidence": "INSERT INTO evidence_items (id, case_id) SELECT 77, id FROM cases",
    "person": "INSERT INTO people (id, number, case_id) SELECT 77, 'P-77', id FROM cases",
    "person:glass": "INSERT INTO glasses (id, person_id) SELECT 77, id FROM people",
}
"""How a bare row of each thing is made; the tables' other rules are taken off before."""
NAMES = {"case": "C-1", "evidence": "E-77"}


def seal(scene: Scene) -> None:
    scene.sql(
        "INSERT INTO case_access (case_id, agency, officer_id, at) SELECT id, 'OTHER', :o, now() FROM cases",
        o=scene.anna.id,
    )


def write_old_row(scene: Scene, verb: str, subject: str) -> int:
    """A row without its case, as before; its number."""
    with scene.ledger.open_session() as session:
        writing.write_audit_row(session, scene.anna, verb, subject)
    scene.ledger.number_committed_rows()
    return int(scene.sql("SELECT max(sequence) FROM audit")[0][0])


def is_sealed(scene: Scene, auditor: Officer, sequence: int) -> bool:
    """Whether the auditor gets neither the row nor its proof."""
    [row] = order_list.read_log(scene.ledger, auditor, limit=1, before=sequence + 1)
    page = order_list.log_page(scene.ledger, auditor, limit=200)[0]
    assert row == next(line for line in page if line.sequence == sequence)
    try:
        log_proof.prove_log_row(scene.ledger, sequence, officer=auditor)
    except NotAllowed:
        assert (row.verb, row.subject, row.officer, row.detail) == ("sealed", "sealed", "sealed", {})
        return True
    assert row.verb != "sealed"
    return False


Run = Callable[[str], None]


@pytest.fixture
def by_superuser(ledger_server: PostgresServer, database: str) -> Run:
    """Runs statements past the rules that the program's own login keeps."""

    def run(statements: str) -> None:
        with psycopg.connect(ledger_server.make_url("postgres", database)) as connection:
            connection.execute(statements)  # type: ignore[arg-type]

    return run


def make_bare(scene: Scene, run: Run, kind: str) -> None:
    """A row of the thing's table that belongs to the case, and nothing else in it."""
    table = ROWS[kind].split()[2]
    rules = scene.sql(
        "SELECT conname FROM pg_constraint WHERE conrelid = cast(:t AS regclass) AND contype IN ('c', 'f')",
        t=table,
    )
    columns = scene.sql(
        "SELECT column_name FROM information_schema.columns WHERE table_name = :t AND is_nullable = 'NO'"
        " AND column_name NOT IN ('id', 'case_id', 'proceeding_id', 'refund_id')",
        t=table,
    )
    run(
        "".join(f'ALTER TABLE {table} DROP CONSTRAINT "{name}";' for (name,) in rules)
        + "".join(f'ALTER TABLE {table} ALTER COLUMN "{name}" DROP NOT NULL;' for (name,) in columns)
        + f"ALTER TABLE {table} DISABLE TRIGGER ALL;"
        + ROWS[kind].replace(") SELECT", ") OVERRIDING SYSTEM VALUE SELECT", 1)
    )


@pytest.mark.parametrize("kind", CASES_OF)
def test_a_row_about_anything_of_a_sealed_case_is_sealed_too(
    scene: Scene, by_superuser: Run, kind: str
) -> None:
    scene.case()
    auditor = scene.officer("aud", "auditor")
    if kind == "person:glass":
        make_bare(scene, by_superuser, "person")
    if kind != "case":
        make_bare(scene, by_superuser, kind)
    sequence = write_old_row(scene, "asset.moved", f"{kind}:{NAMES.get(kind, '77')}")
    elsewhere = write_old_row(scene, "asset.moved", f"{kind}:4711")
    assert not is_sealed(scene, auditor, sequence)
    seal(scene)
    assert is_sealed(scene, auditor, sequence)
    assert not is_sealed(scene, auditor, elsewhere)


PERSON_VERBS = ("person", "screening", "consent", "referral", "return", "charge", "glass", "wall", "notice")


def test_every_verb_about_a_person_of_a_sealed_case_is_sealed(shelter: Shelter) -> None:
    scene = shelter.scene
    scene.case()
    number = shelter.found(case="C-1")
    auditor = scene.officer("aud", "auditor")
    verbs = [verb for verb in list_words("log.verb") if verb.partition(".")[0] in PERSON_VERBS]
    assert len(verbs) > 25
    rows = {verb: write_old_row(scene, verb, f"person:{number}") for verb in verbs}
    seal(scene)
    assert [verb for verb, row in rows.items() if not is_sealed(scene, auditor, row)] == []


def test_what_is_done_for_a_person_is_logged_with_the_case(shelter: Shelter) -> None:
    scene = shelter.scene
    scene.case()
    number = shelter.screened()
    scene.sql("UPDATE people SET case_id = (SELECT id FROM cases)")
    shelter.page(number)
    scene.ledger.number_committed_rows()
    logged = scene.sql("SELECT case_number FROM audit WHERE verb = 'person.read' ORDER BY sequence DESC")
    assert logged[0][0] == "C-1"
    assert verify_audit(scene.ledger).ok


def test_the_case_page_does_not_tell_what_is_done_for_a_person(shelter: Shelter) -> None:
    scene = shelter.scene
    scene.case()
    number = shelter.found(case="C-1")
    for person in (shelter.siri, shelter.tara):
        register.assign_screener(scene.ledger, shelter.com, number, person.username, now=scene.now)
    scene.ledger.number_committed_rows()
    assert scene.sql("SELECT count(*) FROM audit WHERE verb = 'person.assigned' AND case_number = 'C-1'")[0][
        0
    ]
    shown = {line.verb for line in scene.page("C-1").history}
    assert "person.assigned" not in shown
    assert "person.registered" in shown


def subjects_named() -> Iterator[str]:
    """How subjects of rows of the log begin in the program: the first text of each call that writes one."""
    for path in Path(warroom.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and len(node.args) > 1
                and ast.unparse(node.func).split(".")[-1]
                in {
                    "log_entry",
                    "log_asset",
                    "log_request",
                    "log_person",
                    "log_operation",
                    "log_action",
                    "write_audit_row",
                    "AuditEntry",
                    "log_access",
                }
            ):
                for part in node.args:
                    if isinstance(part, ast.JoinedStr) and isinstance(part.values[0], ast.Constant):
                        begin, colon, _ = str(part.values[0].value).rpartition(":")
                        if colon and begin.replace("-", "").replace(":", "").isalpha():
                            yield begin


def test_whatever_the_log_names_either_has_a_case_or_says_why_not() -> None:
    named = {*subjects_named(), *get_args(DeadlineAbout)}
    assert {"hold", "person", "measure", "evidence"} - {"person"} <= named
    named -= {"end-to-end", "uetr"}  # keys of payments in a list that is no log
    unknown = named - set(CASES_OF) - set(OF_NO_CASE)
    assert unknown == set(), "say in CASES_OF how its case is found, or here what it is"
