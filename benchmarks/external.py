"""Signals on payments that our country did not make: `python -m benchmarks.external [FOLDER ...]`.

The shipped account model and the rule, as they are, on a sample of another team's generator (AMLSim) and on our own rewriting of
the patterns that AMLworld defines, which is no set of that team: our countries were drawn by the hand that wrote the rule. Every seven days each account that received something is scored by what was known then, and its likeliest
score counts. Nothing is learned and nothing fitted, not even a threshold: average precision alone, with its base rate (what chance
would have), a 90 % interval over accounts drawn again, and beside it the count of an account's payments as a score.

WARROOM_SHARED has AMLSim's sample of 20,000 accounts and our writer of AMLworld's eight patterns; each FOLDER named is read as
another sample of AMLSim (nodes.csv, transactions.csv).
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from benchmarks.harness import Figure, add_folders, at_least, start_run
from benchmarks.outside import LEFT_OUT, found
from warroom.money.index.transfer_graph import Array
from warroom.signals.model.model import TreeModel
from warroom.signals.mules.account_features import WINDOW
from warroom.signals.mules.models import load_shipped_model
from warroom.signals.mules.scoring import score_accounts
from warroom_lab.evaluation.growing_index import LiveIndex
from warroom_lab.evaluation.records import fill_table, to_decimal_column, to_time_column

START = 1_772_384_400_000_000
SECOND = 1_000_000
DRAWS = 200
ACCOUNTS, DAYS, SEED = 20_000, 30, 1


@dataclass(frozen=True)
class Set:
    """Payments of a generator: seconds from 0, accounts by number, sums in its own money; which accounts are crime's."""

    name: str
    time: Array
    payer: Array
    payee: Array
    amount: Array
    crime: Array


def read_amlsim(folder: Path) -> tuple[pa.Table, Array]:
    """AMLSim's transactions as they lie there, and by account whether it is crime's."""
    rows, nodes = csv.read_csv(folder / "transactions.csv"), csv.read_csv(folder / "nodes.csv")
    crime = np.zeros(int(nodes["nodeid"].to_numpy().max()) + 1, bool)
    crime[nodes["nodeid"].to_numpy()] = nodes["isFraud"].to_numpy() == 1
    return rows, crime


def amlsim(folder: Path) -> Set:
    """A sample of AMLSim. Its steps are days; each payment gets a moment of its day by chance, which tells nothing."""
    rows, crime = read_amlsim(folder)
    step = rows["time"].to_numpy().astype(np.int64)
    seconds = step * 86_400 + np.random.default_rng(SEED).integers(0, 86_400, len(step))
    payer, payee, amount = (rows[name].to_numpy() for name in ("sourceNodeId", "targetNodeId", "value"))
    return Set(f"AMLSim, {folder.name}", seconds, payer, payee, amount.astype(np.float64), crime)


def amlworld_patterns(script: Path) -> Set:
    """A set of the patterns that AMLworld defines; an account is crime's where a payment of a scheme has it at an end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "set.parquet"
        given = [str(path), str(ACCOUNTS), str(DAYS), str(SEED)]
        subprocess.run([sys.executable, str(script), *given], check=True, capture_output=True)
        rows = pq.read_table(path)
    seconds, payer, payee, amount, label = (
        rows[name].to_numpy() for name in ("ts", "src", "dst", "amount", "label")
    )
    crime = np.zeros(int(max(payer.max(), payee.max())) + 1, bool)
    for side in (payer, payee):
        crime[side[label == 1]] = True
    return Set("AMLworld's patterns", seconds.astype(np.int64), payer, payee, amount, crime)


def indexed(found: Set) -> LiveIndex:
    """The payments as records of one bank, each known when it was made; no device, channel or register is made up."""
    order = np.argsort(found.time, kind="stable")
    moment = to_time_column(START + found.time[order] * SECOND)
    count, bank = len(order), pa.array(["BANK"] * len(order)).dictionary_encode()
    given = {
        "record_id": pa.array([f"T{row}" for row in range(count)]),
        "source": bank,
        "received_at": moment,
        "time": moment,
        "payer_bank": bank,
        "payer": pa.array(found.payer[order]).cast(pa.string()),
        "payee_bank": bank,
        "payee": pa.array(found.payee[order]).cast(pa.string()),
        "amount": to_decimal_column(np.rint(found.amount[order] * 100).astype(np.int64)),
        "currency": pa.array(["THB"] * count).dictionary_encode(),
    }
    index = LiveIndex(b"external" * 4)
    index.add_rows("transfers", fill_table("transfers", given, count))
    index.merge_delta()
    return index


def likeliest(found: Set, index: LiveIndex, model: TreeModel | None) -> Array:
    """float64 by account number of the set: its highest chance over all looks; NaN where it never received anything."""
    numbers = np.arange(len(found.crime))
    bank = pa.array(["BANK"] * len(numbers))
    known = index.current_index.account_ids(bank, pa.array(numbers).cast(pa.string()))
    by_index = np.full(int(known.max()) + 1, np.nan)
    last = START + int(found.time.max()) * SECOND
    for moment in range(START + WINDOW, last + WINDOW, WINDOW):
        look = score_accounts(index.current_index, moment, model)
        by_index[look.accounts] = np.fmax(by_index[look.accounts], look.chance)
    chance = np.full(len(numbers), np.nan)
    chance[known >= 0] = by_index[known[known >= 0]]
    return chance


def precision(crime: Array, score: Array) -> tuple[float, float, float]:
    """Average precision and the ends of its 90 % interval: accounts drawn again, by a Poisson number of copies."""
    from sklearn.metrics import average_precision_score

    rng = np.random.default_rng(SEED)
    drawn = [
        average_precision_score(crime, score, sample_weight=rng.poisson(1, len(crime))) for _ in range(DRAWS)
    ]
    low, high = np.percentile(drawn, (5, 95))
    return float(average_precision_score(crime, score)), float(low), float(high)


def figures(found: Set) -> list[Figure]:
    """Average precision of the model and of the rule, whose bar is that of counting payments."""
    index = indexed(found)
    payments = np.bincount(found.payer, minlength=len(found.crime)) + np.bincount(
        found.payee, minlength=len(found.crime)
    )
    rows = []
    for name, model in (("shipped model", load_shipped_model()), ("rule", None)):
        chance = likeliest(found, index, model)
        met = ~np.isnan(chance)
        crime = found.crime[met]
        value, low, high = precision(crime, chance[met])
        plain, *_ = precision(crime, payments[met])
        beside = (
            f"90 % {low:.3f} to {high:.3f}; base rate {crime.mean():.4f} of {len(crime):,} accounts, "
            f"{len(found.time):,} payments; counting payments {plain:.3f}"
        )
        rows.append(at_least(f"{found.name}, {name}, average precision", value, "", plain, beside))
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, options=add_folders)
    sets = [amlsim(folder) for folder in (found("data/money/amlsim_20k"), *run.given.folders) if folder]
    if script := found("bench/transfers.py"):
        sets.append(amlworld_patterns(script))
    if not sets:
        return LEFT_OUT
    run.show("External", [figure for each in sets for figure in figures(each)])
    # No bar to pass: what is learned on one generator need not hold on another, and that is what is measured.
    return 0


if __name__ == "__main__":
    sys.exit(main())
