"""Records by a name in any script: a Thai name finds its Latin spelling among a million in the time of a keystroke."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from warroom.subjects.names.analyse import analyse_name
from warroom.subjects.names.index import NameHit, derive_lookup_keys, find_nearest_names
from warroom.subjects.names.name import COMPANY, PERSON
from warroom.subjects.resolution.resolve import Register
from warroom.subjects.resolution.values import ColumnValues

# Values compared exactly, chosen: the rest is a count of bits over a million values, which takes
# milliseconds.
_COMPARED = 60
_OF_A_WORD = 64
"""A word that sounds the same counts more than all runs of consonants together, of which a name has at most so many."""


def find_records_by_name(register: Register, name: str, most: int = 20) -> list[NameHit]:
    """Records whose name is the same as this one, the surest first; `number` is the record's row. One name that several records have
    comes once for each.
    """
    matches = [
        match
        for column in register.columns
        if column.sounds is not None
        for match in _find_in_column(column, name, most)
    ]
    return sorted(matches, key=lambda match: (-match.compared.score, match.number))[:most]


def _find_in_column(column: ColumnValues, name: str, most: int) -> Iterator[NameHit]:
    values = _list_candidates(column, name)
    texts = column.texts.take(values).to_pylist()
    for one in find_nearest_names(name, texts, most):
        for row in np.flatnonzero(column.codes == values[one.number])[:most]:
            yield one._replace(number=int(row))


def _list_candidates(column: ColumnValues, name: str) -> npt.NDArray[np.int64]:
    """Numbers of the values that share most with a name: words by their sound first, then runs of consonants."""
    sounds = column.sounds
    words, _, runs = derive_lookup_keys(analyse_name(name, PERSON if column.content == "name" else COMPANY))
    if sounds is None or not words:
        return np.zeros(0, np.int64)
    sign = np.uint64(sum(1 << bit for bit in {key & 63 for key in runs}))
    shared = np.bitwise_count(sounds.signs & sign).astype(np.int32)
    shared += _OF_A_WORD * np.isin(sounds.words, np.array(words, np.uint32)).sum(axis=1, dtype=np.int32)
    few = min(_COMPARED, len(shared))
    # A partition, not a sort: only which values are the best matters here, not their order.
    best = np.argpartition(-shared, few - 1)[:few] if few else np.zeros(0, np.int64)
    kept: npt.NDArray[np.int64] = best[shared[best] > 0]
    return kept
