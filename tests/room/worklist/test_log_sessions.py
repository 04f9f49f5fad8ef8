"""The log is read in sessions; its rows, numbers and proofs stay what they were."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cases.scenes import Scene
from tests.room.worklist.test_sealed_log import OF_NO_CASE, seal
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.queries import case_page
from warroom.ledger.audit.reading import EVERY_ROW, LogFilter
from warroom.ledger.views import AuditRow
from warroom.room.worklist import log_sessions, order_list
from warroom.room.worklist.log_cases import CASES_OF
from warroom.sentences.catalogue import list_words

AT = datetime(2026, 12, 1, 13, tzinfo=UTC)


def make_row(
    sequence: int, minute: float, officer: str = "anna", verb: str = "case.read", about: str = "case:C-1"
) -> AuditRow:
    return AuditRow(sequence, AT + timedelta(minutes=minute), officer, verb, about, {}, "", "C-1")


def list_lines(*rows: AuditRow) -> list[list[int]]:
    lines = log_sessions.group_rows(sorted(rows, key=lambda row: -row.sequence))
    return [[row.sequence for row in line.rows] for line in lines]


def test_reads_of_one_officer_of_one_thing_are_one_line_while_they_are_close() -> None:
    rows = [make_row(number, 9.9 * number) for number in range(1, 5)]
    assert list_lines(*rows) == [[4, 3, 2, 1]]
    assert list_lines(make_row(1, 0), make_row(2, 10)) == [[2], [1]], "ten minutes apart are two"


def test_others_things_and_deeds_between_them_are_lines_of_their_own() -> None:
    rows = [
        make_row(1, 0),
        make_row(2, 1, officer="boon"),
        make_row(3, 2, about="case:C-2"),
        make_row(4, 3, verb="hold.approved", about="hold:1"),
        make_row(5, 3, verb="hold.approved", about="hold:1"),
        make_row(6, 4),
    ]
    assert list_lines(*rows) == [[6, 1], [5], [4], [3], [2]]


@pytest.mark.parametrize("kind", sorted({*CASES_OF, *OF_NO_CASE}))
def test_every_kind_of_thing_in_the_log_has_a_word(kind: str) -> None:
    assert kind in list_words("log.thing")


def test_a_page_that_renews_itself_is_a_row_again_after_minutes_or_when_something_was_done(
    scene: Scene,
) -> None:
    def count_reads() -> int:
        scene.ledger.number_committed_rows()
        rows = scene.sql("SELECT count(*) FROM audit WHERE verb = 'case.read' AND officer = 'anna'")
        return int(rows[0][0])

    def renew(minutes: float) -> int:
        scene.now += timedelta(minutes=minutes)
        case_page.case_page(scene.ledger, scene.anna, "C-1", now=scene.now, renews=True)
        return count_reads()

    scene.case()
    scene.page()
    first = count_reads()
    assert [renew(1) for _ in range(7)] == [first] * 7, "the same content is no second read"
    assert renew(1) == first + 1, "after eight minutes the session goes on with a row"
    page = scene.page()
    approve_holds(
        scene.ledger, scene.anna, "C-1", [page.proposals[0].id], page.snapshot, "key", now=scene.now
    )
    assert renew(1) == first + 3, "what was done meanwhile is shown for the first time"
    assert renew(1) == first + 3
    scene.page()
    assert count_reads() == first + 4, "who opens it again reads it again"


def test_a_renewal_without_a_read_before_is_a_row(scene: Scene) -> None:
    scene.case()
    case_page.case_page(scene.ledger, scene.boon, "C-1", now=scene.now, renews=True)
    scene.ledger.number_committed_rows()
    assert scene.sql("SELECT count(*) FROM audit WHERE verb = 'case.read' AND officer = 'boon'") == [(1,)]


def test_filters_and_strips_tell_nothing_of_a_sealed_case(scene: Scene) -> None:
    scene.case()
    scene.page()
    auditor = scene.officer("dora", "auditor")
    day = scene.now.replace(hour=0, minute=0, second=0, microsecond=0)

    def load(**wanted: str) -> log_sessions.LogPage:
        return log_sessions.load_log_page(scene.ledger, auditor, LogFilter(**wanted), day)

    reads = [line for line in load(officer="anna").lines if line.newest_row.verb == "case.read"]
    assert reads
    assert load(case="C-1").lines
    assert "anna" in [strip.officer for strip in load().strips]
    looks, deeds = load(kind="looks").lines, load(kind="deeds").lines
    assert {line.newest_row.verb for line in looks} & {line.newest_row.verb for line in deeds} == set()
    assert load(kind="case.read").lines
    seal(scene)
    for wanted in ({"officer": "anna"}, {"case": "C-1"}, {"kind": "case.read"}):
        page = load(**wanted)
        assert all(
            line.newest_row.subject != "case:C-1" and line.newest_row.verb != "sealed" for line in page.lines
        ), wanted
    before = [line.newest_row.verb for line in load().lines]
    assert "sealed" in before, "without a filter no number is missing"
    hours = sum(sum(strip.looks) for strip in load().strips if strip.officer == "anna")
    assert hours == sum(
        row.verb.endswith((".read", ".searched"))
        for row in order_list.read_log(scene.ledger, auditor, EVERY_ROW, limit=500)
        if row.officer == "anna"
    )
