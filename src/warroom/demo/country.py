"""The invented country: who holds which account, and three weeks of ordinary money between them.

Shares and amounts follow the look-alikes that a trail must not mistake for crime: payroll fan-out, QR
fan-in, rent, bills, friends; the median of small transfers is near 500 baht (Bank of Thailand Payment
Insight).
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from warroom.demo.money import Account, Pile, baht

BANKS = tuple(f"B0{number}" for number in range(1, 9))
DAYS = 21
DAY, HOUR, MINUTE = 86_400, 3_600, 60
PERSONS, SHOPS, COMPANIES, SELLERS, MULES = 2_420, 300, 60, 20, 200
HOBBY_SELLERS = 5  # the first of the sellers have too few customers to look like a shop
PROVINCES = ("P01", "P02", "P03", "P04", "P05", "P06", "P07", "P08")
AGES = ("20-29", "30-39", "40-49", "50-59", "60-69", "70+")
THAI_OFFSET = 7 * HOUR


@dataclass
class Country:
    """Accounts by their role, when each was opened (days ago), and what moved between them."""

    now: datetime
    rng: np.random.Generator
    persons: list[Account] = field(default_factory=list)
    shops: list[Account] = field(default_factory=list)
    companies: list[Account] = field(default_factory=list)
    sellers: list[Account] = field(default_factory=list)
    mules: list[Account] = field(default_factory=list)
    kinds: dict[Account, str] = field(default_factory=dict)
    ages_days: dict[Account, float] = field(default_factory=dict)
    pile: Pile = field(default_factory=Pile)

    @property
    def end(self) -> int:
        """Now, in seconds since 1970."""
        return int(self.now.timestamp())


def settle(now: datetime, seed: int) -> Country:
    """A country with all its accounts and three weeks of ordinary transfers."""
    country = Country(now, np.random.default_rng(seed))
    rng = country.rng
    country.persons = _open(country, PERSONS, "person", rng.lognormal(7.0, 0.9, PERSONS))
    country.shops = _open(country, SHOPS, "shop", rng.uniform(400, 3_600, SHOPS))
    country.companies = _open(country, COMPANIES, "company", rng.uniform(1_200, 7_000, COMPANIES))
    country.sellers = _open(country, SELLERS, "person", rng.uniform(900, 3_000, SELLERS))
    country.mules = _open(country, MULES, "person", _mule_ages(rng))
    _live(country)
    return country


def _open(country: Country, count: int, kind: str, ages: Any) -> list[Account]:
    """Numbers begin with 000: no bank issues them."""
    rng = country.rng
    first = len(country.kinds)
    banks = rng.choice(BANKS, count, p=[0.22, 0.19, 0.16, 0.13, 0.1, 0.08, 0.07, 0.05])
    made: list[Account] = []
    for place, (bank, age) in enumerate(zip(banks, ages, strict=True)):
        serial = first + place
        account = (str(bank), f"000-{bank[1:]}{serial // 1000}-{serial % 1000:03d}{(serial * 7) % 10}")
        country.kinds[account] = kind
        country.ages_days[account] = float(min(age, 9_000))
        made.append(account)
    return made


def _mule_ages(rng: np.random.Generator) -> Any:
    """Many mule accounts are newly opened; the others were sold or rented by their holders."""
    fresh = rng.random(MULES) < 0.45
    return np.where(fresh, rng.uniform(3, 40, MULES), rng.uniform(200, 2_000, MULES))


def _live(country: Country) -> None:
    _payroll(country)
    _rent_and_bills(country)
    _shopping(country)
    _friends(country)
    _cash(country)
    _customers_of_sellers(country)


def _moments(country: Country, count: int, days: float = DAYS) -> Any:
    """Moments over the last days by the hour people pay at: from seven in the morning to eleven at night."""
    rng = country.rng
    hours = rng.choice(
        [8, 10, 12, 13, 16, 18, 19, 20, 22], count, p=[0.08, 0.1, 0.16, 0.1, 0.1, 0.16, 0.14, 0.1, 0.06]
    )
    midnight = (country.end + THAI_OFFSET) // DAY * DAY - THAI_OFFSET
    back = rng.integers(0, int(days), count)
    moments = midnight - back * DAY + hours * HOUR + rng.integers(-HOUR, HOUR, count)
    # What would lie ahead happened a day earlier.
    return np.where(moments > country.end - 5 * MINUTE, moments - DAY, moments)


def _baht(country: Country, count: int, median: float, sigma: float, low: float = 10) -> Any:
    amounts = country.rng.lognormal(np.log(median), sigma, count)
    return np.maximum(np.round(amounts), low).astype("int64") * 100


def _some(country: Country, accounts: list[Account], count: int) -> list[Account]:
    return [accounts[at] for at in country.rng.integers(0, len(accounts), count)]


def _payroll(country: Country) -> None:
    rng = country.rng
    for employer in country.companies[:40]:
        staff = _some(country, country.persons, 40)
        payday = country.end - int(rng.integers(4, 18)) * DAY
        moments = payday + rng.integers(0, 20 * MINUTE, len(staff))
        country.pile.pay_many(
            moments, [employer] * len(staff), staff, _baht(country, len(staff), 19_000, 0.4), "batch", "SALA"
        )


def _rent_and_bills(country: Country) -> None:
    landlords, billers = country.companies[40:54], country.companies[54:]
    for payees, count, median, purpose in ((landlords, 520, 5_200, "RENT"), (billers, 1_300, 890, "ELEC")):
        country.pile.pay_many(
            _moments(country, count),
            _some(country, country.persons, count),
            _some(country, payees, count),
            _baht(country, count, median, 0.5),
            "transfer",
            purpose,
        )


def _shopping(country: Country) -> None:
    count = 12_800
    country.pile.pay_many(
        _moments(country, count),
        _some(country, country.persons, count),
        _some(country, country.shops, count),
        _baht(country, count, 140, 0.9),
        "qr",
        "GDDS",
    )


def _friends(country: Country) -> None:
    """Everyone has a few people to pay, mostly the same ones."""
    rng = country.rng
    count, people = 7_600, len(country.persons)
    payers = rng.integers(0, people, count)
    payees = (payers + rng.choice([1, 2, 5, 40, 300], count)) % people
    country.pile.pay_many(
        _moments(country, count),
        [country.persons[at] for at in payers],
        [country.persons[at] for at in payees],
        _baht(country, count, 480, 1.1),
        "transfer",
        "",
    )


def _cash(country: Country) -> None:
    count = 900
    payers = _some(country, country.persons, count)
    machines = [
        (bank, f"ATM-{number:03d}")
        for (bank, _), number in zip(payers, country.rng.integers(1, 90, count), strict=True)
    ]
    amounts = country.rng.choice([500, 1_000, 2_000, 3_000, 5_000, 10_000], count) * 100
    country.pile.pay_many(_moments(country, count), payers, machines, amounts, "cash", "")


def _customers_of_sellers(country: Country) -> None:
    """Small online sellers paid into a private account: honest, and easily mistaken for mules."""
    for place, seller in enumerate(country.sellers):
        count = 17 if place < HOBBY_SELLERS else int(country.rng.integers(50, 90))
        country.pile.pay_many(
            _moments(country, count),
            _some(country, country.persons, count),
            [seller] * count,
            _baht(country, count, 890 if place < HOBBY_SELLERS else 420, 0.5),
            "transfer",
            "GDDS",
        )


def holders_table(country: Country) -> pa.Table:
    """One holder an account, as a token; nothing about who the person is beyond age band and province."""
    rng, accounts = country.rng, list(country.kinds)
    ages = rng.choice(AGES, len(accounts))
    kinds = list(country.kinds.values())
    return pa.table(
        {
            "record_id": [holder_id(account) for account in accounts],
            "kind": kinds,
            "age_band": [age if kind == "person" else None for age, kind in zip(ages, kinds, strict=True)],
            "province": [str(place) for place in rng.choice(PROVINCES, len(accounts))],
            "known_since": [_opened(country, account) for account in accounts],
        }
    )


def accounts_table(country: Country) -> pa.Table:
    """Every account, its age and what the bank calls it."""
    accounts = list(country.kinds)
    kinds = {"person": "savings", "shop": "shop", "company": "current"}
    return pa.table(
        {
            "record_id": [f"{bank}:{number}" for bank, number in accounts],
            "bank": [bank for bank, _ in accounts],
            "account": [number for _, number in accounts],
            "holder_id": [holder_id(account) for account in accounts],
            "opened_at": [_opened(country, account) for account in accounts],
            "type": [kinds[kind] for kind in country.kinds.values()],
        }
    )


def balances_table(country: Country) -> pa.Table:
    """What lay in half the ordinary accounts three weeks ago: enough for all that left since."""
    spent: dict[Account, int] = {}
    for payer, amount in zip(country.pile.payer, country.pile.amount, strict=True):
        spent[payer] = spent.get(payer, 0) + amount
    some = [account for at, account in enumerate(country.persons + country.shops) if at % 2 == 0]
    saved = country.rng.lognormal(np.log(24_000), 1.0, len(some))
    start = datetime.fromtimestamp(country.end - (DAYS + 2) * DAY, UTC)
    amounts = [
        baht(spent.get(account, 0) + round(more) * 100) for account, more in zip(some, saved, strict=True)
    ]
    return pa.table(
        {
            "record_id": [f"BAL-{bank}:{number}" for bank, number in some],
            "bank": [bank for bank, _ in some],
            "account": [number for _, number in some],
            "time": pa.array([start] * len(some), pa.timestamp("us", "UTC")),
            "amount": pa.array(amounts, pa.decimal128(18, 2)),
        }
    )


def holder_id(account: Account) -> str:
    """The token of an account's holder."""
    return f"H{account[1].replace('-', '')}"


def _opened(country: Country, account: Account) -> datetime:
    opened = country.now - timedelta(days=country.ages_days[account])
    return opened.replace(microsecond=0)
