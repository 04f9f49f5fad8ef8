"""Payments to learn from, as a room would: labelled by reports alone, which are late, few and partly wrong.

What was true of the payments is kept apart, for measuring; nothing is learned from it.
"""

from dataclasses import dataclass, fields, replace

import numpy as np

from warroom import clock
from warroom.errors import TraceError
from warroom.money.index.account_index import Index
from warroom.money.trace.tracing import trace
from warroom.signals.model.trees import Matrix
from warroom.signals.payments.facts import compute_rows
from warroom_lab.evaluation.asking import check_seeds_not_held_out
from warroom_lab.evaluation.background import CountryBackground, build_background
from warroom_lab.evaluation.growing_index import LiveIndex
from warroom_lab.evaluation.hardness.observed import Observed, observe_country
from warroom_lab.evaluation.records import build_reports_table
from warroom_lab.mules import reported
from warroom_lab.world.crime.strategies import ADAPTING
from warroom_lab.world.drawing.columns import DAY, Array
from warroom_lab.world.drawing.numbers import make_record_ids
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.run import CountryRun, RunNews
from warroom_lab.world.population.country import plan_country

WARM = 7 * DAY
"""First days that are not learned from nor measured on: who is new to whom is not known yet."""
SECOND = 1_000_000
KEPT = 0.06
"""Share of ordinary payments that are kept to learn from; each stands for the others by its weight."""
TOWN = Size("town", 25_000, 30, 1_102_500, 40)
"""People and days of a country to learn from or to measure on; crime is 40 times as dense as in life."""


@dataclass(frozen=True)
class PaymentLesson:
    """Payments between two accounts of a country, a row each in order of time.

    `label`: reports lead to it; `unknown`: neither a case nor an example of innocence; `weight`: how many it stands for. For measuring alone:
    `stolen`, it brought stolen money to an account in a gang's hands; `crime`, crime made it or its payee is in a gang's hands at any time; `baht`;
    `day` of the country; `density`.
    """

    rows: Matrix
    label: Array
    unknown: Array
    weight: Array
    stolen: Array
    crime: Array
    baht: Array
    day: Array
    density: float

    def __len__(self) -> int:
        return len(self.rows)

    def select_rows(self, rows: Array) -> "PaymentLesson":
        """Some of the payments."""
        columns = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "density"}
        return replace(self, **{name: column[rows] for name, column in columns.items()})


def build_lesson(size: Size, seed: int, scenario: str, gangs: str = ADAPTING) -> PaymentLesson:
    """What a country has to learn from, in which nobody acted; raises WorldError for a seed that is held out."""
    check_seeds_not_held_out([seed])
    background, run, news = _play_country(size, seed, scenario, gangs)
    lesson, between = _observe_payments(observe_country(run, news.transfers))
    records = background.records
    records.add_rows("transfers", background.books.build_transfers_table(news.transfers, news.received))
    records.add_rows("reports", build_reports_table(news.reports))
    label, unknown = _label_payments(records, background.end, between)
    # The newest week is left out: most of its payments have not been reported yet.
    ripe = lesson.day < size.days - reported.RIPE // DAY
    drawn = label | unknown | (np.random.default_rng(seed).random(len(lesson)) < KEPT)
    kept = np.flatnonzero(ripe & drawn & (lesson.day >= WARM // DAY))
    weight = np.where(label | unknown, 1.0, 1 / KEPT)
    made = PaymentLesson(
        lesson.rows,
        label,
        unknown,
        weight,
        lesson.stolen,
        lesson.crime,
        lesson.baht,
        lesson.day,
        size.density,
    )
    return made.select_rows(kept)


def build_trial(size: Size, seed: int, scenario: str, gangs: str = ADAPTING) -> PaymentLesson:
    """All payments of a country after its first week, without labels: to measure on."""
    _, run, news = _play_country(size, seed, scenario, gangs)
    lesson, _ = _observe_payments(observe_country(run, news.transfers))
    return lesson.select_rows(np.flatnonzero(lesson.day >= WARM // DAY))


def _play_country(
    size: Size, seed: int, scenario: str, gangs: str
) -> tuple[CountryBackground, CountryRun, RunNews]:
    background = build_background(plan_country(size, seed, scenario))
    run = CountryRun(background.country, gangs=gangs)
    return background, run, run.advance_to(background.end)


def _observe_payments(seen: Observed) -> tuple[PaymentLesson, Observed]:
    """The payments between two accounts, in order of time, and what is known of them."""
    rows = seen.rows
    here = np.flatnonzero((rows.payer >= 0) & (rows.payee >= 0))
    kept = Observed(
        seen.country,
        rows.select_rows(here),
        seen.typology[here],
        seen.works[here],
        seen.known[here],
        seen.gang,
    )
    rows, count = kept.rows, len(here)
    baht = rows.amount / 100
    facts = compute_rows(rows.time // SECOND, rows.payer.astype(np.int64), rows.payee.astype(np.int64), baht)
    none = np.zeros(count, bool)
    day = (rows.time - seen.start) // DAY
    crime = (kept.typology >= 0) | (kept.gang[rows.payee] >= 0)
    lesson = PaymentLesson(facts, none, none, np.ones(count), kept.works, crime, baht, day, seen.density)
    return lesson, kept


def _label_payments(records: LiveIndex, end: int, paid: Observed) -> tuple[Array, Array]:
    """Payments that the trails of reports name, as the records show them at the end, and payments of which nothing can be said."""
    index = records.current_index
    named, by_victims, doubted = _list_traced_payments(records, index, max(end, index.last_received))
    numbers = np.array(make_record_ids(paid.rows.uid).to_pylist())
    label, unknown = np.isin(numbers, named), np.isin(numbers, doubted)
    # An account that victims paid may have taken and passed on more that nobody reported.
    taking = np.unique(paid.rows.payee[np.isin(numbers, by_victims)])
    unknown |= np.isin(paid.rows.payee, taking) | np.isin(paid.rows.payer, taking)
    return label, unknown & ~label


def _list_traced_payments(
    records: LiveIndex, index: Index, end: int
) -> tuple[list[str], list[str], list[str]]:
    """Record numbers of transfers that carried mostly reported money near the victim, of those among them that victims made, and
    of all other payments on the trails.
    """
    named: list[str] = []
    by_victims: list[str] = []
    doubted: list[str] = []
    for _, names in reported.iter_first_reports(index, end):
        try:
            trail = trace(records, index, names, method=reported.METHOD, as_of=clock.from_micros(end))
        except TraceError:
            continue  # what cannot be followed labels nothing
        honest = {on.account for on in trail.accounts if reported.has_word_for_holder(on)}
        for step in trail.steps:
            pure = step.traced >= reported.UNDILUTED * step.amount and step.payee not in honest
            # What went to shops and exchanges by other ways is spent, and they are no mules.
            if pure and step.hops <= reported.HOPS and step.channel == "transfer":
                named.append(step.record_id)
                by_victims += [step.record_id] if step.hops <= 1 else []
            else:
                doubted.append(step.record_id)
    return named, by_victims, doubted
