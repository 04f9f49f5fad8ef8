"""A demo home made whole: records through the readers, officers, and a board full of cases."""

import json
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from warroom import clock
from warroom.demo import cases, country, files, history, staff
from warroom.errors import HomeError
from warroom.home import FOLDERS, Home
from warroom.lake import Lake
from warroom.operations.cases import sync_cases
from warroom.operations.ledger import Ledger

SEED = 1441
MARK = "demo.json"
STALE_AFTER = timedelta(hours=3)  # by then the fresh cases have gone cold


def build(home: Home, *, now: datetime | None = None) -> int:
    """Fill an empty demo home with an invented case load that ends now; how many cases stand on the board.

    Raises HomeError where the home is not a demo home.
    """
    from warroom.money import open_index  # compiles its kernels: only where a demo is really built

    refuse_others(home)
    now = (now or clock.now()).replace(microsecond=0)
    lake = Lake.open(home)
    # A new ledger and its passwords take as long as all the records: both cores work.
    with ThreadPoolExecutor(1) as beside:
        opening = beside.submit(_staffed_ledger, home)
        people = country.settle(now, SEED)
        try:
            _ingest(lake, people)
            index = open_index(home, lake)
        finally:
            ledger = opening.result()
    with ledger:
        opened = sync_cases(ledger, lake, index)
        history.appealed_hold(ledger, lake, home, cases.honest_hobby_seller(people))
    _mark(home).write_text(json.dumps({"built_at": now.isoformat()}))
    return opened


def _ingest(lake: Lake, people: country.Country) -> None:
    with tempfile.TemporaryDirectory(prefix="warroom-demo-") as folder:
        reports = cases.tell(people, SEED + 1)
        summaries = lake.ingest(files.write(people, reports, Path(folder), SEED + 2))
    lost = sum(summary.quarantined for summary in summaries)
    if lost:
        raise HomeError(f"{lost} invented rows were refused by the readers; run 'warroom demo --fresh'.")


def _staffed_ledger(home: Home) -> Ledger:
    ledger = Ledger.open(home)
    staff.add_staff(ledger)
    return ledger


def is_fresh(home: Home, now: datetime) -> bool:
    """Whether the home holds a complete demo that is not yet stale."""
    try:
        built_at = datetime.fromisoformat(json.loads(_mark(home).read_text())["built_at"])
    except (OSError, ValueError, KeyError):
        return False
    return timedelta(0) <= now - built_at < STALE_AFTER


def clear(home: Home) -> None:
    """Empty a demo home; raises HomeError for any other and HomeBusy while a server has it."""
    refuse_others(home)
    with home.hold("serve"):
        _mark(home).unlink(missing_ok=True)
        for name in FOLDERS:
            if name != "run":
                shutil.rmtree(home.root / name, ignore_errors=True)
                (home.root / name).mkdir(mode=0o700)


def refuse_others(home: Home) -> None:
    """Raise HomeError where this is not a demo home: nothing invented may get into a real one."""
    if home.kind != "demo":
        raise HomeError(f"{home.root} is a {home.kind} home; set WARROOM_HOME to an empty folder for a demo.")


def _mark(home: Home) -> Path:
    return home.run / MARK
