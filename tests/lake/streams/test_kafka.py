"""Kafka, against librdkafka's own brokers: each message once, whatever is killed or goes away."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from tests.lake.files import seen, transfer
from warroom.cli.stream import _load_config as read_config
from warroom.errors import HomeBusy, StreamError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.streams import kafka
from warroom.lake.streams.kafka import KafkaReader, KafkaTopic
from warroom.lake.streams.lag import list_lags

TOPIC = "transfers"
TIME = "2026-10-01T03:00:00Z"

READER = """
import sys
from pathlib import Path
from warroom.home import open_home
from warroom.lake.lake import Lake
from warroom.lake.streams import kafka
kafka.TOGETHER_SECONDS = 0.05
home, brokers = sys.argv[1:]
with kafka.KafkaReader.open(Lake.open(open_home(Path(home))), kafka.KafkaTopic(brokers, "transfers", "BANKA"), print) as reader:
    while True:
        print(reader.take_messages(), flush=True)
"""


class Brokers:
    """librdkafka's mock cluster, which lives inside a producer, reached over the network as any other."""

    def __init__(self) -> None:
        self._producer = Producer({"bootstrap.servers": "unused", "test.mock.num.brokers": 1, "log_level": 0})
        broker = next(iter(self._producer.list_topics(timeout=30).brokers.values()))
        self.address = f"{broker.host}:{broker.port}"

    def send(self, *rows: dict[str, Any] | bytes, partition: int = 0, topic: str = TOPIC) -> None:
        for row in rows:
            value = row if isinstance(row, bytes) else json.dumps(row).encode()
            self._producer.produce(topic, value, partition=partition)
        assert self._producer.flush(30) == 0


@pytest.fixture
def brokers() -> Brokers:
    return Brokers()


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "TOGETHER_SECONDS", 0.6)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def lake(home: Home) -> Lake:
    return Lake.open(home)


def read(lake: Lake, topic: KafkaTopic, said: list[str], wanted: int) -> int:
    """Read until so many messages came, or nothing more does; how many came."""
    taken = 0
    with KafkaReader.open(lake, topic, said.append) as reader:
        for _ in range(20):
            taken += reader.take_messages()
            if taken >= wanted:
                break
    return taken


def stored(lake: Lake) -> int:
    return sum(one.rows for one in lake.list_table_stats() if one.table == "transfers")


def test_each_message_comes_in_once_and_reading_goes_on_where_the_lake_is(
    lake: Lake, brokers: Brokers, said: list[str]
) -> None:
    brokers.send(*map(transfer, range(30)))
    brokers.send(*map(transfer, range(30, 50)), partition=1)
    topic = KafkaTopic(brokers.address, TOPIC, "BANKA")
    with KafkaReader.open(lake, topic, said.append) as reader:
        while stored(lake) < 50:
            reader.take_messages()
        assert lake.state.positions == {"kafka:transfers/0": 30, "kafka:transfers/1": 20}
        (lag,) = list_lags(lake.home, {})
        assert (lag.stream, lag.source, lag.waiting, lag.silent) == ("kafka transfers", "BANKA", 0, False)
        with pytest.raises(HomeBusy), KafkaReader.open(lake, topic, said.append):
            pass
    brokers.send(*map(transfer, range(50, 55)))
    with KafkaReader.open(lake, topic, said.append) as reader:
        while stored(lake) < 55:
            reader.take_messages()
    assert set(seen(lake)) == {f"T{n}" for n in range(55)}
    assert (stored(lake), said) == (55, [])


def test_messages_without_a_number_are_numbered_by_their_place_and_bad_ones_quarantined(
    lake: Lake, brokers: Brokers, said: list[str]
) -> None:
    nameless = [{**transfer(n), "record_id": None} for n in range(3)]
    brokers.send(nameless[0], b"{torn", nameless[1], b"\xff\xfe", b"[1]", nameless[2])
    topic = KafkaTopic(brokers.address, TOPIC, "BANKA")
    with KafkaReader.open(lake, topic, said.append) as reader:
        while lake.state.positions.get("kafka:transfers/0", 0) < 6:
            reader.take_messages()
    assert sorted(name.split(":")[1] for name in seen(lake)) == ["1", "3", "6"]
    assert sorted(lake.list_quarantined_rows()["line"].to_pylist()) == [2, 4, 5]


