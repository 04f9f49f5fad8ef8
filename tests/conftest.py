"""What every test may use: a fresh home, and a ledger that costs milliseconds.

One PostgreSQL runs for a whole test session (of each worker); each test gets its own database, copied from a
template.
"""

import gc
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, Engine
from sqlalchemy.util import LRUCache

from tests import sharing
from tests.cases.scenes import Scene
from tests.watchdog import in_memory, watched
from warroom import settings
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.ledger import ledger as ledgers
from warroom.ledger.ledger import Ledger
from warroom.ledger.postgres import PostgresServer

# Two workers share two cores: trees grown in two threads wait at every branch for whichever thread has none of them.
os.environ.setdefault("OMP_NUM_THREADS", "1")
TEMPLATE = "warroom"
FORGETFUL = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "96MB",
    "min_wal_size": "32MB",
}


LABORATORY = Path(__file__).parent / "lab"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--lab`, which `make test` gives where what the laboratory's tests test has changed (scripts/unchanged.py)."""
    parser.addoption("--lab", action="store_true", help="the laboratory's tests (tests/lab) too")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The laboratory's tests run where they are asked for: by `--lab`, or by their path."""
    return True if collection_path == LABORATORY and not config.option.lab else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Workers share the tests by what the tests share."""
    return sharing.scheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """What is loaded to collect the tests stays until the last of them: no look for garbage passes over it, neither while it
    comes, where that takes a third of the time, nor in any test.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests begin first; tests that need outside data are skipped by name where it is absent."""
    sharing.long_ones_first(items)
    folder = Path(settings.get_text("WARROOM_SHARED"))
    if not folder.is_absolute():
        folder = Path(__file__).parents[1] / folder
    if folder.is_dir():
        return
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason=f"needs the folder {folder}"))


@pytest.fixture(scope="session", autouse=True)
def nothing_left_behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Servers that tests start end with the run, also where it is killed."""
    with watched(tmp_path_factory.getbasetemp()):
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_outlives_a_power_cut() -> Iterator[None]:
    """Files of a test need not: a case waits some thirty times until the disk has what it wrote."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once() -> Iterator[None]:
    """Each test has a ledger of its own, all of them in one version of PostgreSQL: what one has compiled the others use."""
    compiled: LRUCache[Any, Any] = LRUCache(4_000)
    first: list[Engine] = []
    make = ledgers.make_engine

    def engine_of(url: URL) -> Engine:
        engine = make(url)
        # A dialect knows its server from its first connection on; one that never had any is nobody's.
        if first and getattr(first[0].dialect, "server_version_info", None):
            engine.dialect = first[0].dialect
        else:
            first[:] = [engine]
        engine._compiled_cache = compiled
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledgers, "make_engine", engine_of)
        yield


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A fresh exercise home: nothing leaves it, and no lawyer needs to confirm a rule."""
    return open_home(tmp_path / "home", "exercise")


@pytest.fixture
def live_home(tmp_path: Path) -> Home:
    """A fresh home in earnest."""
    return open_home(tmp_path / "home", "live")


@pytest.fixture(scope="session")
def ledger_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """The session's PostgreSQL, with the ledger's tables made once. It need not survive a power cut."""
    with in_memory(tmp_path_factory.mktemp("ledger")) as folder:
        home = open_home(folder / "home", "exercise")
        server = PostgresServer(home, FORGETFUL).open()
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("WARROOM_DATABASE_URL", raising=False)
            Ledger.open(home).close()
        yield server
        server.close()


@pytest.fixture
def database(ledger_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of an empty ledger database, used by every Ledger.open of this test and its children."""
    with fresh_database(ledger_server, monkeypatch) as name:
        yield name


@contextmanager
def fresh_database(ledger_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty ledger database until the block ends, for anyone who shares one among tests."""
    name = f"test_{uuid4().hex[:12]}"
    admin = ledger_server.make_url("postgres", "postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER warroom_owner STRATEGY FILE_COPY")
        connection.execute(words.format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
    monkeypatch.setenv("WARROOM_DATABASE_URL", ledger_server.make_url("warroom", name))
    monkeypatch.setenv("WARROOM_DATABASE_OWNER_URL", ledger_server.make_url("postgres", name))
    yield name
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def ledger(home: Home, database: str) -> Iterator[Ledger]:
    """An open, empty ledger of `home`."""
    with Ledger.open(home) as opened:
        yield opened


@pytest.fixture
def scene(home: Home, ledger: Ledger) -> Scene:
    """An empty room with a lake, a ledger and people."""
    return Scene(home, ledger, Lake.open(home))
