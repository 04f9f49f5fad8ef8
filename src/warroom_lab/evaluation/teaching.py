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
from warroom.signals.model.file import save
from warroom.sites.provinces import PROVINCES
from warroom_lab.evaluation.asking import keep_held_out
from warroom_lab.evaluation.background import settle
from warroom_lab.evaluation.growing_index import LiveIndex
from warroom_lab.evaluation.records import reports
from warroom_lab.mules import card, reported
from warroom_lab.mules.learn import Learned, Truth, learn
from warroom_lab.mules.parity import grouped
from warroom_lab.mules.samples import Samples, samples
from warroom_lab.world.crime.columns import TYPOLOGIES
from warroom_lab.world.crime.strategies import ADAPTING
from warroom_lab.world.drawing.columns import DAY, HOLDER_KINDS, Array, Transfers
from warroom_lab.world.drawing.params import POLICE_2018
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.run import Run
from warroom_lab.world.play.truth import WORK
from warroom_lab.world.play.truth import Truth as WorldTruth
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
class Lesson:
    """A country in which nobody acted: its records and reports, and the groups of its accounts. `end`: microseconds.

    `worked`: by account, when it first took stolen money for a gang, NEVER where it never did: for measuring alone.
    """

    records: LiveIndex
    groups: pa.Table
    end: int
    worked: Array


def lesson(size: Size, seed: int, scenario: str = CLOCKS[0], gangs: str = ADAPTING) -> Lesson:
    """Found a country and let crime run its course; raises WorldError for a seed that is held out."""
    keep_held_out([seed])
    background = settle(size, seed, scenario)
    run = Run(background.country, gangs=gangs)
    news = run.advance(background.end)
    background.records.add("transfers", background.books.transfers(news.transfers, news.received))
    background.records.add("reports", reports(news.reports))
    worked, _ = working(run.truth, news.transfers, len(background.books.number))
    return Lesson(background.records, groups_of(background.country), background.end, worked)


def working(truth: WorldTruth, paid: Transfers, accounts: int) -> tuple[Array, Array]:
    """Of `paid`, all payments of crime: by account, when it first and last took stolen money in a gang's hands; NEVER and 0 where it never did."""
    work = np.isin(truth.labels().typology, [TYPOLOGIES.index(name) for name in WORK])
    # Stolen money passes through honest shops too; only an account in a gang's hands works for one.
    mine = np.array([truth.mule(account) is not None for account in paid.payee[work].tolist()], bool)
    first, last = np.full(accounts, NEVER), np.zeros(accounts, np.int64)
    payee, time = paid.payee[work][mine], paid.time[work][mine]
    np.minimum.at(first, payee, time)
    np.maximum.at(last, payee, time)
    return first, last


def groups_of(country: Country) -> pa.Table:
    """The groups of a country's accounts by their numbers, as registers would tell them; see `signals.parity`."""
    held, people = country.accounts, country.holders
    kind, age = people.kind[held.holder], people.age[held.holder].astype(np.int64)
    return grouped(
        pa.table(
            {
                "province": pa.array(PROVINCES).take(pa.array(people.province[held.holder].astype(np.int64))),
                "age_band": pa.array(AGES).take(pa.array(age, mask=age < 0)),
                "type": pa.array(TYPES).take(pa.array(held.type.astype(np.int64))),
                "kind": pa.array(HOLDER_KINDS).take(pa.array(kind.astype(np.int64))),
            }
        )
    )


def taught(one: Lesson) -> Samples:
    """What a lesson has to learn from: its days, with the labels that its reports had led to by the end.

    The newest week is left out: most of its mules have not been reported yet.
    """
    index = one.records.index
    end = max(one.end, index.last_received)
    known = reported.of_reports(one.records, index, end)
    return samples(index, known, one.end, EVERY, reported.RIPE)


def teach(size: Size, seeds: Sequence[int], out: Path, say: Callable[[str], None]) -> Learned:
    """Train on countries of these seeds, with each kind of gang in turn, the last but one to calibrate, the last to measure, both
    with gangs that adapt; write model and card."""
    rows: list[Samples] = []
    groups, days, truth, played, first = [], [], [], [], 0
    for number, seed in enumerate(seeds):
        gangs = GANGS[number % len(GANGS)] if number < len(seeds) - 2 else ADAPTING
        one = lesson(size, seed, CLOCKS[number % len(CLOCKS)], gangs)
        mine = taught(one)
        played.append(gangs)
        truth.append(one.worked[mine.place] <= mine.moment)
        # Places count on over the countries: two countries' first accounts are not one account.
        rows.append(replace(mine, place=mine.place + first))
        groups.append(one.groups)
        days.append(len(mine.days()))
        first += one.groups.num_rows
        say(f"seed {seed}, {gangs}: {len(mine):,} rows, {int(mine.mule.sum()):,} with a label")
    # Whole countries, not days: what is measured was never seen, not even its people.
    split = (sum(days[:-2]), sum(days[:-1]))
    known = Truth(np.concatenate(truth), size.density)
    found = learn(
        reduce(add, rows), pa.concat_tables(groups), split=split, say=say, wrong=reported.WRONG, truth=known
    )
    save(found.model, out)
    data = f"synthetic countries of size {size.name}, seeds {', '.join(map(str, seeds))}; gangs: {', '.join(played)}"
    card.write(out, found, data, LABELS)
    return found
