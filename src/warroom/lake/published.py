"""The lake for engines that others have: folders of Delta tables, over the files that are here already.

All versions of all records are published, as the lake stores them, and `written_as` says which came as a correction: which
are in effect, now or at a moment of the past, is one line of SQL (docs/how-to/publish.md). The quarantine is not published,
since what lies in it could not be records.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deltalake.exceptions import DeltaError

from warroom import clock, files, keys
from warroom.errors import LakeError
from warroom.home import Home
from warroom.lake.commit import State
from warroom.lake.delta import Brought, bring
from warroom.lake.lake import Lake
from warroom.records.tables import TABLES

CARD = "published.json"
"""In a published folder: whose it is and which commit of which lake stands in it. In a home's `run`: its folders."""
LEFT_OUT = ("quarantine",)


@dataclass(frozen=True, slots=True)
class Published:
    """What a call did: the folder, the lake's commit that stands there now, and how much is in it; `added` and `removed`
    count the files that came and went.
    """

    folder: str
    commit: int
    tables: int
    files: int
    rows: int
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Behind:
    """A published folder and the commit that stands there, where the lake has moved on to `head` or is another one."""

    folder: str
    commit: int
    head: int


def publish(lake: Lake, folder: Path) -> Published:
    """Bring a folder's Delta tables, one for each table of records, to the lake's newest commit. Nobody else waits.

    Raises LakeError where the folder is not this home's to write in, or cannot be written; HomeBusy where another call
    publishes.
    """
    folder = folder.resolve()
    with lake.home.hold("publish"), _told(folder):
        _claim(lake.home, folder)
        state = lake.state
        brought = [_brought(folder, name, state) for name in TABLES if name not in LEFT_OUT]
        _write_card(lake.home, folder, state)
    shown = [file for file in state.files.values() if file.table not in LEFT_OUT]
    return Published(
        str(folder),
        state.seq,
        len(brought),
        len(shown),
        sum(file.rows for file in shown),
        sum(one.added for one in brought),
        sum(one.removed for one in brought),
    )


def behind(lake: Lake) -> list[Behind]:
    """The published folders that are there and do not show the lake's newest commit."""
    state = lake.state
    cards = [(folder, _card(Path(folder))) for folder in _folders(lake.home)]
    return [
        Behind(folder, int(card["commit"]), state.seq)
        for folder, card in cards
        if card.get("home") == keys.public_hex(lake.home) and card["sha256"] != state.sha256
    ]


def _brought(folder: Path, name: str, state: State) -> Brought:
    mine = [file for file in state.files.values() if file.table == name]
    return bring(folder / name, TABLES[name], mine, state.seq)


def _claim(home: Home, folder: Path) -> None:
    """Make the folder, with a card that says whose it is before anything else lies in it, and remember it."""
    if folder.is_relative_to(home.root.resolve()) or home.root.resolve().is_relative_to(folder):
        raise LakeError("lake.publish-inside", folder=folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for draft in folder.glob(f".{CARD}.*.draft"):  # of a call that was killed
        draft.unlink(missing_ok=True)
    card = _card(folder)
    if card.get("home") != keys.public_hex(home):
        if card or any(not path.name.startswith(".") for path in folder.iterdir()):
            raise LakeError("lake.publish-not-ours", folder=folder)
        _write_card(home, folder, State())
    files.write(home.run / CARD, json.dumps(sorted({*_folders(home), str(folder)})).encode())


def _write_card(home: Home, folder: Path, state: State) -> None:
    said = {"home": keys.public_hex(home), "commit": state.seq, "sha256": state.sha256}
    files.write(folder / CARD, json.dumps(said | {"at": clock.wall().isoformat()}).encode())


def _card(folder: Path) -> dict[str, Any]:
    """What a folder says of itself; nothing where it is not there or was never published."""
    found = _read(folder / CARD)
    return found if isinstance(found, dict) else {}


def _folders(home: Home) -> list[str]:
    found = _read(home.run / CARD)
    return found if isinstance(found, list) else []


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """A folder that cannot be written, in a sentence; what was there before stands."""
    try:
        yield
    except (OSError, DeltaError) as problem:
        raise LakeError("lake.publish-failed", folder=folder, why=str(problem)) from problem
