"""Founding a demo home: a country's history taken in through the readers, officers, and the board as the exercise begins."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from warroom import keys
from warroom.access.agencies import seed_exercise
from warroom.cases.intake import sync_cases
from warroom.home import FOLDERS, Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom_lab.demo import staff
from warroom_lab.demo.deliveries import Deliveries
from warroom_lab.demo.pace import FILE, FIRST_SPEED, Pace
from warroom_lab.demo.place import folder_of, refuse_others
from warroom_lab.demo.plan import Plan
from warroom_lab.demo.stage import Stage

if TYPE_CHECKING:
    from warroom.money.index.account_index import Index

SIGNALS = 12
"""Accounts that the room of an exercise can look at in a day."""


def build(
    home: Home,
    plan: Plan | None = None,
    speed: int = FIRST_SPEED,
    *,
    delivered: Callable[[], None] = lambda: None,
) -> int:
    """Fill an empty demo home up to the moment the exercise begins; how many cases stand on the board. `delivered` is called
    once all records are in.

    Raises HomeError where the home is not a demo home, NotPossible for a speed that is not offered.
    """
    from warroom.money.index.opening import (
        open_index,  # compiles its kernels: only where a demo is really built
    )

    refuse_others(home)
    plan, folder = plan or Plan(), folder_of(home)
    folder.mkdir(mode=0o700, exist_ok=True)
    pace = Pace.begin(folder / FILE, plan.begins, speed)
    # The clock is turned first: officers, rows of the log and cases are of the
    # exercise's time from the first one on.
    with home.turn_clock(pace.now), _opening(home) as ledger:
        lake = Lake.open(home)
        _tell(plan, lake)
        delivered()
        index = open_index(home, lake)
        opened = sync_cases(ledger.result(), lake, index)
        _signal(home, lake, index)
    # Last: `is_built` goes by it, so a founding that was killed is begun anew.
    plan.write(folder / "plan.json")
    return opened


def _tell(plan: Plan, lake: Lake) -> None:
    """Everything the partners sent before the exercise; reports only since the room took over the desk."""
    stage = Stage.replayed(plan, (), plan.begins)
    start = stage.country.nation.start
    arrived = stage.arrived(start - 1, plan.begins)
    reports = [one for one in arrived.reports if one.received_at > plan.opens]
    Deliveries(stage.country, lake, stage.around).history(arrived.rows, arrived.arrival, reports, plan.begins)


def _signal(home: Home, lake: Lake, index: "Index") -> None:
    """What the last morning's run of signals would have shown."""
    from warroom.signals import store
    from warroom.signals.mules.models import chosen
    from warroom.signals.mules.run import newest, run

    if signals := run(index, newest(lake), SIGNALS, model=chosen(home)):
        store.write(lake, signals)


@contextmanager
def _opening(home: Home) -> "Iterator[Future[Ledger]]":
    """A new ledger and its passwords take as long as all the records: both cores work."""
    with ThreadPoolExecutor(1) as beside:
        ledger = beside.submit(_staffed_ledger, home)
        try:
            yield ledger
        finally:
            ledger.result().close()


def _staffed_ledger(home: Home) -> Ledger:
    ledger = Ledger.open(home)
    staff.add_staff(ledger)
    seed_exercise(ledger)
    return ledger


def clear(home: Home) -> None:
    """Empty a demo home; raises HomeError for any other and HomeBusy while a server has it."""
    refuse_others(home)
    with home.hold("serve"):
        shutil.rmtree(folder_of(home), ignore_errors=True)
        for name in FOLDERS:
            # The lock that is held here lies in that folder.
            if name != "run":
                shutil.rmtree(home.root / name, ignore_errors=True)
                (home.root / name).mkdir(mode=0o700)
        for path in home.run.iterdir():
            # What the home remembers of rows, commits and times that are gone would be told as their loss.
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.suffix != ".lock":
                path.unlink(missing_ok=True)
        keys.forget(home)
