"""The reader of ISO 20022 messages."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.bilingual.texts import Texts
from warroom.errors import RecordsError
from warroom.records.batch import Batch, Reject
from warroom.records.convert import convert
from warroom.records.iso20022.apart import apart
from warroom.records.iso20022.entries import Parsed, Unit, parse, raw
from warroom.records.iso20022.fields import cells_of, owners
from warroom.records.iso20022.head import (
    Head,
    find_namespace,
    read_head,
    silenced,
    speaks,
    with_header,
)
from warroom.records.iso20022.message import REFUSED, Facts, Message, Taken
from warroom.records.iso20022.messages import message_for
from warroom.records.iso20022.schema import Shape, siblings
from warroom.records.iso20022.split import Piece, Pieces, beginning
from warroom.records.job import Job
from warroom.records.merge import merged
from warroom.records.parallel import in_order
from warroom.records.plan import Plan, make_plan
from warroom.sentences.sentence import Sentence

Places = npt.NDArray[np.int64]
Result = tuple[Batch, Counter[str], int]
"""A batch, what was passed over by what it is, and how many payments name a day only."""

TOGETHER = 2_000
"""Entries that one thread parses at once: some 3 MB."""

_COMMENT = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_TAG = re.compile(rb"</?(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>")


class IsoReader:
    """A file of ISO 20022 messages; a row's line is the number of its entry in the file, from 1."""

    sheet = ""

    def __init__(self, job: Job) -> None:
        namespace = find_namespace(beginning(job.path, job.name), job.name)
        self._message = message_for(job, namespace)
        # What a message states itself is not to be looked for in columns.
        self._own_bank = job.mapping.direction.bank if job.mapping.direction else ""
        said = [name for name in job.mapping.constants if name in self._message.gives]
        kept = {name: value for name, value in job.mapping.constants.items() if name not in said}
        self._job = job = replace(job, mapping=replace(job.mapping, direction=None, constants=kept))
        self.format = self._message.name
        also = (self._message.beside,) if self._message.beside else ()
        self._pieces = Pieces(job.path, job.name, self._message.entry, *also)
        self.size_bytes = self._pieces.size_bytes
        with closing(iter(self._pieces)) as pieces:
            self._head = read_head(next(pieces).data, namespace, self._message, job.name)
        self._plan = _plan(job, self._message)
        self.unused: list[str] = []
        self.notes: list[Sentence] = []
        if self._head.unbound:
            self.notes.append(Sentence("records.no-namespace-used", namespace=namespace))
        self.notes += [self._head.fault] if self._head.fault else []
        self.notes += [Sentence("records.said-by-message", names=", ".join(said))] if said else []
        self._announced = self._head.announced or 0
        self._count = self._days = 0
        self._passed: Counter[str] = Counter()

    def position(self) -> int:
        """Bytes of the file read so far."""
        return self._pieces.position()

    def batches(self) -> Iterator[Batch]:
        """The entries in the file's order."""
        for batch in merged(self._counted(in_order(self._batch, self._units()))):
            transfers = self._job.table.name == "transfers"
            yield replace(batch, rows=apart(batch.rows)) if transfers else batch
        if not self._count:
            self._refuse_whole_group()
            self.notes.append(Sentence("records.no-entry", entry=self._message.entry))
        if self._announced and self._announced != self._count:
            told = Sentence("records.entries-announced", announced=self._announced, found=self._count)
            self.notes.append(told)
        self.notes += _told(self._message, self._passed, self._days)

    def _counted(self, results: Iterator[Result]) -> Iterator[Batch]:
        # Here, where one thread takes what all have made.
        for batch, passed, days in results:
            self._passed += passed
            self._days += days
            yield batch

    def _refuse_whole_group(self) -> None:
        status = self._head.facts.about.get("group_status")
        if status and status in REJECTED:
            raise RecordsError("records.rejects-whole-message", name=self._job.name)

    def _units(self) -> Iterator[Unit]:
        head, first, pieces = self._head, 1, list[Piece]()
        for piece in self._pieces:
            if piece.kind == "head":
                continue
            clean = piece.kind == "gap" and not _left_over(piece.data, head)
            if speaks(head, piece.data):
                yield Unit(head, first, pieces)
                # A file may hold several messages, and a message several groups: each speaks for the entries after it.
                # One that is broken speaks for none: they would be put to the account of the one before.
                head = self._next_head(head, piece) if clean else silenced(head)
                first, pieces = first + len(pieces), []
            if clean or (piece.kind == "entry" and self._is_beside(piece)):
                continue
            # Also a gap that holds anything strange: it becomes an entry of its own, and is refused, not
            # passed over.
            pieces.append(piece)
            self._count += 1
            if len(pieces) == TOGETHER:
                yield Unit(head, first, pieces)
                first, pieces = first + TOGETHER, []
        yield Unit(head, first, pieces)

    def _is_beside(self, piece: Piece) -> bool:
        beside = self._message.beside
        found = _TAG.match(piece.data) if beside else None
        return found is not None and found[1].decode() == beside

    def _next_head(self, head: Head, piece: Piece) -> Head:
        head = with_header(head, piece.data)
        self._announced += head.announced or 0
        if head.fault:
            self.notes.append(head.fault)
        return head

    def _facts(self, head: Head) -> Facts:
        about = head.facts.about
        if not self._own_bank or about.get("own_bic") or about.get("own_member"):
            return head.facts
        return replace(head.facts, about={**about, "own_bic": self._own_bank})

    def _batch(self, unit: Unit) -> Result:
        parsed = parse(unit)
        taken = self._message.read(cells_of(parsed.cells, self._message), self._facts(unit.head))
        owner = owners(parsed.cells, self._message)
        kept, aside = _sorted_out(taken, owner, parsed, unit.head)
        columns = dict(taken.columns)
        if self._job.mapping.terms.backfill:
            columns["received_at"] = pa.repeat(pa.scalar(unit.head.facts.created_at, pa.string()), len(owner))
        if kept is not None:
            columns = {name: array.filter(pa.array(kept)) for name, array in columns.items()}
            owner = owner[kept]
        lines = np.array(parsed.numbers, dtype=np.int64)[owner]
        batch = convert(
            self._job, self._plan, columns, lines, lambda row: raw(unit.head, parsed.pieces[owner[row]])
        )
        rejects: list[Reject] = sorted([*parsed.rejects, *aside, *batch.rejects], key=lambda each: each.line)
        # An entry of several payments waits once, with all of them; those that are in order are taken by now.
        once = list({each.line: each for each in reversed(rejects)}.values())[::-1]
        return replace(batch, rejects=once), _passed(taken), taken.days


