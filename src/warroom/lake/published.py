"""Publishing of the lake for other engines: folders of Delta tables over the lake's own files.

All versions of all records are published, as the lake stores them; `written_as` says which came as a
correction. The versions in effect, now or at a moment of the past, take one line of SQL
(docs/how-to/publish.md). The quarantine is not published, since its rows could not be read as records.
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
from warroom.lake.commit import LakeState
from warroom.lake.delta import DeltaChange, update_delta_table
from warroom.lake.lake import Lake
from warroom.records.tables import TABLES

CARD = "published.json"
"""In a published folder: its owner, and the commit of the lake that it shows.

In a home's `run`: the list of its folders.
"""
# Its rows could not be read as records, so it has no columns that others could use.
LEFT_OUT = ("quarantine",)


@dataclass(frozen=True, slots=True)
class PublishReport:
    """The result of a call: the folder, the lake's commit that it now shows, and its size; `added` and
    `removed` count the files of this call.
    """

    folder: str
    commit: int
    tables: int
    files: int
    rows: int
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class StaleFolder:
    """A published folder that shows `commit` while the lake is at `head`, or that shows another lake."""

    folder: str
    commit: int
    head: int


def publish(lake: Lake, folder: Path) -> PublishReport:
    """Bring a folder's Delta tables, one for each table of records, to the lake's newest commit; blocks no
    other process.

    Raises LakeError where the folder is not this home's to write in, or cannot be written; HomeBusy where
    another call publishes.
    """
    folder = folder.resolve()
    with lake.home.take_lock("publish"), _translate_write_errors(folder):
        _claim_folder(lake.home, folder)
        state = lake.state
        brought = [_update_table(folder, name, state) for name in TABLES if name not in LEFT_OUT]
        _write_card(lake.home, folder, state)
    shown = [file for file in state.files.values() if file.table not in LEFT_OUT]
    return PublishReport(
        str(folder),
        state.seq,
        len(brought),
        len(shown),
        sum(file.rows for file in shown),
        sum(table_change.added for table_change in brought),
        sum(table_change.removed for table_change in brought),
    )


def list_stale_folders(lake: Lake) -> list[StaleFolder]:
    """The published folders that are there and do not show the lake's newest commit."""
    state = lake.state
    cards = [(folder, _read_card(Path(folder))) for folder in _list_published_folders(lake.home)]
    return [
        StaleFolder(folder, int(card["commit"]), state.seq)
        for folder, card in cards
        if card.get("home") == keys.format_public_key(lake.home) and card["sha256"] != state.sha256
    ]


def _update_table(folder: Path, name: str, state: LakeState) -> DeltaChange:
    mine = [file for file in state.files.values() if file.table == name]
    return update_delta_table(folder / name, TABLES[name], mine, state.seq)


def _claim_folder(home: Home, folder: Path) -> None:
    """Make the folder, with a card that names its owner before anything else is in it, and remember it."""
    if folder.is_relative_to(home.root.resolve()) or home.root.resolve().is_relative_to(folder):
        raise LakeError("lake.publish-inside", folder=folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for draft in folder.glob(f".{CARD}.*.draft"):  # of a call that was killed
        draft.unlink(missing_ok=True)
    card = _read_card(folder)
    if card.get("home") != keys.format_public_key(home):
        if card or any(not path.name.startswith(".") for path in folder.iterdir()):
            raise LakeError("lake.publish-not-ours", folder=folder)
        _write_card(home, folder, LakeState())
    files.write_atomically(
        home.run / CARD, json.dumps(sorted({*_list_published_folders(home), str(folder)})).encode()
    )


def _write_card(home: Home, folder: Path, state: LakeState) -> None:
    said = {"home": keys.format_public_key(home), "commit": state.seq, "sha256": state.sha256}
    files.write_atomically(
        folder / CARD, json.dumps(said | {"at": clock.get_real_now().isoformat()}).encode()
    )


def _read_card(folder: Path) -> dict[str, Any]:
    """What a folder says of itself; nothing where it is not there or was never published."""
    found = _read_json(folder / CARD)
    return found if isinstance(found, dict) else {}


def _list_published_folders(home: Home) -> list[str]:
    found = _read_json(home.run / CARD)
    return found if isinstance(found, list) else []


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


@contextmanager
def _translate_write_errors(folder: Path) -> Iterator[None]:
    """Translate an error of writing the folder into a LakeError; what was there before stays."""
    try:
        yield
    except (OSError, DeltaError) as problem:
        raise LakeError("lake.publish-failed", folder=folder, why=str(problem)) from problem
