"""Countries to learn from: what was true of their accounts becomes a file of labels, as investigators would write it.

This is where the truth of synthetic countries ends: whoever learns from it sees the file alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from warroom import clock
from warroom.evaluation.background import settle
from warroom.evaluation.records import Books, times
from warroom.money.index.account_index import Index
from warroom.signals.model import card
from warroom.signals.model.file import save
from warroom.signals.mules import labels
from warroom.signals.mules.learn import Learned, learn
from warroom.signals.mules.parity import grouped
from warroom.signals.mules.samples import Samples, samples
from warroom.sites.provinces import PROVINCES
from warroom.world.crime.columns import TYPOLOGIES
from warroom.world.drawing.columns import BANKS, DAY, HOLDER_KINDS, Array
from warroom.world.drawing.sizes import Size
from warroom.world.play.run import News, Run
from warroom.world.play.truth import WORK, Truth
from warroom.world.population.country import Country
from warroom.world.population.people import AGES, TYPES

EVERY = 3 * DAY
"""Two days of one account look much alike; so far apart rows teach as much and cost a third."""
LABELS = "every account that took stolen money for a gang, by the truth of the synthetic countries; all others cleared"


@dataclass(frozen=True)
class Lesson:
    """A country in which nobody acted: its records, the labels of its accounts, and their groups. `end`: microseconds."""

    index: Index
    labels: pa.Table
    groups: pa.Table
    end: int


def lesson(size: Size, seed: int) -> Lesson:
    """Found a country, let crime run its course, and write down what was true."""
    background = settle(size, seed)
    run = Run(background.country)
    news = run.advance(background.end)
    background.records.add("transfers", background.books.transfers(news.transfers, news.received))
    told = label_table(background.books, run.truth, news)
    return Lesson(background.records.index, told, groups_of(background.country), background.end)


def label_table(books: Books, truth: Truth, news: News) -> pa.Table:
    """Every account with 1 where it took stolen money in a gang's hands, else 0; `since` and `known_at` are the first
    and the last time it did (the end of the play for the others). `news`: all payments of crime.
    """
    work = np.isin(truth.labels().typology, [TYPOLOGIES.index(name) for name in WORK])
    payee, time = news.transfers.payee[work], news.transfers.time[work]
    # Stolen money passes through honest shops too; only an account in a gang's hands is one to learn.
    mine = np.array([truth.mule(account) is not None for account in payee.tolist()], bool)
    since, known = _span(len(books.number), payee[mine], time[mine])
    mule = known > 0
    last = int(news.received.max(initial=0))
    return pa.table(
        {
            "bank": pa.array(BANKS).take(pa.array(books.bank)),
            "account": books.number,
            "label": pa.array(mule.astype(np.int8)),
            "known_at": times(np.where(mule, known, last)),
            "since": times(np.where(mule, since, last)),
        }
    )


def _span(accounts: int, payee: Array, time: Array) -> tuple[Array, Array]:
    first, last = np.full(accounts, 1 << 62), np.zeros(accounts, np.int64)
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
    """What a lesson has to learn from, through a file of labels as anybody's."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "labels.parquet"
        # Accounts that no payment names are not in the index, and labels of unknown
        # accounts are refused as in earnest.
        known = one.index.account_ids(
            one.labels["bank"].combine_chunks(), one.labels["account"].combine_chunks()
        )
        pq.write_table(one.labels.filter(pa.array(known >= 0)), path)
        end = max(one.end, one.index.last_received)
        return samples(one.index, labels.read(path, one.index, clock.from_micros(end)), one.end, EVERY)


def teach(size: Size, seeds: Sequence[int], out: Path, say: Callable[[str], None]) -> Learned:
    """Train on countries of these seeds, the last but one to calibrate, the last to measure; write model and card."""
    rows, groups, days, first = [], [], [], 0
    for seed in seeds:
        one = lesson(size, seed)
        mine = taught(one)
        # Places count on over the countries: two countries' first accounts are not one account.
        rows.append(replace(mine, place=mine.place + first))
        groups.append(one.groups)
        days.append(len(mine.days()))
        first += one.groups.num_rows
        say(f"seed {seed}: {len(mine):,} rows, {int(mine.mule.sum()):,} of mules")
    # Whole countries, not days: what is measured was never seen, not even its people.
    split = (sum(days[:-2]), sum(days[:-1]))
    found = learn(reduce(add, rows), pa.concat_tables(groups), complete=True, split=split, say=say)
    save(found.model, out)
    data = f"synthetic countries of size {size.name}, seeds {', '.join(map(str, seeds))}"
    card.write(out, found, data, LABELS)
    return found
