"""Labels that nothing can be learned from are refused with one sentence that says what to do."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.signals.made import MULE, Payments
from warroom.errors import SignalError
from warroom.home import Home
from warroom.money.index import Index
from warroom.signals import labels

HEAD = "bank,account,label,known_at\n"
LATER = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def index(home: Home) -> Index:
    made = Payments()
    made.ordinary(days=3)
    made.mule(MULE, 2)
    return made.write(home)[1]


def read(folder: Path, index: Index, text: str) -> labels.Labels:
    file = folder / "labels.csv"
    file.write_text(text, encoding="utf-8")
    return labels.read(file, index, LATER)


def test_of_an_account_named_twice_the_newest_word_counts(tmp_path: Path, index: Index) -> None:
    text = HEAD + (
        "B01,M-1,0,2026-03-03T00:00:00Z\nB01,M-1,1,2026-03-20T00:00:00Z\nB04,P-1,0,2026-03-05T00:00:00Z\n"
    )
    found = read(tmp_path, index, text)
    assert len(found) == 2
    assert found.mule.sum() == 1
    mule = found.take(found.mule)
    assert mule.until - mule.since == pytest.approx(np.array([13 * 86_400_000_000]))


def test_transfers_may_be_named_instead_and_mean_their_payees(tmp_path: Path, index: Index) -> None:
    text = "transfer_id,label,known_at\nT-0,0,2026-03-03T00:00:00Z\nT-35,1,2026-03-04T00:00:00Z\n"
    assert len(read(tmp_path, index, text)) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + "B01,NOBODY,1,2026-03-03T00:00:00Z\nB01,M-1,0,2026-03-03T00:00:00Z\n", "B01:NOBODY"),
        (HEAD + "B01,M-1,1,2026-05-03T00:00:00Z\nB04,P-1,0,2026-03-03T00:00:00Z\n", "after --until"),
        (HEAD + "B01,M-1,1,2026-03-03T00:00:00Z\nB04,P-1,1,2026-03-03T00:00:00Z\n", "mules alone"),
        (HEAD + "B01,M-1,0,2026-03-03T00:00:00Z\n", "cleared accounts alone"),
        (HEAD + "B01,M-1,maybe,2026-03-03T00:00:00Z\n", "label 'maybe'"),
        (HEAD + "B01,M-1,1,yesterday\n", "known_at"),
        (HEAD, "holds no label"),
        ("bank,account,label\nB01,M-1,1\n", "lacks the column known_at"),
        ("transfer_id,label,known_at\nT-none,1,2026-03-03T00:00:00Z\n", "T-none"),
    ],
)
def test_bad_labels_say_what_is_wrong(tmp_path: Path, index: Index, text: str, says: str) -> None:
    with pytest.raises(SignalError) as caught:
        read(tmp_path, index, text)
    assert says in caught.value.sentence
    assert "\n" not in caught.value.sentence


def test_a_file_of_another_kind_is_refused(tmp_path: Path, index: Index) -> None:
    with pytest.raises(SignalError, match=r"neither \.csv nor \.parquet"):
        labels.read(tmp_path / "labels.xlsx", index, LATER)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, index: Index) -> None:
    with pytest.raises(SignalError, match="cannot be read"):
        labels.read(tmp_path / "labels.csv", index, LATER)
