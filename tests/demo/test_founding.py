"""A demo home is a country's history that came in by the real readers, and a board as an afternoon begins."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.compute as pc
import pytest

from warroom import clock
from warroom.access.officers import list_officers
from warroom.access.sign_in import sign_in
from warroom.cases.queries.case_list import read_board
from warroom.errors import HomeError
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom_lab.demo.exercise import DemoExercise
from warroom_lab.demo.founding import build_demo_home, clear_demo_home
from warroom_lab.demo.place import get_exercise_folder, is_built
from warroom_lab.demo.plan import ExercisePlan
from warroom_lab.demo.staff import STAFF

SMALL = ExercisePlan(seed=7, people=6_000, transfers=40_000, density=300)


@dataclass
class Demo:
    """A founded demo, open."""

    home: Home
    opened: int
    ledger: Ledger
    lake: Lake


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo home with its own ledger, as `warroom demo` makes it, of a smaller country."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WARROOM_DATABASE_URL", raising=False)
        home = open_home(tmp_path_factory.mktemp("demo") / "home", "demo")
        opened = build_demo_home(home, SMALL)
        with Ledger.open(home) as ledger:
            yield Demo(home, opened, ledger, Lake.open(home))


def test_the_board_has_cases_reported_since_the_room_opened(demo: Demo) -> None:
    officer = next(one for one in list_officers(demo.ledger) if one.username == "officer")
    rows = read_board(demo.ledger, officer, limit=100, now=clock.from_micros(SMALL.begins)).rows
    assert len(rows) == demo.opened >= 3
    opens, begins = clock.from_micros(SMALL.opens), clock.from_micros(SMALL.begins)
    received = demo.lake.query_rows("reports").to_pyarrow()["received_at"].to_pylist()
    assert all(opens < moment <= begins for moment in received)
    assert any(row.undecided for row in rows)


def test_the_records_came_in_by_every_reader_and_none_was_refused(demo: Demo) -> None:
    files = demo.lake.query_rows("deliveries").to_pyarrow()["file"].to_pylist()
    assert {str(name).rsplit(".", 1)[-1] for name in files} >= {"csv", "xml", "parquet", "jsonl"}
    assert demo.lake.list_quarantined_rows().num_rows == 0


def test_nothing_lies_after_the_beginning_and_no_account_can_exist(demo: Demo) -> None:
    transfers = demo.lake.query_rows("transfers").to_pyarrow()
    assert pc.max(transfers["time"]).as_py() <= clock.from_micros(SMALL.begins)
    assert pc.max(transfers["received_at"]).as_py() <= clock.from_micros(SMALL.begins)
    accounts = demo.lake.query_rows("accounts").to_pyarrow()["account"].to_pylist()
    assert all(str(account).startswith("000") for account in accounts)


def test_the_country_around_the_money_came_too_and_nothing_before_its_time(demo: Demo) -> None:
    for table in ("premises", "supply", "ties", "readings", "tips", "trips"):
        rows = demo.lake.query_rows(table).to_pyarrow()
        assert rows.num_rows, table
        assert pc.max(rows["received_at"]).as_py() <= clock.from_micros(SMALL.begins), table


def test_every_documented_sign_in_works(demo: Demo) -> None:
    for person in STAFF:
        officer = sign_in(demo.ledger, person.username, person.password).officer
        assert set(person.roles) <= officer.roles


def test_a_demo_is_gone_on_with_only_by_the_program_that_founded_it(demo: Demo) -> None:
    assert is_built(demo.home)
    plan = get_exercise_folder(demo.home) / "plan.json"
    before = plan.read_bytes()
    try:
        replace(SMALL, world="other").save_plan(plan)
        assert not is_built(demo.home)
        with pytest.raises(HomeError, match=r"another version of the country.*--fresh"):
            DemoExercise(demo.home)
    finally:
        plan.write_bytes(before)


def test_nothing_invented_gets_into_another_home(home: Home, live_home: Home, tmp_path: Path) -> None:
    for other in (home, live_home):
        for work in (build_demo_home, clear_demo_home):
            with pytest.raises(HomeError, match="for a demo"):
                work(other)
    assert not list(live_home.lake.iterdir())
