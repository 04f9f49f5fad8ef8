"""`warroom stream`: records from Kafka and from the drop folder, and what waits of all streams."""

import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclopts import App

from warroom import clock
from warroom.cli.answer import print_json, print_line, print_note
from warroom.cli.options import Json, Switch
from warroom.errors import StreamError
from warroom.home import open_home

if TYPE_CHECKING:
    from warroom.lake.streams.folder import DroppedFileResult

app = App(
    name="stream",
    help="Records that come by themselves: pushed, dropped, from Kafka. Example: warroom stream lag",
    help_format="plaintext",
)


@app.command
def kafka(
    *,
    brokers: str,
    topic: str,
    source: str,
    mapping: Path | None = None,
    config: Path | None = None,
    name: str = "",
    once: Switch = False,
) -> None:
    """Read a Kafka topic into the lake until it is stopped with Ctrl-C, each message exactly once.

    A message is one JSON object, a row of the table transfers. It can be killed at any moment and goes on where the
    lake is. Needs the extra 'kafka': pip install 'warroom[kafka]'.

    Example: warroom stream kafka --brokers kafka.bank.example:9093 --topic transfers --source BANKA

    Parameters
    ----------
    brokers
        One or more addresses, HOST:PORT by comma.
    topic
        The topic's name.
    source
        Whose records they are.
    mapping
        A mapping file in TOML; else mappings/SOURCE.toml of the data folder.
    config
        A file with librdkafka's own settings, a name = value a line, for signing in and encryption.
    name
        Another name for the topic here, where it was made again under its old one.
    once
        End when nothing more comes.
    """
    from warroom.lake.lake import Lake
    from warroom.lake.streams.agreed import load_source_mapping
    from warroom.lake.streams.kafka import KafkaReader, KafkaTopic
    from warroom.records import mapping_file

    home, stop = open_home(), _told_to_stop()
    how = mapping_file.load_mapping(mapping) if mapping else load_source_mapping(home, source)
    read = KafkaTopic(brokers, topic, source, how, name, _load_config(config))
    with KafkaReader.open(Lake.open(home), read, print_note, stop) as reader:
        print_note(f"Reading '{topic}' at {brokers} for {source}; stop it with Ctrl-C.")
        while not stop.is_set():
            # A batch is finished and committed before the loop looks at `stop`.
            if not reader.take_messages() and once:
                break


def _told_to_stop() -> threading.Event:
    """An event that is set at Ctrl-C or SIGTERM: the batch in progress is finished first."""
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    return stop


def _load_config(path: Path | None) -> dict[str, str]:
    """The settings of a librdkafka file; raises StreamError for a malformed line."""
    if path is None:
        return {}
    try:
        # utf-8-sig: editors on Windows write a byte order mark, which would become part of a setting's name.
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as problem:
        raise StreamError(f"{path} cannot be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise StreamError(f"{path} is not valid UTF-8; save it in UTF-8.") from None
    options: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        name, sign, value = line.partition("=")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not sign or not name.strip():
            raise StreamError(f"Line {number} of {path} is no setting; write name = value.")
        # Passed on unchecked: librdkafka refuses unknown names itself.
        options[name.strip()] = value.strip()
    return options


@app.command
def folder(*, json: Json = False) -> None:
    """Take in what lies still in the drop folder now; a server does so by itself every few seconds.

    A file is looked at twice, five seconds apart: what still grows is left alone. Exit code 1 where one was refused.

    Example: warroom stream folder
    """
    from warroom.lake.lake import Lake
    from warroom.lake.streams.folder import STILL_SECONDS, DropFolder, iter_dropped_files

    home = open_home()
    looks = DropFolder(Lake.open(home))
    taken = looks.take_settled_files()
    if any(iter_dropped_files(home)):
        # A file is taken in only if its length stayed the same: it may still be being copied.
        time.sleep(STILL_SECONDS)
        while more := looks.take_settled_files():  # each ends after some seconds, whatever else waits
            taken += more
    if json:
        print_json({"files": [_to_plain(taken_file) for taken_file in taken]})
    else:
        for taken_file in taken:
            print_line(f"{taken_file.dropped.source}/{_format_name(taken_file)}: {_format_line(taken_file)}")
        if not taken:
            print_line("Nothing lies in the drop folder.")
    if any(taken_file.refused for taken_file in taken):
        sys.exit(1)


def _format_line(one: "DroppedFileResult") -> str:
    from warroom.cli.ingest import format_summary

    return one.refused or format_summary(_sum_counts(one))


def _format_name(one: "DroppedFileResult") -> str:
    """The file's name, with question marks for bytes that are not UTF-8."""
    return one.dropped.path.name.encode("utf-8", "replace").decode()


def _sum_counts(one: "DroppedFileResult") -> dict[str, Any]:
    """Sums over a dropped file's parts: an archive has several."""
    names = ("accepted", "duplicates", "corrections", "quarantined")
    sums = {name: sum(getattr(summary, name) for summary in one.summaries) for name in names}
    seconds = round(sum(summary.seconds for summary in one.summaries), 3)
    return {"table": one.dropped.table, **sums, "seconds": seconds}


def _to_plain(one: "DroppedFileResult") -> dict[str, Any]:
    named = {"source": one.dropped.source, "file": _format_name(one), "refused": one.refused}
    return named if one.refused else named | _sum_counts(one)


@app.command
def lag(*, json: Json = False) -> None:
    """Say what waits of each stream, and since when. Exit code 1 where something waits too long.

    Example: warroom stream lag
    """
    from warroom.lake.lake import Lake
    from warroom.lake.streams.lag import list_lags

    home, now = open_home(), clock.get_real_now()
    stream_lags = list_lags(home, Lake.open(home).state.positions)
    if json:
        print_json({"streams": [stream_lag.as_json(now) for stream_lag in stream_lags]})
    else:
        for stream_lag in stream_lags:
            print_line(stream_lag.format_line(now))
        if not stream_lags:
            print_line("Nothing waits in any stream.")
    if any(stream_lag.is_late(now) for stream_lag in stream_lags):
        sys.exit(1)
