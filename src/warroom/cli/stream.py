"""`warroom stream`: records that come by themselves."""

import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclopts import App

from warroom import clock
from warroom.cli.answer import answer, note, say
from warroom.cli.options import Flag, Json
from warroom.errors import StreamError
from warroom.home import open_home

if TYPE_CHECKING:
    from warroom.lake.streams.folder import Taken

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
    once: Flag = False,
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
        Another name for the topic here, where it was made anew under its old one.
    once
        End when nothing more comes.
    """
    from warroom.lake.lake import Lake
    from warroom.lake.streams.agreed import agreed
    from warroom.lake.streams.kafka import Reader, Topic
    from warroom.records import mapping_file

    home, stop = open_home(), _told_to_stop()
    how = mapping_file.load(mapping) if mapping else agreed(home, source)
    read = Topic(brokers, topic, source, how, name, _config(config))
    with Reader.open(Lake.open(home), read, note, stop) as reader:
        note(f"Reading '{topic}' at {brokers} for {source}; stop it with Ctrl-C.")
        while not stop.is_set():
            if not reader.turn() and once:
                break


def _told_to_stop() -> threading.Event:
    """Set at Ctrl-C: what is being taken in is finished first."""
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    return stop


def _config(path: Path | None) -> dict[str, str]:
    """The settings of a file of librdkafka's; raises StreamError for a line that is none."""
    if path is None:
        return {}
    try:
        # Editors on Windows put a mark before the first line, which would become part of a setting's name.
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as problem:
        raise StreamError(f"{path} cannot be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise StreamError(f"{path} is not valid UTF-8; save it in UTF-8.") from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        name, sign, value = line.partition("=")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not sign or not name.strip():
            raise StreamError(f"Line {number} of {path} is no setting; write name = value.")
        found[name.strip()] = value.strip()
    return found


@app.command
def folder(*, json: Json = False) -> None:
    """Take in what lies still in the drop folder now; a server does so by itself every few seconds.

    A file is looked at twice, five seconds apart: what still grows is left alone. Exit code 1 where one was refused.

    Example: warroom stream folder
    """
    from warroom.lake.lake import Lake
    from warroom.lake.streams.folder import STILL_SECONDS, Folder, dropped

    home = open_home()
    looks = Folder(Lake.open(home))
    taken = looks.turn()
    if any(dropped(home)):
        time.sleep(STILL_SECONDS)
        while more := looks.turn():  # each ends after some seconds, whatever else waits
            taken += more
    if json:
        answer({"files": [_plain(one) for one in taken]})
    else:
        for one in taken:
            say(f"{one.dropped.source}/{_name(one)}: {_line(one)}")
        if not taken:
            say("Nothing lies in the drop folder.")
    if any(one.refused for one in taken):
        sys.exit(1)


def _line(one: "Taken") -> str:
    from warroom.cli.ingest import line

    return one.refused or line(_counts(one))


def _name(one: "Taken") -> str:
    """The file's name; what of it is no UTF-8 as question marks."""
    return one.dropped.path.name.encode("utf-8", "replace").decode()


def _counts(one: "Taken") -> dict[str, Any]:
    """The sums over its files: an archive holds several."""
    names = ("accepted", "duplicates", "corrections", "quarantined")
    sums = {name: sum(getattr(summary, name) for summary in one.summaries) for name in names}
    seconds = round(sum(summary.seconds for summary in one.summaries), 3)
    return {"table": one.dropped.table, **sums, "seconds": seconds}


def _plain(one: "Taken") -> dict[str, Any]:
    named = {"source": one.dropped.source, "file": _name(one), "refused": one.refused}
    return named if one.refused else named | _counts(one)


@app.command
def lag(*, json: Json = False) -> None:
    """Say what waits of each stream, and since when. Exit code 1 where something waits too long.

    Example: warroom stream lag
    """
    from warroom.lake.lake import Lake
    from warroom.lake.streams.lag import lags

    home, now = open_home(), clock.wall()
    found = lags(home, Lake.open(home).state.positions)
    if json:
        answer({"streams": [one.as_json(now) for one in found]})
    else:
        for one in found:
            say(one.line(now))
        if not found:
            say("Nothing waits in any stream.")
    if any(one.late(now) for one in found):
        sys.exit(1)
