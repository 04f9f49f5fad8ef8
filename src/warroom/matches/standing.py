"""Which subject each record is of, once officers have spoken.

The machine's links are a forest: each joined two subjects into one. A link that an officer rejects is left
out, a pair that an officer confirms is added, and each connected component is then one subject, numbered
after its eldest record. So withdrawing a statement restores exactly what was there before.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from warroom.subjects.resolution.resolve import Register

Pair = tuple[int, int]


@dataclass(frozen=True)
class SubjectStanding:
    """Subjects after officers' statements.

    `eldest_by_record` has only the records whose subject the statements changed.
    """

    register: Register
    eldest_by_record: Mapping[int, int]

    def find_subject_number(self, row: int) -> int:
        """The number of the subject that a record is of: that of its eldest record, from 1."""
        return self.eldest_by_record.get(row, int(self.register.subject[row])) + 1

    @property
    def subject_count(self) -> int:
        """How many subjects there are."""
        machine = int((self.register.subject == np.arange(len(self.register))).sum())
        was = sum(int(self.register.subject[row]) == row for row in self.eldest_by_record)
        return machine - was + sum(eldest == row for row, eldest in self.eldest_by_record.items())


def apply_statements(register: Register, same: Collection[Pair], apart: Collection[Pair]) -> SubjectStanding:
    """The subjects as these statements leave them; pairs are of rows, the elder first."""
    touched = {int(register.subject[row]) for pair in (*same, *apart) for row in pair}
    if not touched:
        return SubjectStanding(register, {})
    # Only the subjects that a statement touches are computed again: a register may have a million records.
    among = np.isin(register.subject, sorted(touched))
    rows = [int(row) for row in np.flatnonzero(among)]
    here = np.flatnonzero(among[register.links.first])
    parted = set(apart)
    links = zip(register.links.first[here].tolist(), register.links.second[here].tolist(), strict=True)
    eldest = _find_eldest(rows, [*(pair for pair in links if pair not in parted), *same])
    return SubjectStanding(
        register, {row: elder for row, elder in eldest.items() if elder != int(register.subject[row])}
    )


def _find_eldest(rows: Collection[int], pairs: Collection[Pair]) -> dict[int, int]:
    parent = {row: row for row in rows}

    def find_root(row: int) -> int:
        while parent[row] != row:
            # Union-find with path halving; the smaller row becomes the root, so a subject keeps its eldest
            # record's number.
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for first_row, other in pairs:
        a, b = find_root(first_row), find_root(other)
        parent[max(a, b)] = min(a, b)
    return {row: find_root(row) for row in rows}
