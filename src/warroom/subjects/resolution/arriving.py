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
from warroom.subjects.resolution.files import Read, read
from warroom.subjects.resolution.resolve import Register, add, begin
from warroom.subjects.resolution.saved import Kept


@dataclass(frozen=True)
class Arrived:
    """What became of a file: how many of its records are new, and how many were known by source and number and left as they were; how
    many of the new joined a subject that stood; subjects now; questions now; columns of the file that are not compared.
    """

    records: int
    known: int
    joined: int
    subjects: int
    questions: int
    not_compared: tuple[str, ...]
    unasked: int = 0
    """Pairs of two names that share as much and are not among the questions: the surest of them are."""
    unread: int = 0
    """Names that the program failed at: these records are compared by what else they say."""


def arrive(
    folder: Path, kind: str, path: Path, said: Mapping[str, str], measured: Collection[str] = ()
) -> Arrived:
    """Resolve a file's records with all that came before. `measured` are numbers of records that a measure names: officers alone join
    those. Raises RecordsError.
    """
    with saved.writing(folder):
        file = read(path, said)
        if not saved.exists(folder):
            register = begin(file.written, file.holds, _named(file.record_ids, measured))
            saved.keep(folder, Kept(kind, register, file.sources, file.record_ids))
            return _arrived(register, 0, len(register), ())
        return _added(folder, saved.load(folder), path, file, measured)


def _added(folder: Path, kept: Kept, path: Path, file: Read, measured: Collection[str]) -> Arrived:
    compared = [column.name for column in kept.register.columns]
    if not set(compared) & set(file.written):
        raise RecordsError("resolution.none-fits", file=path.name, columns=", ".join(compared))
    names = _names(file.sources, file.record_ids)
    fresh = pc.invert(pc.is_in(names, _names(kept.sources, kept.record_ids)))
    count, stood = pc.sum(fresh).as_py() or 0, len(kept.register)
    register = kept.register
    if count:
        nothing = pa.nulls(len(names), pa.string())
        written = {name: file.written.get(name, nothing).filter(fresh) for name in compared}
        sources = pa.concat_arrays([kept.sources, file.sources.filter(fresh)])
        record_ids = pa.concat_arrays([kept.record_ids, file.record_ids.filter(fresh)])
        register = add(register, written, _named(record_ids, measured))
        saved.keep(folder, Kept(kept.kind, register, sources, record_ids))
    others = tuple(name for name in file.written if name not in compared)
    return _arrived(register, len(names) - count, len(register) - stood, others)


def _arrived(register: Register, known: int, fresh: int, others: tuple[str, ...]) -> Arrived:
    stood = len(register) - fresh
    new = register.subject[stood:]
    subjects = int((register.subject == np.arange(len(register))).sum())
    unread = sum(column.sounds.unread for column in register.columns if column.sounds) if fresh else 0
    joined, unasked = int((new < stood).sum()), register.unasked if fresh else 0
    return Arrived(fresh, known, joined, subjects, len(register.questions), others, unasked, unread)


def _names(sources: pa.Array, record_ids: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(sources, record_ids, "\x1f")


def _named(record_ids: pa.Array, measured: Collection[str]) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = pc.is_in(record_ids, pa.array(sorted(measured), pa.string())).to_numpy(
        zero_copy_only=False
    )
    return found