def test_killed_at_any_moment_it_loses_and_doubles_nothing(home: Home, lake: Lake, brokers: Brokers) -> None:
    # Without numbers of their own: the same message taken twice would be seen twice.
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    sent = 0
    for _ in range(2):
        command = [sys.executable, "-c", READER, str(home.root), brokers.address]
        reader = subprocess.Popen(command, text=True, stdout=subprocess.PIPE, env=environment)
        assert reader.stdout
        before = stored(lake)
        for _ in range(10):
            brokers.send(*({**transfer(sent + n, time=TIME), "record_id": None} for n in range(20)))
            sent += 20
            time.sleep(0.02)
        while stored(lake) == before:
            assert reader.poll() is None
            time.sleep(0.02)
        os.kill(reader.pid, signal.SIGKILL)
        reader.communicate()
    with KafkaReader.open(lake, KafkaTopic(brokers.address, TOPIC, "BANKA"), print) as last:
        while lake.state.positions["kafka:transfers/0"] < sent:
            last.take_messages()
    assert (stored(lake), len(seen(lake))) == (sent, sent)
    assert lake.verify() == []


def test_a_broker_that_is_not_there_is_waited_for_with_one_line(
    lake: Lake, said: list[str], monkeypatch: Any
) -> None:
    monkeypatch.setattr(kafka, "ANSWER_SECONDS", 0.5)
    with KafkaReader.open(lake, KafkaTopic("127.0.0.1:9", TOPIC, "BANKA"), said.append) as reader:
        for _ in range(3):
            assert reader.take_messages() == 0
    assert len(said) == 1
    assert "127.0.0.1:9" in said[0]
    assert list_lags(lake.home, {}) == []


def test_a_topic_that_was_made_anew_under_its_name_is_not_taken_for_the_old_one(
    home: Home, lake: Lake, said: list[str]
) -> None:
    old, new = Brokers(), Brokers()
    old.send(*map(transfer, range(10)))
    new.send(*map(transfer, range(10, 14)))
    assert read(lake, KafkaTopic(old.address, TOPIC, "BANKA"), said, 10) == 10
    with pytest.raises(StreamError, match="another topic of the same name"):
        read(lake, KafkaTopic(new.address, TOPIC, "BANKA"), said, 4)
    assert read(lake, KafkaTopic(new.address, TOPIC, "BANKA", name="transfers-2"), said, 4) == 4
    assert len(seen(lake)) == 14


def test_without_the_extra_the_way_to_it_is_named(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    with (
        pytest.raises(StreamError, match=r"warroom\[kafka\]"),
        KafkaReader.open(lake, KafkaTopic("x", "t", "B"), print),
    ):
        pass


def test_told_to_stop_it_does_not_wait_for_a_busy_lake_and_loses_nothing(
    lake: Lake, brokers: Brokers, monkeypatch: pytest.MonkeyPatch
) -> None:
    brokers.send(*map(transfer, range(3)))
    stop = threading.Event()
    with (
        monkeypatch.context() as patch,
        KafkaReader.open(
            lake, KafkaTopic(brokers.address, TOPIC, "BANKA"), lambda _: stop.set(), stop
        ) as reader,
    ):
        patch.setattr("warroom.lake.lake.PATIENCE", 0.1)
        with lake.home.take_lock("lake"):
            while not stop.is_set():
                assert reader.take_messages() == 0
        stop.clear()
        while stored(lake) < 3:
            reader.take_messages()
    assert set(seen(lake)) == {"T0", "T1", "T2"}


@pytest.mark.parametrize(
    "config", [{"nobodys.setting": "1"}, {"session.timeout.ms": "long"}, {"stats_cb": "x"}]
)
def test_settings_that_librdkafka_does_not_take_are_one_sentence(lake: Lake, config: dict[str, str]) -> None:
    topic = KafkaTopic("127.0.0.1:9", TOPIC, "BANKA", config=config)
    with pytest.raises(StreamError, match=next(iter(config))), KafkaReader.open(lake, topic, print):
        pass


def test_a_file_of_settings_that_is_no_utf_8_is_one_sentence(tmp_path: Path) -> None:
    config = tmp_path / "kafka.properties"
    config.write_bytes("# ธนาคาร\n".encode("tis-620"))
    with pytest.raises(StreamError, match="not valid UTF-8"):
        read_config(config)


def test_a_message_may_begin_with_a_byte_order_mark(lake: Lake, brokers: Brokers, said: list[str]) -> None:
    brokers.send(b"\xef\xbb\xbf" + json.dumps(transfer(1)).encode())
    assert read(lake, KafkaTopic(brokers.address, TOPIC, "BANKA"), said, 1) == 1
    assert set(seen(lake)) == {"T1"}
