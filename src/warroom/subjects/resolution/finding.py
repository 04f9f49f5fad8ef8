"""Records by a name in any script: a Thai name finds its Latin spelling among a million in the time of a keystroke."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from warroom.subjects.names.analyse import analyse
from warroom.subjects.names.index import Found, keys_of, nearest
from warroom.subjects.names.name import COMPANY, PERSON
from warroom.subjects.resolution.resolve import Register
from warroom.subjects.resolution.values import Values

_COMPARED = 60
_OF_A_WORD = 64
"""A word that sounds the same counts more than all runs of consonants together, of which a name has at most so many."""


def find(register: Register, name: str, most: int = 20) -> list[Found]:
    """Records whose name is the same as this one, the surest first; `number` is the record's row. One name that several records have
    comes once for each.
    """
    found = [
        one
        for column in register.columns
        if column.sounds is not None
        for one in _in_column(column, name, most)
    ]
    return sorted(found, key=lambda one: (-one.compared.score, one.number))[:most]


def _in_column(column: Values, name: str, most: int) -> Iterator[Found]:
    values = _candidates(column, name)
    texts = column.texts.take(values).to_pylist()
    for one in nearest(name, texts, most):
        for row in np.flatnonzero(column.codes == values[one.number])[:most]:
            yield one._replace(number=int(row))


def _candidates(column: Values, name: str) -> npt.NDArray[np.int64]:
    """Numbers of the values that share most with a name: words by their sound first, then runs of consonants."""
    sounds = column.sounds
    words, _, runs = keys_of(analyse(name, PERSON if column.holds == "name" else COMPANY))
    if sounds is None or not words:
        return np.zeros(0, np.int64)
    sign = np.uint64(sum(1 << bit for bit in {key & 63 for key in runs}))
    shared = np.bitwise_count(sounds.signs & sign).astype(np.int32)
    shared += _OF_A_WORD * np.isin(sounds.words, np.array(words, np.uint32)).sum(axis=1, dtype=np.int32)
    few = min(_COMPARED, len(shared))
    best = np.argpartition(-shared, few - 1)[:few] if few else np.zeros(0, np.int64)
    kept: npt.NDArray[np.int64] = best[shared[best] > 0]
    return kept
