"""Founding a demo home: a country's history taken in through the readers, officers, and the board as the exercise begins."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from warroom import keys
from warroom.access.agencies import seed_exercise
from warroom.access.api_keys.keys import add_key
from warroom.cases.intake import sync_cases
from warroom.home import FOLDERS, Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom_lab.demo import staff
from warroom_lab.demo.beforehand import decide_beforehand
from warroom_lab.demo.deliveries import PartnerDeliveries
from warroom_lab.demo.pace import FILE, FIRST_SPEED, Pace
from warroom_lab.demo.place import get_exercise_folder, require_demo_home
from warroom_lab.demo.plan import ExercisePlan
from warroom_lab.demo.stage import CountryStage
from warroom_lab.world.drawing.columns import BANKS

if TYPE_CHECKING:
    from warroom.money.index.account_index import Index

SIGNALS = 12
"""Accounts that the room of an exercise can look at in a day."""


def build_demo_home(
    home: Home,
    plan: ExercisePlan | None = None,
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

    require_demo_home(home)
    plan, folder = plan or ExercisePlan(), get_exercise_folder(home)
    folder.mkdir(mode=0o700, exist_ok=True)
    pace = Pace.create_clock(folder / FILE, plan.begins, speed)
    # The clock is turned first: officers, rows of the log and cases are of the
    # exercise's time from the first one on.
    with home.turn_clock(pace.get_now), _open_ledger_in_thread(home) as ledger:
        lake = Lake.open(home)
        _deliver_history(plan, lake)
        delivered()
        index = open_index(home, lake)
        opened = sync_cases(ledger.result(), lake, index)
        _run_signals(home, lake, index)
        decide_beforehand(ledger.result(), lake)
    # Last: `is_built` goes by it, so a founding that was killed is begun again.
    plan.save_plan(folder / "plan.json")
    return opened


def _deliver_history(plan: ExercisePlan, lake: Lake) -> None:
    """Everything the partners sent before the exercise; reports only since the room took over the desk."""
    stage = CountryStage.from_journal(plan, (), plan.begins)
    start = stage.country.nation.start
    arrived = stage.take_arrivals(start - 1, plan.begins)
    reports = [report for report in arrived.reports if report.received_at > plan.opens]
    PartnerDeliveries(stage.country, lake, stage.around).ingest_history(
        arrived.rows, arrived.arrival, reports, plan.begins
    )


def _run_signals(home: Home, lake: Lake, index: "Index") -> None:
    """What the last morning's run of signals would have shown."""
    from warroom.signals import store
    from warroom.signals.mules.models import load_chosen_model
    from warroom.signals.mules.run import find_newest_time, run

    if signals := run(index, find_newest_time(lake), SIGNALS, model=load_chosen_model(home)):
        store.write_signals(lake, signals)


@contextmanager
def _open_ledger_in_thread(home: Home) -> "Iterator[Future[Ledger]]":
    """A new ledger and its passwords take as long as all the records: both cores work."""
    with ThreadPoolExecutor(1) as beside:
        ledger = beside.submit(_make_staffed_ledger, home)
        try:
            yield ledger
        finally:
            ledger.result().close()


def _make_staffed_ledger(home: Home) -> Ledger:
    ledger = Ledger.open(home)
    staff.add_staff(ledger)
    seed_exercise(ledger)
    # The desk of the payee check loads what payments show only where a bank may ask.
    for bank in BANKS:
        add_key(ledger, bank, ["payee-check"])
    return ledger


def clear_demo_home(home: Home) -> None:
    """Empty a demo home; raises HomeError for any other and HomeBusy while a server has it."""
    require_demo_home(home)
    with home.take_lock("serve"):
        shutil.rmtree(get_exercise_folder(home), ignore_errors=True)
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
        keys.forget_keys(home)
