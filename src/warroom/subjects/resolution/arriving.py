"""Records of a file join the register of their kind: the first file begins it, each later one is added."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.errors import RecordsError
from warroom.subjects.resolution import saved
from warroom.subjects.resolution.files import RecordsFile, read_records_file
from warroom.subjects.resolution.resolve import Register, resolve_first_records, resolve_new_records
from warroom.subjects.resolution.saved import SavedRegister


@dataclass(frozen=True)
class ArrivalSummary:
    """The result of resolving one file.

    `records` are new; `already_known` were in the register by source and number, and nothing of them changed;
    `joined` are new records linked to an existing subject; `subjects` and `questions` count the whole
    register; `not_compared` are the file's columns that the register does not have.
    """

    records: int
    known: int
    joined: int
    subjects: int
    questions: int
    not_compared: tuple[str, ...]
    unasked: int = 0
    """Doubtful pairs of two different names beyond the limit of questions: only the surest are asked."""
    unread: int = 0
    """Names that the program failed at: these records are compared by what else they say."""


def resolve_file(
    folder: Path, kind: str, path: Path, declared_holds: Mapping[str, str], measured: Collection[str] = ()
) -> ArrivalSummary:
    """Resolve a file's records together with all earlier ones.

    `measured`: numbers of records that an action names; only officers link those. Raises RecordsError.
    """
    # One writer: two files resolved at once would each give the same number to another subject.
    with saved.lock_register(folder):
        file = read_records_file(path, declared_holds)
        if not saved.has_register(folder):
            register = resolve_first_records(
                file.written, file.contents, _mark_measured(file.record_ids, measured)
            )
            saved.save_register(folder, SavedRegister(kind, register, file.sources, file.record_ids))
            return _summarise_arrival(register, 0, len(register), ())
        return _add_file(folder, saved.load_register(folder), path, file, measured)


def _add_file(
    folder: Path, kept: SavedRegister, path: Path, file: RecordsFile, measured: Collection[str]
) -> ArrivalSummary:
    compared = [column.name for column in kept.register.columns]
    # The columns of the first file stay: weights were learned for these.
    if not set(compared) & set(file.written):
        raise RecordsError("resolution.none-fits", file=path.name, columns=", ".join(compared))
    # A record number is unique only within its source.
    names = _record_keys(file.sources, file.record_ids)
    fresh = pc.invert(pc.is_in(names, _record_keys(kept.sources, kept.record_ids)))
    count, stood = pc.sum(fresh).as_py() or 0, len(kept.register)
    register = kept.register
    if count:
        nothing = pa.nulls(len(names), pa.string())
        written = {name: file.written.get(name, nothing).filter(fresh) for name in compared}
        sources = pa.concat_arrays([kept.sources, file.sources.filter(fresh)])
        record_ids = pa.concat_arrays([kept.record_ids, file.record_ids.filter(fresh)])
        register = resolve_new_records(register, written, _mark_measured(record_ids, measured))
        saved.save_register(folder, SavedRegister(kept.kind, register, sources, record_ids))
    others = tuple(name for name in file.written if name not in compared)
    return _summarise_arrival(register, len(names) - count, len(register) - stood, others)


def _summarise_arrival(register: Register, known: int, fresh: int, others: tuple[str, ...]) -> ArrivalSummary:
    stood = len(register) - fresh
    new = register.subject[stood:]
    subjects = int((register.subject == np.arange(len(register))).sum())
    unread = sum(column.sounds.unread for column in register.columns if column.sounds) if fresh else 0
    joined, unasked = int((new < stood).sum()), register.unasked if fresh else 0
    return ArrivalSummary(fresh, known, joined, subjects, len(register.questions), others, unasked, unread)


def _record_keys(sources: pa.Array, record_ids: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(sources, record_ids, "\x1f")


def _mark_measured(record_ids: pa.Array, measured: Collection[str]) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = pc.is_in(record_ids, pa.array(sorted(measured), pa.string())).to_numpy(
        zero_copy_only=False
    )
    return found
