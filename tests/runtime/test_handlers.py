"""Every sort of thing that has deadlines or orders has its handler, by name, whatever happens to be imported."""

import logging
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

import pytest

from tests.actions.joint.raid import Raid
from tests.cases.scenes import Scene
from tests.survivors.conftest import REASONS, Shelter
from warroom.ledger import deadlines as ledger_deadlines
from warroom.ledger.base import Base
from warroom.orders import outbox
from warroom.runtime import deadlines
from warroom.runtime.handlers import ORDER_HANDLERS, STRIKERS
from warroom.survivors.decisions import break_glass

HANDLERS = [("deadlines", STRIKERS), ("orders", ORDER_HANDLERS)]
WORD = re.compile(r"'([^']+)'")


@pytest.mark.parametrize(("table", "handlers"), HANDLERS)
def test_whatever_the_table_can_hold_has_a_handler(scene: Scene, table: str, handlers: Iterable[str]) -> None:
    checks = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = CAST(:t AS regclass) AND conname = :n"
    [(check,)] = scene.sql(checks, t=table, n=f"{table}_about_check")
    assert set(WORD.findall(check)) == set(handlers)


@pytest.mark.parametrize(("table", "handlers"), HANDLERS)
def test_the_program_and_the_database_know_the_same_things(table: str, handlers: Iterable[str]) -> None:
    named = {check.name: str(check.sqltext) for check in checks_of(table)}  # type: ignore[attr-defined]
    assert set(WORD.findall(named[f"{table}_about_check"])) == set(handlers)


def checks_of(table: str) -> list[object]:
    return [one for one in Base.metadata.tables[table].constraints if hasattr(one, "sqltext")]


ALONE = """
from tests.cases.due import run_due
import sys
from datetime import datetime
from pathlib import Path
from warroom.home import open_home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger

home = open_home(Path(sys.argv[1]), create=None)
with Ledger.open(home) as ledger:
    report = run_due(ledger, Lake.open(home), datetime.fromisoformat(sys.argv[2]))
assert report.unhandled == 0, report
"""


def test_a_program_that_only_does_what_is_due_lets_every_deadline_strike(
    raid: Raid, shelter: Shelter
) -> None:
    break_glass.break_glass(
        shelter.ledger, shelter.com, shelter.looked_after(), REASONS, "key-12345", now=shelter.now
    )
    then = shelter.later(days=60).isoformat()
    done(ALONE, str(raid.room.scene.home.root), then)
    found = shelter.scene.sql("SELECT DISTINCT about, kind, state FROM deadlines")
    assert {tuple(row) for row in found} >= {
        ("joint", "hour", "struck"),
        ("person", "reflection", "struck"),
        ("person", "identification", "struck"),
        ("person:glass", "review", "struck"),
    }
    assert not [row for row in found if row.state == "running"]


IMPORTED = """
import importlib, pkgutil, sys
from importlib.machinery import SourceFileLoader
import warroom

made, run = {}, SourceFileLoader.exec_module

def contents(module):
    kept = (dict, list, set)
    return {n: len(v) for n, v in vars(module).items() if isinstance(v, kept) and not n.startswith("__")}

def run_and_look(self, module):
    run(self, module)
    if module.__name__.startswith("warroom."):
        made[module.__name__] = contents(module)

SourceFileLoader.exec_module = run_and_look
SKIPPED = ("__main__", ".engine.")  # programs, and what needs a cluster's own package
for found in pkgutil.walk_packages(warroom.__path__, "warroom."):
    if not any(part in found.name for part in SKIPPED):
        importlib.import_module(found.name)
changed = [name for name, was in made.items() if contents(sys.modules[name]) != was]
print(len(made), *changed)
"""


def test_importing_a_module_puts_nothing_into_another() -> None:
    modules, *changed = done(IMPORTED).split()
    assert int(modules) > 700
    assert changed == []


def done(program: str, *given: str) -> str:
    """What a fresh interpreter that runs the program says."""
    command = [sys.executable, "-c", program, *given]
    ran = subprocess.run(command, env=os.environ.copy(), capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_deadline_nobody_is_named_for_stays_running_and_is_told(
    raid: Raid, shelter: Shelter, caplog: pytest.LogCaptureFixture
) -> None:
    shelter.found()
    most = {about: striker for about, striker in STRIKERS.items() if about != "joint"}
    then = shelter.later(days=60)
    with caplog.at_level(logging.ERROR):
        strikes = deadlines.strike_due_deadlines(shelter.ledger, most, then)
    assert strikes.unhandled == 1
    assert strikes.struck > 1, "the others strike all the same"
    assert [one.getMessage() for one in caplog.records] == [
        "1 deadlines about 'joint' are due and no striker is named for them"
    ]
    with shelter.ledger.open_session() as session:
        assert ledger_deadlines.count_overdue(session, then) == 1
    assert deadlines.strike_due_deadlines(shelter.ledger, STRIKERS, then) == ledger_deadlines.Strikes(
        Counter({("joint", "hour"): 1})
    )


def test_an_order_nobody_is_named_for_is_told_and_stays_in_the_outbox(scene: Scene) -> None:
    action = scene.hold()
    with pytest.raises(outbox.NoHandler, match="orders about 'hold'"), scene.ledger.open_session() as session:
        outbox.mark_sent(session, {}, action.orders[0].order_id, scene.now + timedelta(minutes=1))
    assert scene.hold_now(action.id).orders[0].state == "waiting"
