"""What every process of the economy works with: a day, moments within it, sums people pay, and habits."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from warroom_lab.world.drawing.columns import BAHT, DAY, HOUR, TRANSFER, Array, TransferColumns
from warroom_lab.world.drawing.mixing import hash_to_uniform, mix_bits
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.population.nation import RENEWED, SECOND_ONE, Nation, make_bank_device_numbers

LOCAL = 7 * HOUR

_ROWS = {
    "office": "0 0 0 0 0 0 1 2 8 14 15 12 6 10 12 11 8 4 2 1 1 1 0 0",
    "shops": "1 0 0 0 1 2 5 7 8 7 7 9 10 8 6 6 7 9 10 9 7 4 2 1",
    "evening": "3 1 1 0 0 1 2 4 5 6 7 7 8 7 6 6 7 8 9 10 10 9 7 5",
    "night": "8 5 3 2 1 1 1 1 2 2 3 4 5 5 5 5 6 7 8 10 11 12 12 10",
    "early": "2 3 4 6 9 12 10 6 3 2 1 1 1 1 1 1 1 0 0 0 0 0 0 1",
}
HOURS = {name: np.array(row.split(), np.float64) for name, row in _ROWS.items()}
"""How a day's payments lie over its 24 hours, by the kind of life they belong to (A: domain 5.2)."""

_ENDS = {name: np.concatenate([[0.0], np.cumsum(row) / row.sum()]) for name, row in HOURS.items()}


