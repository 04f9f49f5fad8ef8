"""A register of resolved records on disk: arrays that the next process maps into memory.

A new register is written to a folder of its own; then the file `now` is replaced, which names the current
one.
"""

import fcntl
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc as ipc

from warroom.errors import RecordsError
from warroom.subjects.names.kernel import PackedNames
from warroom.subjects.resolution.blocks import KeyBlock
from warroom.subjects.resolution.joining import RecordPairs
from warroom.subjects.resolution.levels import DIFFERENT, LEVELS
from warroom.subjects.resolution.resolve import Register
from warroom.subjects.resolution.values import ColumnValues, NameSounds
from warroom.subjects.resolution.weights import MatchWeights, Table, cap_name_levels

# Version of the folder's layout: a register of another version is refused and not guessed at.
LAYOUT = 1
_CARD, _NOW = "card.json", "now"
_PAIRS = ("first", "second", "bits")


@dataclass(frozen=True)
class SavedRegister:
    """A register with whom its records came from: `sources` and `record_ids`, by row; `kind` is of subject (person, company, ...)."""

    kind: str
    register: Register
    sources: pa.StringArray
    record_ids: pa.StringArray


def has_register(folder: Path) -> bool:
    """Whether a register was kept there."""
    return (folder / _NOW).exists()


def get_register_name(folder: Path) -> str:
    """The name of the register that was kept last: another one after each file."""
    return (folder / _NOW).read_text(encoding="utf-8")


@contextmanager
def lock_register(folder: Path) -> Iterator[None]:
    """Hold the register's writer lock. Raises RecordsError at once where another process holds it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        try:
            # Without waiting: resolving a file may take minutes, so the caller is refused at once.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            raise RecordsError("resolution.busy") from problem
        yield


def save_register(folder: Path, kept: SavedRegister) -> None:
    """Write a register. Readers keep the one before until this one is complete."""
    # A folder of its own for each version: mapped files must never change below a reader.
    draft = Path(tempfile.mkdtemp(prefix="register-", dir=folder))
    _save_texts(draft / "records", [kept.sources, kept.record_ids])
    register = kept.register
    for number, column in enumerate(register.columns):
        _save_texts(draft / f"column-{number}", [column.texts])
        np.save(draft / f"column-{number}-codes.npy", column.codes)
        if column.sounds:
            _save_arrays(draft / f"column-{number}-names", column.sounds.names._asdict())
            sounds = column.sounds
            _save_arrays(
                draft / f"column-{number}-sounds",
                {"words": sounds.words, "whole": sounds.whole, "signs": sounds.signs},
            )
    for number, block in enumerate(register.blocks):
        _save_arrays(draft / f"block-{number}", asdict(block))
    for name in ("links", "questions"):
        _save_arrays(draft / name, {part: getattr(getattr(register, name), part) for part in _PAIRS})
    np.save(draft / "subject.npy", register.subject)
    card = {
        "layout": LAYOUT,
        "kind": kept.kind,
        "columns": [
            {"name": column.name, "holds": column.content, "sounds": column.sounds is not None}
            for column in register.columns
        ],
        "blocks": len(register.blocks),
        "within": register.weights.within.tolist(),
        "by_chance": register.weights.by_chance.tolist(),
        "prior": register.weights.prior,
    }
    (draft / _CARD).write_text(json.dumps(card), encoding="utf-8")
    before = get_register_name(folder) if has_register(folder) else ""
    # One rename of a small file switches all arrays together: a reader sees the old register or the new one.
    pointer = draft.with_suffix(".now")
    pointer.write_text(draft.name, encoding="utf-8")
    pointer.replace(folder / _NOW)
    for old in folder.glob("register-*"):
        # The one before stays for a running backup; a process that mapped an older one keeps its pages.
        if old.is_dir() and old.name not in (draft.name, before):
            shutil.rmtree(old, ignore_errors=True)


def load_register(folder: Path) -> SavedRegister:
    """The register that was kept last. Raises RecordsError where there is none, or one of another version."""
    if not has_register(folder):
        raise RecordsError("resolution.none", kind=folder.name)
    here = folder / get_register_name(folder)
    card = json.loads((here / _CARD).read_text(encoding="utf-8"))
    if card["layout"] != LAYOUT:
        raise RecordsError("resolution.layout")
    sources, record_ids = _load_texts(here / "records")
    columns = tuple(
        _load_column(here, number, column_card) for number, column_card in enumerate(card["columns"])
    )
    within, by_chance = (_complete_levels(np.array(card[name])) for name in ("within", "by_chance"))
    weights = MatchWeights(cap_name_levels(columns, within), by_chance, card["prior"])
    blocks = tuple(
        KeyBlock(*_map_arrays(here / f"block-{number}", ("keys", "rows"))) for number in range(card["blocks"])
    )
    links, questions = (RecordPairs(*_map_arrays(here / name, _PAIRS)) for name in ("links", "questions"))
    subject = np.load(here / "subject.npy", mmap_mode="r")
    return SavedRegister(
        card["kind"], Register(columns, blocks, weights, subject, links, questions), sources, record_ids
    )


def _complete_levels(table: Table) -> Table:
    """A table of weights with every level: older registers have one level for all different names, used here
    for each kind.
    """
    more = LEVELS - table.shape[1]
    return np.concatenate([table, np.repeat(table[:, DIFFERENT : DIFFERENT + 1], more, axis=1)], axis=1)


def _load_column(place: Path, number: int, column_facts: dict[str, Any]) -> ColumnValues:
    (texts,) = _load_texts(place / f"column-{number}")
    codes = np.load(place / f"column-{number}-codes.npy", mmap_mode="r")
    sounds = None
    if column_facts["sounds"]:
        names = PackedNames(*_map_arrays(place / f"column-{number}-names", PackedNames._fields))
        sounds = NameSounds(
            names, *_map_arrays(place / f"column-{number}-sounds", ("words", "whole", "signs"))
        )
    return ColumnValues(column_facts["name"], column_facts["holds"], texts, codes, sounds)


def _save_texts(stem: Path, arrays: Sequence[pa.Array]) -> None:
    table = pa.table({str(number): array for number, array in enumerate(arrays)})
    with ipc.new_file(str(stem.with_suffix(".arrow")), table.schema) as file:
        file.write_table(table.combine_chunks())


def _load_texts(stem: Path) -> list[pa.Array]:
    table = ipc.open_file(pa.memory_map(str(stem.with_suffix(".arrow")))).read_all().combine_chunks()
    return [column.chunk(0) if column.num_chunks else pa.array([], pa.string()) for column in table.columns]


def _save_arrays(folder: Path, arrays: dict[str, Any]) -> None:
    folder.mkdir()
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


def _map_arrays(folder: Path, names: Sequence[str]) -> list[Any]:
    return [np.load(folder / f"{name}.npy", mmap_mode="r") for name in names]
