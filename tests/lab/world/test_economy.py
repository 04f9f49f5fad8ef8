"""Ordinary life: what it is made of, that it is the same every time, and that no money comes from nowhere."""

from collections import defaultdict
from collections.abc import Callable

import numpy as np
import pytest

from warroom_lab.world import economy
from warroom_lab.world.drawing.columns import BANKS, BATCH, HOUR, QR, TransferColumns
from warroom_lab.world.drawing.numbers import make_account_numbers
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.drawing.sizes import get_size
from warroom_lab.world.economy import errands, outlays, payday
from warroom_lab.world.economy.base import EconomyDay
from warroom_lab.world.population.nation import Nation
from warroom_lab.world.population.settling import plan_nation

TINY = get_size("tiny")


@pytest.fixture(scope="module")
def nation() -> Nation:
    return plan_nation(TINY, 3)


@pytest.fixture(scope="module")
def life(nation: Nation) -> TransferColumns:
    return TransferColumns.concat_parts([economy.make_day(nation, number) for number in range(TINY.days)])


def test_a_day_is_the_same_whenever_it_is_asked_for(nation: Nation) -> None:
    again = plan_nation(TINY, 3)
    economy.make_day(again, 9)
    first, second = economy.make_day(nation, 4), economy.make_day(again, 4)
    for name in ("uid", "time", "payer", "payee", "amount", "device"):
        assert np.array_equal(getattr(first, name), getattr(second, name)), name
    assert np.array_equal(nation.accounts.opening, again.accounts.opening)


def test_another_seed_is_another_country(nation: Nation) -> None:
    other = plan_nation(TINY, 4)
    assert not np.array_equal(other.accounts.bank[:500], nation.accounts.bank[:500])
    assert not np.array_equal(
        economy.make_day(other, 0).amount[:100], economy.make_day(nation, 0).amount[:100]
    )


def test_a_country_has_as_many_payments_as_its_size_says(life: TransferColumns) -> None:
    assert len(life) == pytest.approx(TINY.transfers, rel=0.05)


def test_payments_of_a_day_lie_in_it_in_order_and_have_numbers_of_their_own(
    nation: Nation, life: TransferColumns
) -> None:
    day = economy.make_day(nation, 5)
    assert (np.diff(day.time) >= 0).all()
    assert (day.time >= nation.start + 5 * 24 * HOUR).all()
    assert (day.time < nation.start + 6 * 24 * HOUR).all()
    assert len(np.unique(life.uid)) == len(life)


def test_no_account_is_ever_negative_and_no_money_is_made_or_lost(
    nation: Nation, life: TransferColumns
) -> None:
    balance = dict(enumerate(nation.accounts.opening.tolist()))
    total = sum(balance.values())
    for payer, payee, amount in zip(
        life.payer.tolist(), life.payee.tolist(), life.amount.tolist(), strict=True
    ):
        balance[payer] -= amount
        assert balance[payer] >= 0
        balance[payee] += amount
    assert sum(balance.values()) == total


def test_nobody_pays_itself_and_every_payment_is_of_something(life: TransferColumns) -> None:
    assert (life.payer != life.payee).all()
    assert (life.amount > 0).all()


def test_payments_below_5000_baht_average_about_510_as_published(nation: Nation) -> None:
    days = [economy.make_payments_by_process(nation, number) for number in range(TINY.days)]
    baht = np.concatenate([rows.amount for day in days for name, rows in day.items() if name != "cash"]) / 100
    assert baht[baht < 5_000].mean() == pytest.approx(510, rel=0.2)


def test_every_process_of_life_happens_in_the_smallest_country(nation: Nation) -> None:
    seen: dict[str, int] = defaultdict(int)
    for number in range(TINY.days):
        for name, rows in economy.make_payments_by_process(nation, number).items():
            seen[name] += len(rows)
    assert not [name for name in (*economy.PROCESSES, *economy.FILLERS) if not seen[name]]


def test_ordinary_people_collect_from_many_and_pass_it_on_within_the_hour(nation: Nation) -> None:
    """Share circles, group orders and ticket sellers look like a mule's account to a rule that counts."""
    alike = 0
    for number in range(TINY.days):
        rows = economy.make_day(nation, number)
        for account in np.unique(rows.payee[rows.payee < TINY.people]):
            came, went = rows.time[rows.payee == account], np.flatnonzero(rows.payer == account)
            if len(came) >= 6 and any(
                rows.time[row] - came.max() < 2 * HOUR for row in went if rows.time[row] > came[0]
            ):
                alike += 1
    assert alike >= 5


def test_ordinary_people_pay_large_sums_in_parts_just_under_the_face_scan(life: TransferColumns) -> None:
    just_under = (life.amount < 50_000_00) & (life.amount > 45_000_00) & (life.payer < TINY.people)
    pairs = set(zip(life.payer[just_under].tolist(), life.payee[just_under].tolist(), strict=True))
    assert 0 < len(pairs) < just_under.sum()