@dataclass(frozen=True)
class EconomyDay:
    """One day of a nation; `number` counts from 0."""

    nation: Nation
    number: int

    @cached_property
    def start(self) -> int:
        """Its midnight, in microseconds."""
        return self.nation.start + self.number * DAY

    @cached_property
    def weekday(self) -> int:
        """0 is Monday."""
        return ((self.start + LOCAL) // DAY + 3) % 7

    @cached_property
    def of_month(self) -> int:
        """The day of the month, from 1."""
        date = np.datetime64((self.start + LOCAL) // DAY, "D")
        return int((date - date.astype("M8[M]").astype("M8[D]")).astype(int)) + 1

    @property
    def people(self) -> int:
        """How many persons live in the country."""
        return self.nation.size.people

    def get_role_accounts(self, name: str) -> Array:
        """The accounts of a role."""
        return self.nation.roles[name]

    def make_process_generator(self, process: str) -> np.random.Generator:
        """The generator of one process on this day."""
        # A stream for each process and day: a new process changes no payment of the
        # others, and a day can be made alone.
        return make_generator(self.nation.seed, "economy", process, self.number)

    def select_due(self, numbers: Array, salt: int, last: int = 28) -> Array:
        """Those of `numbers` whose own day of the month, 1 to `last`, is today."""
        today: Array = numbers[(hash_to_uniform(numbers, salt) * last).astype(np.int64) + 1 == self.of_month]
        return today


Process = Callable[[EconomyDay], TransferColumns]
Filler = Callable[[EconomyDay, int], TransferColumns]


def make_transfers(
    day: EconomyDay,
    payer: Array,
    payee: Array,
    satang: Array,
    moment: Array,
    channel: int = TRANSFER,
    purpose: int = 0,
    *,
    device: bool = True,
) -> TransferColumns:
    """Payments of a day. `moment`: microseconds after midnight, kept within the day; nobody pays itself."""
    rows = len(payer)
    time = day.start + np.clip(moment, 0, DAY - 1).astype(np.int64)
    made = TransferColumns(
        np.zeros(rows, np.int64),
        time,
        payer.astype(np.int32),
        payee.astype(np.int32),
        np.maximum(satang, 1).astype(np.int64),
        np.full(rows, channel, np.uint8),
        np.full(rows, purpose, np.uint8),
        find_ordering_devices(day, payer, time) if device else np.full(rows, -1, np.int32),
    )
    # Habits may lead to oneself. They are left out here, once, instead of in every process.
    kept = made.payer != made.payee
    return made if kept.all() else made.select_rows(np.flatnonzero(kept))


def find_ordering_devices(day: EconomyDay, payer: Array, time: Array) -> Array:
    """The device of each payment: its account's, a new one since some day, for some now and then a second one."""
    traits = day.nation.traits
    devices: Array = traits["device"][payer] + np.where(traits["renewed"][payer] <= time, RENEWED, 0)
    # A scramble of the payment itself: which of two devices is at hand depends on nothing else that happens.
    at_hand = (
        hash_to_uniform(time ^ (payer.astype(np.int64) << 20), 303) < get_values("devices")["second_used"]
    )
    devices = np.where(at_hand & traits["two_devices"][payer], traits["device"][payer] + SECOND_ONE, devices)
    return devices.astype(np.int32)


def find_bank_devices(day: EconomyDay, holder: Array, payer: Array) -> Array:
    """The telephone of a holder as the payer's bank knows it: each bank gives a device a number of its own."""
    found: Array = make_bank_device_numbers(
        day.nation.traits["phone"][holder], day.nation.accounts.bank[payer]
    )
    return found.astype(np.int32)


def draw_moments(rng: np.random.Generator, count: int, hours: str) -> Array:
    """Moments of a day, in microseconds after midnight, that lie as the named hours do."""
    at = np.interp(rng.random(count), _ENDS[hours], np.arange(25.0))
    found: Array = (at * HOUR).astype(np.int64)
    return found


def draw_sums(
    rng: np.random.Generator, count: int, median: float, sigma: float, least: float, most: float
) -> Array:
    """Lognormal sums in baht, none outside the bounds."""
    # 32 bits are enough: sums are rounded to whole baht or quarters afterwards.
    drawn = np.exp(rng.standard_normal(count, np.float32) * np.float32(sigma)) * np.float32(median)
    found: Array = np.clip(drawn, least, most)
    return found


def round_sums(baht: Array, rng: np.random.Generator, odd: float = 0.0) -> Array:
    """Sums as people pay them, in satang: two or three leading digits, a share of them exact to the satang."""
    step = np.select([baht < 200, baht < 2_000, baht < 20_000], [5.0, 10.0, 100.0], 500.0)
    satang = np.maximum(np.rint(baht / step) * step, 1) * BAHT
    if odd:
        exact = rng.random(len(baht)) < odd
        satang = np.where(exact, np.maximum(np.rint(baht * 4) * 25, 25), satang)
    whole_satang: Array = satang.astype(np.int64)
    return whole_satang


def draw_among(rng: np.random.Generator, among: Array, count: int) -> Array:
    """So many of an array, each as often as it stands in it."""
    return among[rng.integers(0, len(among), count)]


def find_persons_behind(day: EconomyDay, account: Array) -> Array:
    """The number of the person behind each account, by which habits go: of a body, any person's."""
    found: Array = day.nation.accounts.holder[account].astype(np.int64) % day.people
    return found


def choose_neighbours(persons: Array, which: Array, people: int, salt: int) -> Array:
    """Another person for each person and habit number: mostly a near one, always the same, never oneself."""
    keys = persons.astype(np.int64) * 64 + which
    # A scramble of person and habit: whom one pays is the same on every day without being stored for anybody.
    far = hash_to_uniform(keys, salt) < 0.15
    draw = mix_bits(keys, salt + 1)
    near = persons + 1 + (draw % np.uint64(min(60, people - 2))).astype(np.int64)
    away = persons + 1 + (draw % np.uint64(people - 2)).astype(np.int64)
    return np.where(far, away, near) % people


def draw_habits(rng: np.random.Generator, count: int, habits: int) -> Array:
    """Which of one's habits: the first far more often than the last."""
    return (rng.random(count, np.float32) ** 2 * habits).astype(np.int64)


def choose_local_places(
    persons: Array, which: Array, people: int, among: Array, salt: int, width: int = 40
) -> Array:
    """A place near each person, the same for each habit number: `among` is sorted by province."""
    # Persons and places are both numbered by province, so the same share of the
    # way lies in the same province.
    here = persons.astype(np.int64) * len(among) // people
    draw = mix_bits(persons.astype(np.int64) * 64 + which, salt)
    return among[(here + (draw % np.uint64(width)).astype(np.int64)) % len(among)]


def draw_groups(rng: np.random.Generator, leaders: Array, least: int, most: int) -> tuple[Array, Array]:
    """For each leader a group of some size: the leader's position for each member, and the member's number in it."""
    sizes = rng.integers(least, most + 1, len(leaders))
    leader = np.repeat(np.arange(len(leaders)), sizes)
    member = np.arange(len(leader)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return leader, member


def draw_subset(rng: np.random.Generator, among: Array, a_day: float) -> Array:
    """Those of `among` to whom something happens today that happens `a_day` times a day on average; in order."""
    return among[rng.random(len(among)) < a_day]


def make_no_payments(day: EconomyDay) -> TransferColumns:
    """No payments."""
    none = np.zeros(0, np.int64)
    return make_transfers(day, none, none, none, none)
