"""A double of a Spark Connect server in this process, started once, and a lake that is asked through either engine."""

import sys
from collections.abc import Callable, Iterator

import pytest
from pysail.spark import SparkConnectServer

from warroom.home import Home
from warroom.lake.engine.spark import close_session
from warroom.lake.lake import Lake

Open = Callable[[Home, str], Lake]


@pytest.fixture(autouse=True)
def no_doctest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pyspark takes a process without a main file, such as a worker of these tests, for a run of its own doctests."""
    monkeypatch.setattr(sys, "ps1", "", raising=False)


@pytest.fixture(scope="session")
def spark() -> Iterator[str]:
    """The address of a running double; its log goes where a test's own output goes."""
    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    url = f"sc://{host}:{port}"
    yield url
    close_session(url)
    server.stop()


@pytest.fixture
def opened(spark: str, monkeypatch: pytest.MonkeyPatch) -> Open:
    """The lake of a home, asked through `duckdb` or `spark`."""

    def lake(home: Home, engine: str) -> Lake:
        monkeypatch.setenv("WARROOM_ENGINE", spark if engine == "spark" else engine)
        return Lake.open(home)

    return lake
