"""One partner's file of one table, with the faults such files have: where each lies is written down for the truth."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import pyarrow as pa

from warroom_lab.world.delivery.flaws import FaultyRow, Row, RowFlaw, list_flaws, list_typing_errors
from warroom_lab.world.delivery.sheets import Sheet
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.drawing.streams import make_generator

CORRECTED_AFTER = timedelta(hours=26)


@dataclass
class ExtraRow:
    """A row put beside another one; `flaw` where it is spoilt, `line` where that is done when it is written."""

    row: Row
    kind: str
    flaw: RowFlaw | None = None
    accepted: bool = True


@dataclass
class RowFaultPlan:
    """What is done to one row: put before it, put in its place, put after it."""

    before: list[ExtraRow] = field(default_factory=list)
    instead: list[ExtraRow] = field(default_factory=list)
    after: list[ExtraRow] = field(default_factory=list)


class PartnerFile:
    """A growing file. `typed_by_hand`: whether rows have faults that are corrected a day later."""

    def __init__(
        self, partner: str, table: str, sheet: Sheet, seed: int, *, typed_by_hand: bool = False
    ) -> None:
        self.partner, self.table, self.sheet = partner, table, sheet
        self.dirt: list[FaultyRow] = []
        self.typed_by_hand = typed_by_hand
        self._rng = make_generator(seed, "dirt", sheet.path.name)
        self._flaws = [
            *filter(sheet.may_carry_flaw, list_flaws(table, buddhist=sheet.buddhist)),
            *sheet.line_flaws,
        ]
        self._begun = False

    def add_rows(self, rows: pa.Table) -> None:
        """Append rows, with their share of faults."""
        if not rows.num_rows:
            return
        plans = self._plan_faults(rows)
        parts, placed = _weave_rows(rows, plans)
        faults = {
            at: extra.flaw for at, extra in placed if extra.flaw is not None and extra.flaw.change is None
        }
        first = self.sheet.write_rows(pa.concat_tables(parts), faults)
        self.dirt += [self._describe_fault(first + at, extra) for at, extra in placed]

    def close(self) -> None:
        """Finish the file."""
        self.sheet.close()

    def abandon(self) -> None:
        """Let go of the file as it is."""
        self.sheet.abandon()

    def _describe_fault(self, line: int, extra: ExtraRow) -> FaultyRow:
        flaw = self.sheet.to_quarantine_flaw(extra.flaw) if extra.flaw else None
        return FaultyRow(
            self.partner,
            self.table,
            self.sheet.path.name,
            line,
            extra.kind,
            extra.accepted,
            flaw.column if flaw else "",
            flaw.code if flaw else "",
            extra.row["record_id"] or "",
        )

    def _plan_faults(self, rows: pa.Table) -> dict[int, RowFaultPlan]:
        """Which rows have which faults: some in the first rows of every file, then as often as the shares say."""
        shares = get_values("dirt")
        # The first rows of every file have some of each: even the smallest country tests every refusal.
        least = 0 if self._begun else 1
        self._begun = True
        counts = [
            max(2 * least, int(self._rng.poisson(rows.num_rows * shares["refused"]))),
            max(least, int(self._rng.poisson(rows.num_rows * shares["duplicates"]))),
            max(least, int(self._rng.poisson(rows.num_rows * shares["typing"]))) if self.typed_by_hand else 0,
        ]
        if not sum(counts):
            return {}
        # A tiny table may have fewer rows than faults: the last kinds then go without (no strict zip below).
        chosen = self._rng.permutation(rows.num_rows)[: sum(counts)]
        kinds = np.repeat(np.arange(3), counts)
        return {
            int(at): self._plan_row_fault(_get_row(rows, int(at)), int(kind))
            for at, kind in zip(chosen, kinds, strict=False)
        }

    def _plan_row_fault(self, row: Row, kind: int) -> RowFaultPlan:
        if kind == 0:
            # The spoilt row is put beside the true one, not in its place: no payment is lost to dirt.
            flaw = self._flaws[int(self._rng.integers(len(self._flaws)))]
            return RowFaultPlan(
                before=[ExtraRow(flaw.change(row) if flaw.change else row, flaw.name, flaw, accepted=False)]
            )
        if kind == 1:
            return RowFaultPlan(after=[ExtraRow(row, "duplicate")])
        errors = list_typing_errors(row)
        name, faulty = errors[int(self._rng.integers(len(errors)))]
        # The true row with a later receipt: before it a room sees the typing error, as in life.
        corrected = {**row, "received_at": row["received_at"] + CORRECTED_AFTER}
        return RowFaultPlan(instead=[ExtraRow(faulty, name)], after=[ExtraRow(corrected, "correction")])


def _get_row(rows: pa.Table, at: int) -> Row:
    found: Row = rows.slice(at, 1).to_pylist()[0]
    return found


def _weave_rows(
    rows: pa.Table, plans: dict[int, RowFaultPlan]
) -> tuple[list[pa.Table], list[tuple[int, ExtraRow]]]:
    """The rows with the extra ones between them, and at which position each extra one lies."""
    parts: list[pa.Table] = []
    placed: list[tuple[int, ExtraRow]] = []
    done = written = 0

    def put(extras: Sequence[ExtraRow]) -> None:
        nonlocal written
        for extra in extras:
            parts.append(pa.Table.from_pylist([extra.row], rows.schema))
            placed.append((written, extra))
            written += 1

    def copy(until: int) -> None:
        nonlocal done, written
        parts.append(rows.slice(done, until - done))
        written += until - done
        done = until

    for at in sorted(plans):
        plan = plans[at]
        copy(at)
        put(plan.before)
        put(plan.instead)
        if plan.instead:
            done += 1
        else:
            copy(at + 1)
        put(plan.after)
    copy(rows.num_rows)
    return parts, placed