def test_people_pay_at_the_shops_they_always_go_to(life: TransferColumns) -> None:
    at_shops = life.channel == QR
    visits = np.unique(np.stack([life.payer[at_shops], life.payee[at_shops]]), axis=1).shape[1]
    strangers = len(np.unique(life.payee[at_shops]))
    assert visits < 0.8 * at_shops.sum()
    assert strangers > 20


def test_shops_are_quiet_at_night(life: TransferColumns) -> None:
    hour = (life.time[life.channel == QR] // HOUR + 7) % 24
    assert np.isin(hour, (2, 3)).mean() < 0.02 < np.isin(hour, (12, 18)).mean()


def test_employers_pay_many_people_in_one_batch(life: TransferColumns) -> None:
    batches = life.payer[(life.channel == BATCH) & (life.purpose == economy.PURPOSES.index("SALA"))]
    assert np.bincount(batches).max() >= 5


def _passed_on(rows: TransferColumns, people: int) -> float:
    """Of sums of 1,000 baht and more that came to persons, the share of which half left within the hour."""
    came = np.flatnonzero((rows.amount >= 1_000_00) & (rows.payee < people))
    order = np.lexsort((rows.time, rows.payer))
    span = 1 << 42
    key = rows.payer[order].astype(np.int64) * span + rows.time[order] - rows.time.min()
    sums = np.concatenate([[0], np.cumsum(rows.amount[order])])
    mine = rows.payee[came].astype(np.int64) * span + rows.time[came] - rows.time.min()
    left = sums[np.searchsorted(key, mine + HOUR)] - sums[np.searchsorted(key, mine)]
    return float((2 * left >= rows.amount[came]).mean())


def test_what_comes_to_people_is_passed_on_because_it_came(life: TransferColumns, monkeypatch) -> None:
    usual = _passed_on(life, TINY.people)
    monkeypatch.setattr(errands, "get_values", _without("life"))
    monkeypatch.setattr(outlays, "get_values", _without("life"))
    monkeypatch.setattr(payday, "get_values", _without("life"))
    thin = plan_nation(TINY, 3)
    other = _passed_on(
        TransferColumns.concat_parts([economy.make_day(thin, number) for number in range(TINY.days)]),
        TINY.people,
    )
    assert usual > 0.1
    assert other < usual / 2


@pytest.mark.parametrize("habit", [*errands.ERRANDS, *outlays.OUTLAYS, "daily limits"])
def test_each_habit_has_a_switch(habit: str, nation: Nation, monkeypatch) -> None:
    monkeypatch.setattr(errands, "get_values", _without("life"))
    monkeypatch.setattr(outlays, "get_values", _without("life"))
    assert not len(economy.PROCESSES[habit](EconomyDay(nation, 3)))


def _without(section: str) -> Callable[[str], dict[str, object]]:
    """Parameters with all of a section at nought."""
    return lambda name: dict.fromkeys(get_values(name), 0) if name == section else get_values(name)


def test_a_device_is_one_banks_and_mostly_one_customers(nation: Nation, life: TransferColumns) -> None:
    known = life.device >= 0
    bank = nation.accounts.bank[life.payer[known]]
    pairs = np.unique(np.stack([life.device[known], bank]), axis=1)
    assert len(np.unique(pairs[0])) == pairs.shape[1]
    holder = nation.accounts.holder[life.payer[known]]
    people = np.unique(np.stack([life.device[known], holder]), axis=1)
    each = np.unique(people[0], return_counts=True)[1]
    assert 0 < (each > 1).mean() < 0.1


def test_some_accounts_are_used_from_two_devices(life: TransferColumns) -> None:
    known = life.device >= 0
    pairs = np.unique(np.stack([life.payer[known], life.device[known]]), axis=1)
    each = np.unique(pairs[0], return_counts=True)[1]
    assert 0.05 < (each > 1).mean() < 0.4


def test_people_hold_more_than_one_account_at_twenty_one_unequal_banks(nation: Nation) -> None:
    assert 1.1 < len(nation.accounts) / TINY.people < 1.3
    sizes = np.bincount(nation.accounts.bank, minlength=len(BANKS))
    assert len(BANKS) == 21
    assert sizes.min() > 0
    assert sizes.max() > 5 * sizes.min()


def test_numbers_of_accounts_cannot_be_assigned_and_tell_no_order() -> None:
    numbers = make_account_numbers(np.arange(50_000)).to_pylist()
    assert len(set(numbers)) == 50_000
    assert all(number.startswith("000-") and len(number) == 14 for number in numbers)
    assert sorted(numbers) != numbers
