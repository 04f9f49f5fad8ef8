"""An officer says that two records are of one subject, or of two, and takes it back: numbers are then as they were."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from warroom.access.officers import add_officer
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.base import Base
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.matches import decisions, queries
from warroom.subjects.resolution.arriving import resolve_file
from warroom.subjects.resolution.saved import SavedRegister, load_register

NOW = datetime(2026, 3, 1, 3, tzinfo=UTC)
QUESTION, JOINED = "3-4", "1-2"


@pytest.fixture
def som(ledger: Ledger) -> Officer:
    return add_officer(ledger, "som", "Som R.", "correct horse battery", ["officer"])


def numbers(ledger: Ledger, kept: SavedRegister) -> list[int]:
    with ledger.open_session() as session:
        standing = queries.build_standing(kept, queries.load_statements(session, kept))
    return [standing.find_subject_number(row) for row in range(len(kept.register))]


def verbs(ledger: Ledger) -> list[str]:
    ledger.number_committed_rows()
    with ledger.engine.connect() as connection:
        audit = Base.metadata.tables["audit"]
        found = connection.execute(audit.select().order_by(audit.c.sequence)).all()
    return [row.verb for row in found if row.verb.startswith("match.")]


def test_a_question_shows_both_records_side_by_side_with_the_reason(
    ledger: Ledger, kept: SavedRegister, som: Officer
) -> None:
    found = queries.list_matches(ledger, kept, som, "open", now=NOW)
    assert [row.pair for row in found.rows] == [QUESTION]
    cells = {cell.column: cell for cell in found.rows[0].cells}
    assert cells["phone"].agrees == "same"
    assert cells["name"].why is not None
    assert "Thai" in cells["name"].why.en
    assert cells["born"].agrees == "unknown"
    assert (found.records, found.subjects, found.counts) == (5, 4, {"open": 1, "joined": 1, "said": 0})


def test_one_subject_and_taken_back_leaves_every_number_as_it_was(
    ledger: Ledger, kept: SavedRegister, som: Officer
) -> None:
    before = numbers(ledger, kept)
    merged = decisions.record_match_word(ledger, kept, som, QUESTION, "same", "key-1", now=NOW)
    assert (merged.one.subject, merged.other.subject, merged.word) == (3, 3, "same")
    assert numbers(ledger, kept) == [1, 1, 3, 3, 5]
    assert queries.list_matches(ledger, kept, som, "open", now=NOW).rows == ()
    decisions.take_back(ledger, kept, som, QUESTION, "key-2", now=NOW)
    assert numbers(ledger, kept) == before
    assert verbs(ledger) == ["match.same", "match.taken-back"]


def test_what_the_machine_joined_is_parted_and_joined_again_exactly(
    ledger: Ledger, kept: SavedRegister, som: Officer
) -> None:
    before = numbers(ledger, kept)
    decisions.record_match_word(ledger, kept, som, JOINED, "apart", "key-1", now=NOW)
    assert numbers(ledger, kept) == [1, 2, 3, 4, 5]
    decisions.take_back(ledger, kept, som, JOINED, "key-2", now=NOW)
    assert numbers(ledger, kept) == before


def test_a_second_click_says_nothing_more_and_a_second_word_asks_to_take_back_the_first(
    ledger: Ledger, kept: SavedRegister, som: Officer
) -> None:
    decisions.record_match_word(ledger, kept, som, QUESTION, "apart", "key-1", now=NOW)
    assert decisions.record_match_word(ledger, kept, som, QUESTION, "apart", "key-1", now=NOW).word == "apart"
    with pytest.raises(NotPossible, match="take that back first"):
        decisions.record_match_word(ledger, kept, som, QUESTION, "same", "key-2", now=NOW)
    assert verbs(ledger) == ["match.apart"]


def test_officers_words_stand_when_the_next_days_records_come(
    ledger: Ledger, kept: SavedRegister, som: Officer, tmp_path: Path
) -> None:
    decisions.record_match_word(ledger, kept, som, QUESTION, "same", "key-1", now=NOW)
    file = tmp_path / "more.csv"
    file.write_text("record_id,source,name,phone,born\nN-1,court,วิชัย แสงทอง,,1979-03-03\n", encoding="utf-8")
    folder = ledger.home.subjects / "person"
    resolve_file(folder, "person", file, {})
    assert numbers(ledger, load_register(folder))[:5] == [1, 1, 3, 3, 5]


def test_who_may_not_decide_reads_without_names_and_is_refused(ledger: Ledger, kept: SavedRegister) -> None:
    auditor = add_officer(ledger, "kim", "Kim L.", "correct horse battery", ["auditor"])
    shown = queries.list_matches(ledger, kept, auditor, "open", now=NOW).rows[0]
    assert all("รักไทย" not in cell.one for cell in shown.cells)
    with pytest.raises(NotAllowed):
        decisions.record_match_word(ledger, kept, auditor, QUESTION, "same", "key-1", now=NOW)


@pytest.mark.parametrize("pair", ["", "1", "4-3", "1-99", "1-5", "x-y", "１-2"])
def test_a_pair_that_nobody_asks_about_is_not_found(
    ledger: Ledger, kept: SavedRegister, som: Officer, pair: str
) -> None:
    with pytest.raises(NotFound):
        decisions.record_match_word(ledger, kept, som, pair, "same", "key-1", now=NOW)
    with pytest.raises(NotPossible):
        decisions.take_back(ledger, kept, som, QUESTION, "key-2", now=NOW)
