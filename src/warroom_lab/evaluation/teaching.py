"""Countries to learn from, as a room would: from their records and reports alone, which are late, few and partly wrong.

What was true of their accounts is kept apart, for measuring; nothing is learned from it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from pathlib import Path

import numpy as np
import pyarrow as pa

from warroom.money.index.transfer_graph import NEVER
from warroom.signals.model.file import save_model
from warroom.sites.provinces import PROVINCES
from warroom_lab.evaluation.asking import check_seeds_not_held_out
from warroom_lab.evaluation.background import found_background
from warroom_lab.evaluation.growing_index import LiveIndex
from warroom_lab.evaluation.records import build_reports_table
from warroom_lab.mules import card, reported
from warroom_lab.mules.learn import Learned, MeasuringTruth, train_and_measure
from warroom_lab.mules.parity import build_group_columns
from warroom_lab.mules.samples import Samples, build_samples
from warroom_lab.world.crime.columns import TYPOLOGIES
from warroom_lab.world.crime.strategies import ADAPTING
from warroom_lab.world.drawing.columns import DAY, HOLDER_KINDS, Array, TransferColumns
from warroom_lab.world.drawing.params import POLICE_2018
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.run import CountryRun
from warroom_lab.world.play.truth import WORK
from warroom_lab.world.play.truth import RunTruth as WorldTruth
from warroom_lab.world.population.country import Country
from warroom_lab.world.population.people import AGES, TYPES

EVERY = 3 * DAY
"""Two days of one account look much alike; so far apart rows teach as much and cost a third."""
CLOCKS = ("bot-2025", "bot-2025", POLICE_2018)
"""The clocks of crime, in turn from country to country: a room does not know by which one it will be met."""
GANGS = (ADAPTING, "straighteners", ADAPTING, ADAPTING, "straighteners", "structurers")
"""The gangs, in turn from country to country of those that train: a room does not know which it will meet. Those whose victims pay
coins, shops and abroad themselves leave few accounts to learn from, so they come twice."""
LABELS = (
    "accounts on the trails of reports that had come by the last day, as the records showed them; no other account has a "
    "label, and the truth of the countries measures alone"
)


@dataclass(frozen=True)
class MuleLesson:
    """A country in which nobody acted: its records and reports, and the groups of its accounts. `end`: microseconds.

    `worked`: by account, when it first took stolen money for a gang, NEVER where it never did: for measuring alone.
    """

    records: LiveIndex
    groups: pa.Table
    end: int
    worked: Array


def build_lesson(size: Size, seed: int, scenario: str = CLOCKS[0], gangs: str = ADAPTING) -> MuleLesson:
    """Found a country and let crime run its course; raises WorldError for a seed that is held out."""
    check_seeds_not_held_out([seed])
    background = found_background(size, seed, scenario)
    run = CountryRun(background.country, gangs=gangs)
    news = run.advance_to(background.end)
    background.records.add_rows(
        "transfers", background.books.build_transfers_table(news.transfers, news.received)
    )
    background.records.add_rows("reports", build_reports_table(news.reports))
    worked, _ = find_working_times(run.truth, news.transfers, len(background.books.number))
    return MuleLesson(background.records, build_account_groups(background.country), background.end, worked)


def find_working_times(truth: WorldTruth, paid: TransferColumns, accounts: int) -> tuple[Array, Array]:
    """Of `paid`, all payments of crime: by account, when it first and last took stolen money in a gang's hands; NEVER and 0 where it never did."""
    work = np.isin(truth.build_labels().typology, [TYPOLOGIES.index(name) for name in WORK])
    # Stolen money passes through honest shops too; only an account in a gang's hands works for one.
    mine = np.array([truth.find_mule(account) is not None for account in paid.payee[work].tolist()], bool)
    first, last = np.full(accounts, NEVER), np.zeros(accounts, np.int64)
    payee, time = paid.payee[work][mine], paid.time[work][mine]
    np.minimum.at(first, payee, time)
    np.maximum.at(last, payee, time)
    return first, last


def build_account_groups(country: Country) -> pa.Table:
    """The groups of a country's accounts by their numbers, as registers would tell them; see `signals.parity`."""
    held, people = country.accounts, country.holders
    kind, age = people.kind[held.holder], people.age[held.holder].astype(np.int64)
    return build_group_columns(
        pa.table(
            {
                "province": pa.array(PROVINCES).take(pa.array(people.province[held.holder].astype(np.int64))),
                "age_band": pa.array(AGES).take(pa.array(age, mask=age < 0)),
                "type": pa.array(TYPES).take(pa.array(held.type.astype(np.int64))),
                "kind": pa.array(HOLDER_KINDS).take(pa.array(kind.astype(np.int64))),
            }
        )
    )


def build_lesson_samples(country_lesson: MuleLesson) -> Samples:
    """What a lesson has to learn from: its days, with the labels that its reports had led to by the end.

    The newest week is left out: most of its mules have not been reported yet.
    """
    index = country_lesson.records.current_index
    end = max(country_lesson.end, index.last_received)
    known = reported.build_labels_from_reports(country_lesson.records, index, end)
    return build_samples(index, known, country_lesson.end, EVERY, reported.RIPE)


def train_from_countries(size: Size, seeds: Sequence[int], out: Path, say: Callable[[str], None]) -> Learned:
    """Train on countries of these seeds, with each kind of gang in turn, the last but one to calibrate, the last to measure, both
    with gangs that adapt; write model and card."""
    rows: list[Samples] = []
    groups, days, truth, played, first = [], [], [], [], 0
    for number, seed in enumerate(seeds):
        gangs = GANGS[number % len(GANGS)] if number < len(seeds) - 2 else ADAPTING
        country_lesson = build_lesson(size, seed, CLOCKS[number % len(CLOCKS)], gangs)
        mine = build_lesson_samples(country_lesson)
        played.append(gangs)
        truth.append(country_lesson.worked[mine.place] <= mine.moment)
        # Places count on over the countries: two countries' first accounts are not one account.
        rows.append(replace(mine, place=mine.place + first))
        groups.append(country_lesson.groups)
        days.append(len(mine.list_day_slices()))
        first += country_lesson.groups.num_rows
        say(f"seed {seed}, {gangs}: {len(mine):,} rows, {int(mine.mule.sum()):,} with a label")
    # Whole countries, not days: what is measured was never seen, not even its people.
    split = (sum(days[:-2]), sum(days[:-1]))
    known = MeasuringTruth(np.concatenate(truth), size.density)
    learned = train_and_measure(
        reduce(add, rows), pa.concat_tables(groups), split=split, say=say, wrong=reported.WRONG, truth=known
    )
    save_model(learned.model, out)
    data = f"synthetic countries of size {size.name}, seeds {', '.join(map(str, seeds))}; gangs: {', '.join(played)}"
    card.write_card(out, learned, data, LABELS)
    return learned