def _sorted_out(
    taken: Taken, owner: Places, parsed: Parsed, head: Head
) -> tuple[npt.NDArray[np.bool_] | None, list[Reject]]:
    """Which payments are rows (None: all), and those that must be looked at whatever the mapping says."""
    if taken.passed is None and taken.refused is None:
        return None, []
    kept = np.ones(len(owner), np.bool_)
    if taken.passed is not None:
        kept &= pc.is_null(taken.passed).to_numpy(zero_copy_only=False)
    if taken.refused is None:
        return kept, []
    wrong = np.flatnonzero(kept & pc.is_valid(taken.refused).to_numpy(zero_copy_only=False))
    kept[wrong] = False
    return kept, [_aside(taken.refused[row].as_py(), int(owner[row]), parsed, head) for row in wrong.tolist()]


def _aside(code: str, at: int, parsed: Parsed, head: Head) -> Reject:
    return Reject(parsed.numbers[at], "", code, Sentence(REFUSED[code]), raw(head, parsed.pieces[at]))


def _passed(taken: Taken) -> Counter[str]:
    if taken.passed is None:
        return Counter()
    counted = pc.value_counts(taken.passed.drop_null()).to_pylist()
    return Counter({each["values"]: each["counts"] for each in counted})


REJECTED = ("RJCT", "CANC")


def _plan(job: Job, message: Message) -> Plan:
    given = (*message.gives, "received_at") if job.mapping.terms.backfill else message.gives
    plan = make_plan(job.table, job.mapping, given, job.name)
    kinds = ("account",) if message.empty == "no_account" else ("account", "bank")
    fields = [
        replace(field, empty=message.empty) if field.column.kind in kinds else field for field in plan.fields
    ]
    return replace(plan, fields=tuple(fields))


def _told(message: Message, passed: Counter[str], days: int) -> list[Sentence]:
    """What is said at the end of those that are no rows, and of times that are days."""
    notes = []
    if passed:
        listed = ", ".join(f"{name} {count:,}" for name, count in sorted(passed.items()))
        notes.append(Sentence("records.passed-over", counted=listed, why=message.passed or Texts("", "")))
    if days:
        notes.append(Sentence("records.days-only", count=f"{days:,}"))
    return notes


@lru_cache(maxsize=16)
def _parts(message: Message, namespace: str) -> re.Pattern[bytes]:
    """Whole elements that may stand between entries."""
    names = {"AppHdr", *siblings(Shape(namespace, message.header, message.entry))} - {message.entry}
    listed = "|".join(sorted(map(re.escape, names), key=len, reverse=True)).encode()
    return re.compile(rb"<((?:[\w.-]+:)?)(%s)(?:\s[^<>]*)?(?:/>|>.*?</\1\2\s*>)" % listed, re.DOTALL)


def _left_over(gap: bytes, head: Head) -> bytes:
    """What of the text between entries is neither white space, a comment, nor part of the message's frame."""
    rest = _parts(head.message, head.namespace).sub(b"", _COMMENT.sub(b"", gap))
    return _TAG.sub(lambda tag: b"" if tag[1].decode() in head.frame else tag[0], rest).strip()
