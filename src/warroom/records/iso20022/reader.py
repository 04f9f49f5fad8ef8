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
from warroom.records.batch import Reject, RowBatch
from warroom.records.convert import convert
from warroom.records.iso20022.apart import number_duplicates
from warroom.records.iso20022.entries import EntryGroup, ParsedEntries, format_raw_entry, parse_entries
from warroom.records.iso20022.fields import list_payment_entries, split_cells
from warroom.records.iso20022.head import (
    MessageHead,
    apply_header,
    clear_header,
    detect_namespace,
    has_header_or_group,
    read_head,
)
from warroom.records.iso20022.message import REFUSED, MessageColumns, MessageFacts, MessageSpec
from warroom.records.iso20022.messages import get_message_spec
from warroom.records.iso20022.schema import MessageShape, list_sibling_elements
from warroom.records.iso20022.split import XmlPiece, XmlPieces, read_beginning
from warroom.records.job import ReadJob
from warroom.records.merge import merge_batches
from warroom.records.parallel import map_in_order
from warroom.records.plan import ReadPlan, make_plan
from warroom.sentences.sentence import Sentence

Places = npt.NDArray[np.int64]
Result = tuple[RowBatch, Counter[str], int]
"""A batch, what was passed over by what it is, and how many payments name a day only."""

TOGETHER = 2_000
"""Entries that one thread parses at once: some 3 MB."""

_COMMENT = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_TAG = re.compile(rb"</?(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>")


class IsoReader:
    """A file of ISO 20022 messages; a row's line is the number of its entry in the file, from 1."""

    sheet = ""

    def __init__(self, job: ReadJob) -> None:
        namespace = detect_namespace(read_beginning(job.path, job.name), job.name)
        self._message = get_message_spec(job, namespace)
        # What a message states itself is not to be looked for in columns.
        self._own_bank = job.mapping.direction.bank if job.mapping.direction else ""
        stated_names = [name for name in job.mapping.constants if name in self._message.columns_given]
        kept = {name: value for name, value in job.mapping.constants.items() if name not in stated_names}
        self._job = job = replace(job, mapping=replace(job.mapping, direction=None, constants=kept))
        self.format = self._message.name
        also = (self._message.ignored_element,) if self._message.ignored_element else ()
        self._pieces = XmlPieces(job.path, job.name, self._message.entry, *also)
        self.size_bytes = self._pieces.size_bytes
        # Closed at once: the file is opened again for the entries, and a handle left open would last as long
        # as the reader.
        with closing(iter(self._pieces)) as pieces:
            self._head = read_head(next(pieces).data, namespace, self._message, job.name)
        self._plan = _make_message_plan(job, self._message)
        self.unused: list[str] = []
        self.notes: list[Sentence] = []
        if self._head.is_without_namespace:
            self.notes.append(Sentence("records.no-namespace-used", namespace=namespace))
        self.notes += [self._head.fault] if self._head.fault else []
        self.notes += (
            [Sentence("records.said-by-message", names=", ".join(stated_names))] if stated_names else []
        )
        self._announced = self._head.announced_count or 0
        self._count = self._days = 0
        self._passed: Counter[str] = Counter()

    def count_bytes_read(self) -> int:
        """Bytes of the file read so far."""
        return self._pieces.count_bytes_read()

    def iter_batches(self) -> Iterator[RowBatch]:
        """The entries in the file's order."""
        for batch in merge_batches(
            self._count_results(map_in_order(self._build_batch, self._iter_entry_groups()))
        ):
            transfers = self._job.table.name == "transfers"
            # On merged batches: what shares a number is mostly close together, and each batch is compared in
            # itself.
            yield replace(batch, rows=number_duplicates(batch.rows)) if transfers else batch
        if not self._count:
            self._check_group_status()
            self.notes.append(Sentence("records.no-entry", entry=self._message.entry))
        if self._announced and self._announced != self._count:
            count_note = Sentence("records.entries-announced", announced=self._announced, found=self._count)
            self.notes.append(count_note)
        self.notes += _list_closing_notes(self._message, self._passed, self._days)

    def _count_results(self, results: Iterator[Result]) -> Iterator[RowBatch]:
        # Here, where one thread takes what all have made.
        for batch, passed, days in results:
            self._passed += passed
            self._days += days
            yield batch

    def _check_group_status(self) -> None:
        status = self._head.facts.texts_by_name.get("group_status")
        if status and status in REJECTED:
            raise RecordsError("records.rejects-whole-message", name=self._job.name)

    def _iter_entry_groups(self) -> Iterator[EntryGroup]:
        head, first, pieces = self._head, 1, list[XmlPiece]()
        for piece in self._pieces:
            if piece.kind == "head":
                continue
            clean = piece.kind == "gap" and not _strip_known_markup(piece.data, head)
            if has_header_or_group(head, piece.data):
                yield EntryGroup(head, first, pieces)
                # A file may hold several messages, and a message several groups: each speaks for the entries after it.
                # One that is broken speaks for none: they would be put to the account of the one before.
                head = self._read_next_head(head, piece) if clean else clear_header(head)
                first, pieces = first + len(pieces), []
            if clean or (piece.kind == "entry" and self._is_ignored_element(piece)):
                continue
            # Also a gap that holds anything strange: it becomes an entry of its own, and is refused, not
            # passed over.
            pieces.append(piece)
            self._count += 1
            if len(pieces) == TOGETHER:
                yield EntryGroup(head, first, pieces)
                first, pieces = first + TOGETHER, []
        yield EntryGroup(head, first, pieces)

    def _is_ignored_element(self, piece: XmlPiece) -> bool:
        beside = self._message.ignored_element
        found = _TAG.match(piece.data) if beside else None
        return found is not None and found[1].decode() == beside

    def _read_next_head(self, head: MessageHead, piece: XmlPiece) -> MessageHead:
        head = apply_header(head, piece.data)
        self._announced += head.announced_count or 0
        if head.fault:
            self.notes.append(head.fault)
        return head

    def _add_own_bank(self, head: MessageHead) -> MessageFacts:
        about = head.facts.texts_by_name
        if not self._own_bank or about.get("own_bic") or about.get("own_member"):
            return head.facts
        return replace(head.facts, texts_by_name={**about, "own_bic": self._own_bank})

    def _build_batch(self, unit: EntryGroup) -> Result:
        parsed = parse_entries(unit)
        taken = self._message.read_cells(
            split_cells(parsed.cells, self._message), self._add_own_bank(unit.head)
        )
        owner = list_payment_entries(parsed.cells, self._message)
        kept, aside = _separate_refused(taken, owner, parsed, unit.head)
        columns = dict(taken.columns)
        if self._job.mapping.terms.backfill:
            columns["received_at"] = pa.repeat(pa.scalar(unit.head.facts.created_at, pa.string()), len(owner))
        if kept is not None:
            columns = {name: array.filter(pa.array(kept)) for name, array in columns.items()}
            owner = owner[kept]
        lines = np.array(parsed.numbers, dtype=np.int64)[owner]
        batch = convert(
            self._job,
            self._plan,
            columns,
            lines,
            lambda row: format_raw_entry(unit.head, parsed.pieces[owner[row]]),
        )
        rejects: list[Reject] = sorted(
            [*parsed.rejects, *aside, *batch.rejects], key=lambda reject: reject.line
        )
        # An entry of several payments waits once, with all of them; those that are in order are taken by now.
        once = list({reject.line: reject for reject in reversed(rejects)}.values())[::-1]
        return replace(batch, rejects=once), _count_passed_over(taken), taken.day_only_count


