"""Which subject each record is of, once officers have spoken.

The machine's links are a forest: each joined two subjects into one. A link that an officer parts is left out, a pair that an officer
calls the same is put in, and whatever hangs together then is one subject, called after its eldest record. So a statement taken back
leaves exactly what was there before it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from warroom.subjects.resolution.resolve import Register

Pair = tuple[int, int]


@dataclass(frozen=True)
class Standing:
    """`moved` are the eldest records of subjects by record, where they are not as the machine left them."""

    register: Register
    moved: Mapping[int, int]

    def subject(self, row: int) -> int:
        """The number of the subject that a record is of: that of its eldest record, from 1."""
        return self.moved.get(row, int(self.register.subject[row])) + 1

    @property
    def subjects(self) -> int:
        """How many there are."""
        machine = int((self.register.subject == np.arange(len(self.register))).sum())
        was = sum(int(self.register.subject[row]) == row for row in self.moved)
        return machine - was + sum(eldest == row for row, eldest in self.moved.items())


def standing(register: Register, same: Collection[Pair], apart: Collection[Pair]) -> Standing:
    """The subjects as these statements leave them; pairs are of rows, the elder first."""
    touched = {int(register.subject[row]) for pair in (*same, *apart) for row in pair}
    if not touched:
        return Standing(register, {})
    among = np.isin(register.subject, sorted(touched))
    rows = [int(row) for row in np.flatnonzero(among)]
    here = np.flatnonzero(among[register.links.first])
    parted = set(apart)
    links = zip(register.links.first[here].tolist(), register.links.second[here].tolist(), strict=True)
    eldest = _eldest(rows, [*(pair for pair in links if pair not in parted), *same])
    return Standing(
        register, {row: found for row, found in eldest.items() if found != int(register.subject[row])}
    )


def _eldest(rows: Collection[int], pairs: Collection[Pair]) -> dict[int, int]:
    found = {row: row for row in rows}

    def root(row: int) -> int:
        while found[row] != row:
            found[row] = found[found[row]]
            row = found[row]
        return row

    for one, other in pairs:
        a, b = root(one), root(other)
        found[max(a, b)] = min(a, b)
    return {row: root(row) for row in rows}
