"""What a room knows by itself of who is a mule: whom its reports lead to, as its records show them by a day."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.signals.made import MULE, SHOP, Payments, at
from warroom import clock
from warroom.errors import SignalError, WorldError
from warroom.home import Home
from warroom.money.index.account_index import Index
from warroom.money.index.transfer_graph import Array
from warroom.signals.mules.scoring import NAMES
from warroom_lab.evaluation.teaching import build_lesson
from warroom_lab.mules import reported
from warroom_lab.mules.belief import drop_unlikely_labels
from warroom_lab.mules.learn import MeasuringTruth, train_and_measure
from warroom_lab.mules.samples import Samples
from warroom_lab.mules.training import train_mules
from warroom_lab.world.drawing.sizes import SIZES

DAY = 86_400_000_000
NEXT, LAST = ("B06", "N-1"), ("B07", "L-1")


@pytest.fixture
def payments() -> Payments:
    """A victim pays a mule, who pays the next, who pays a shop and keeps most; another victim never reports."""
    made = Payments()
    made.pay(at(10, -30), ("B04", "P-9"), SHOP, 100)
    paid = made.pay(at(10), ("B05", "V-1"), MULE, 40_000)
    made.pay(at(10, 5), MULE, NEXT, 39_000)
    made.pay(at(10, 9), NEXT, LAST, 38_500)
    made.pay(at(10, 30), ("B05", "V-2"), ("B01", "M-unreported"), 40_000)
    made.report(at(12), paid)
    return made


def labelled(index: Index, lake: object, until: float) -> set[str]:
    found = reported.build_labels_from_reports(lake, index, clock.to_micros(at(until)))  # type: ignore[arg-type]
    assert found.mule.all()
    return {one.number for one in index.list_accounts(found.account.tolist())}


def test_a_report_labels_whom_the_victim_paid_and_who_passed_it_on_and_nobody_else(
    payments: Payments, home: Home
) -> None:
    lake, index = payments.write(home)
    # The last one keeps what came, as somebody does who was paid honestly; the other victim told nobody.
    assert labelled(index, lake, 13) == {"M-1", "N-1"}


def test_a_report_that_had_not_come_by_then_labels_nobody(payments: Payments, home: Home) -> None:
    lake, index = payments.write(home)
    with pytest.raises(SignalError, match="No report leads to an account by then"):
        labelled(index, lake, 11)


def test_an_account_counts_as_one_from_the_reported_money_on_and_no_longer_than_it_is_looked_at(
    payments: Payments, home: Home
) -> None:
    lake, index = payments.write(home)
    found = reported.build_labels_from_reports(lake, index, clock.to_micros(at(13)))
    mine = int(index.account_ids(pa.array([MULE[0]]), pa.array([MULE[1]]))[0])
    row = found.account.tolist().index(mine)
    assert clock.from_micros(int(found.since[row])) == at(10)
    assert clock.from_micros(int(found.until[row])) == at(10) + timedelta(days=7)
    assert clock.from_micros(int(found.known[row])) == at(12)


def rows(days: int = 8, a_day: int = 1_500) -> tuple[Samples, Array]:
    """Made-up account-days: a fifth of cases carry a label, and a tenth of the labels are wrong; and what was true."""
    random = np.random.default_rng(3)
    count = days * a_day
    true = random.random(count) < 0.1
    facts = random.normal(size=(count, len(NAMES))).astype(np.float32) + 2.5 * true[:, None]
    told = true & (random.random(count) < 0.3) | (random.random(count) < 0.003)
    moment = np.repeat(np.arange(days) * DAY, a_day)
    return Samples(facts, told, np.zeros(count, bool), moment, np.arange(count)), true


GROUPS = pa.table(dict.fromkeys(("region", "age_band", "account_type", "small_shop"), ["one"] * 12_000))


def test_what_was_true_measures_and_teaches_nothing() -> None:
    made, true = rows()
    honest = train_and_measure(made, GROUPS, truth=MeasuringTruth(true, 20.0), wrong=0.1)
    turned = train_and_measure(made, GROUPS, truth=MeasuringTruth(~true, 20.0), wrong=0.1)
    assert honest.model.text == turned.model.text
    assert honest.model.labelled_share == turned.model.labelled_share
    assert honest.worth.auprc > turned.worth.auprc


def test_probabilities_are_those_of_lifes_density_and_allow_for_cases_that_nobody_reported() -> None:
    made, true = rows()
    found = train_and_measure(made, GROUPS, truth=MeasuringTruth(true, 20.0), wrong=0.1)
    assert 0.15 < found.model.labelled_share < 0.6
    assert found.base == pytest.approx(0.1 / (0.1 + 0.9 * 20), rel=0.2)
    chance = found.model.predict_probabilities(made.rows)
    assert (chance == chance.max()).sum() < 0.02 * len(chance), "the surest are told apart too"
    each = np.where(true, 1.0, 20.0)
    assert chance.max() < 1
    assert float((chance * each).sum()) == pytest.approx(float(true.sum()), rel=0.5)


def test_labels_that_models_of_other_accounts_find_unlikely_are_not_believed() -> None:
    made, true = rows()
    kept = drop_unlikely_labels(made.rows, made.mule, made.place, 0.1)
    assert not (kept & ~made.mule).any()
    assert true[kept].mean() > true[made.mule].mean()
    left = made.mule & ~kept
    assert (~true[left]).mean() > 0.5


def test_a_home_learns_from_its_own_reports_without_a_file(home: Home, tmp_path: Path) -> None:
    made = Payments()
    made.ordinary(people=60, days=24)
    for day in range(22):
        for one in range(4):
            account = ("B01", f"M-{day}-{one}")
            first = len(made.rows)
            made.mule(account, day)
            made.report(at(day + 1.5), f"T-{first}", f"T-{first + 3}")
    made.write(home)
    path, card = train_mules(
        home, None, at(24), tmp_path / "own.model", complete=False, say=lambda line: None
    )
    assert path.exists()
    assert "reports" in card["labels"]
    assert card["until"] < at(18).date().isoformat(), "the newest week has not been reported yet"


def test_a_country_that_is_held_out_teaches_nothing() -> None:
    with pytest.raises(WorldError, match="held out"):
        build_lesson(SIZES["tiny"], 150)


def test_a_tiny_country_is_labelled_by_its_reports_alone() -> None:
    one = build_lesson(SIZES["tiny"], 11)
    found = reported.build_labels_from_reports(one.records, one.records.current_index, one.end)
    worked = one.worked < 1 << 62
    assert 0 < len(found) < worked.sum()
    assert replace(one, worked=one.worked * 0).records is one.records