def _separate_refused(
    taken: MessageColumns, owner: Places, parsed: ParsedEntries, head: MessageHead
) -> tuple[npt.NDArray[np.bool_] | None, list[Reject]]:
    """Which payments are rows (None: all), and those that must be looked at whatever the mapping says."""
    if taken.passed_over is None and taken.refusal_codes is None:
        return None, []
    kept = np.ones(len(owner), np.bool_)
    if taken.passed_over is not None:
        kept &= pc.is_null(taken.passed_over).to_numpy(zero_copy_only=False)
    if taken.refusal_codes is None:
        return kept, []
    wrong = np.flatnonzero(kept & pc.is_valid(taken.refusal_codes).to_numpy(zero_copy_only=False))
    kept[wrong] = False
    return kept, [
        _make_refused_reject(taken.refusal_codes[row].as_py(), int(owner[row]), parsed, head)
        for row in wrong.tolist()
    ]


def _make_refused_reject(code: str, at: int, parsed: ParsedEntries, head: MessageHead) -> Reject:
    return Reject(
        parsed.numbers[at], "", code, Sentence(REFUSED[code]), format_raw_entry(head, parsed.pieces[at])
    )


def _count_passed_over(taken: MessageColumns) -> Counter[str]:
    if taken.passed_over is None:
        return Counter()
    counted = pc.value_counts(taken.passed_over.drop_null()).to_pylist()
    return Counter({each["values"]: each["counts"] for each in counted})


REJECTED = ("RJCT", "CANC")


def _make_message_plan(job: ReadJob, message: MessageSpec) -> ReadPlan:
    given = (*message.columns_given, "received_at") if job.mapping.terms.backfill else message.columns_given
    plan = make_plan(job.table, job.mapping, given, job.name)
    # A statement may leave out the other side's bank as well; payment messages must name both banks by their
    # schema.
    kinds = ("account",) if message.missing_flaw == "no_account" else ("account", "bank")
    fields = [
        replace(field, missing_flaw=message.missing_flaw) if field.column.kind in kinds else field
        for field in plan.fields
    ]
    return replace(plan, fields=tuple(fields))


def _list_closing_notes(message: MessageSpec, passed: Counter[str], days: int) -> list[Sentence]:
    """Notes at the end of a file: payments that are no rows of the table, and times that are only days."""
    notes = []
    if passed:
        listed = ", ".join(f"{name} {count:,}" for name, count in sorted(passed.items()))
        notes.append(
            Sentence("records.passed-over", counted=listed, why=message.passed_over_note or Texts("", ""))
        )
    if days:
        notes.append(Sentence("records.days-only", count=f"{days:,}"))
    return notes


@lru_cache(maxsize=16)
def _compile_siblings(message: MessageSpec, namespace: str) -> re.Pattern[bytes]:
    """A pattern of the whole elements that may occur between entries."""
    names = {"AppHdr", *list_sibling_elements(MessageShape(namespace, message.header, message.entry))} - {
        message.entry
    }
    listed = "|".join(sorted(map(re.escape, names), key=len, reverse=True)).encode()
    return re.compile(rb"<((?:[\w.-]+:)?)(%s)(?:\s[^<>]*)?(?:/>|>.*?</\1\2\s*>)" % listed, re.DOTALL)


def _strip_known_markup(gap: bytes, head: MessageHead) -> bytes:
    """What of the text between entries is neither white space, a comment, nor part of the message's frame."""
    rest = _compile_siblings(head.message, head.namespace).sub(b"", _COMMENT.sub(b"", gap))
    return _TAG.sub(lambda tag: b"" if tag[1].decode() in head.frame else tag[0], rest).strip()
