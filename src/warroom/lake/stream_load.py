"""What streams bring at one time, and how it comes into the lake: with the streams' positions, in one commit.

A stream has no files, so its deliveries are hours: what one source sent through one stream in one hour, on one set of
terms, is one delivery. It grows with every load, its hash covering its own last hash and the new load.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from warroom import clock
from warroom.lake.arrival import RowOrigin, StreamPiece, StreamPieces
from warroom.lake.commit import Delivery, LakeState
from warroom.lake.identity import CORRECTION, DUPLICATE, NEW
from warroom.lake.intake import Intake
from warroom.lake.steps.deliveries import make_delivery
from warroom.lake.steps.tally import IntakeTally
from warroom.lake.terms import get_retention_end
from warroom.records.batch import RAW_LIMIT, Reject, RowBatch
from warroom.records.job import ReadJob
from warroom.records.jsonl import make_stream_plan, read_objects
from warroom.records.mapping import FileMapping
from warroom.records.tables import TABLES
from warroom.sentences.sentence import Sentence
from warroom.subjects import spelling

SHOWN = 20
"""Problems of one sending that its answer lists; the quarantine has all of them."""
FOREIGN = "foreign"
"""The reason in the quarantine for a row that its sender is not allowed to send."""


@dataclass(frozen=True, slots=True)
class StreamSending:
    """What a sender sent at one time: JSON objects as they were written, each with its number in what was sent.

    `stream` names the way it came, `name` and `sha256` what it came as; rows that bring no record_id are numbered
    by the latter two. Where `bank` is given, only transfers from or to that bank are the sender's to send.
    """

    stream: str
    source: str
    name: str
    sha256: str
    texts: Sequence[str]
    numbers: Sequence[int]
    table: str = "transfers"
    mapping: FileMapping = field(default_factory=FileMapping)
    bank: str = ""


@dataclass(frozen=True, slots=True)
class StreamLoad:
    """Sendings to take in together, and how far each stream is when they are in."""

    sendings: Sequence[StreamSending]
    positions: AnyMapping[str, int]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that went to the quarantine: its number in the sending, our column, and why."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class SendingOutcome:
    """What became of a sending's rows: the four counts add up to them."""

    accepted: int
    duplicates: int
    corrections: int
    quarantined: int
    problems: tuple[RowProblem, ...] = ()


def take_load(intake: Intake, state: LakeState, load: StreamLoad) -> list[SendingOutcome]:
    """Take a load in, without committing it; an outcome for each sending, in their order."""
    # Pushes that differ only in their records are read and judged together: a batch for each would be slow.
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, sending in enumerate(load.sendings):
        groups[
            sending.stream, sending.source, sending.table, sending.bank, sending.mapping.compute_fingerprint()
        ].append(at)
    outcomes: dict[int, SendingOutcome] = {}
    for places in groups.values():
        together = [load.sendings[at] for at in places]
        outcomes.update(zip(places, _take_group(intake, state, together), strict=True))
    return [outcomes[at] for at in range(len(load.sendings))]


def _take_group(intake: Intake, state: LakeState, sendings: Sequence[StreamSending]) -> list[SendingOutcome]:
    """Sendings that differ in nothing but what they bring, read as one."""
    first, now = sendings[0], clock.get_now()
    pieces = StreamPieces(
        [StreamPiece(sending.sha256, sending.name, sending.numbers) for sending in sendings]
    )
    # Of the hashes and not of the texts: they were hashed when they came, and a load may be many megabytes.
    digest = hashlib.sha256("".join(sending.sha256 for sending in sendings).encode()).hexdigest()
    before = _find_open_delivery(state, first, now)
    origin = RowOrigin(
        table=TABLES[first.table],
        source=first.source,
        delivery_id=before.delivery_id if before else intake.deliveries.make_next_id(),
        sha256=digest,
        received_at=now,
        backfill=False,
        seen=False,
        file=_name_hour(first, now),
        mapping=first.mapping,
        pieces=pieces,
    )
    batch = _read_batch(sendings, origin)
    tally, kinds, set_aside = intake.take_load(batch, origin)
    batch = replace(batch, rejects=[*batch.rejects, *set_aside])
    if tally.has_new_rows:
        size = sum(len(text) for sending in sendings for text in sending.texts)
        note = intake.deliveries.add_continued if before else intake.deliveries.add_begun
        note(_extend_delivery(before, first, origin, tally, size))
    return _make_outcomes(pieces, batch, kinds)


def _read_batch(sendings: Sequence[StreamSending], origin: RowOrigin) -> RowBatch:
    # No file is read; the name is used only in messages about the mapping.
    mapping = replace(origin.mapping, terms=replace(origin.mapping.terms, backfill=False))
    job = ReadJob(Path(origin.file), origin.table, mapping, origin.received_at, origin.file)
    texts = list(chain.from_iterable(sending.texts for sending in sendings))
    batch = read_objects(job, make_stream_plan(job), list(enumerate(texts, 1)))
    return (
        _reject_foreign_rows(batch, sendings[0].bank, texts)
        if sendings[0].bank and batch.rows.num_rows
        else batch
    )


def _reject_foreign_rows(batch: RowBatch, bank: str, texts: Sequence[str]) -> RowBatch:
    """The batch without transfers between other banks than the sender's."""
    bank_name = spelling.spell_bank(bank)
    own = pc.or_(pc.equal(batch.rows["payer_bank"], bank_name), pc.equal(batch.rows["payee_bank"], bank_name))
    if pc.all(own).as_py():
        return batch
    reason = Sentence("flaws.not-the-senders", bank=bank)
    foreign = batch.rows["line"].filter(pc.invert(own)).to_pylist()
    rejects = [Reject(line, "payer_bank", FOREIGN, reason, texts[line - 1][:RAW_LIMIT]) for line in foreign]
    every = sorted([*batch.rejects, *rejects], key=lambda reject: reject.line)
    return replace(batch, rows=batch.rows.filter(own), rejects=every)


def _name_hour(sending: StreamSending, now: datetime) -> str:
    return f"{sending.stream} {now:%Y-%m-%dT%H}Z"


def _find_open_delivery(state: LakeState, sending: StreamSending, now: datetime) -> Delivery | None:
    """The delivery of this hour that is already begun on the same terms, and is not erased."""
    terms, file = sending.mapping.terms, _name_hour(sending, now)
    erased = {erasure.delivery_id for erasure in state.erasures}
    # The newest first: a lake of years has a hundred thousand, and those of this hour are the last.
    for delivery in reversed(state.deliveries.values()):
        # An hour back at most: a delivery is named by its hour, so none older can go on.
        if delivery.received_at < now - timedelta(hours=1):
            break
        if (delivery.file, delivery.table, delivery.source) == (file, sending.table, sending.source):
            same = (
                delivery.mapping_fingerprint == sending.mapping.compute_fingerprint()
                and delivery.partner == (terms.partner or sending.source)
                and delivery.delivery_id not in erased
            )
            return delivery if same else None
    return None


def _extend_delivery(
    before: Delivery | None, sending: StreamSending, origin: RowOrigin, tally: IntakeTally, size: int
) -> Delivery:
    """The delivery extended by this load."""
    if before is None:
        terms = sending.mapping.terms
        return make_delivery(origin, terms, tally, size, get_retention_end(terms, origin.received_at))
    return replace(
        before,
        # A chain of hashes: the delivery's hash covers everything that it took in, in order.
        sha256=hashlib.sha256(f"{before.sha256}{origin.sha256}".encode()).hexdigest(),
        bytes=before.bytes + size,
        accepted=before.accepted + tally.accepted,
        duplicates=before.duplicates + tally.duplicates,
        corrections=before.corrections + tally.corrections,
        quarantined=before.quarantined + tally.quarantined,
        unnumbered=before.unnumbered + tally.unnumbered,
    )


def _make_outcomes(
    pieces: StreamPieces, batch: RowBatch, kinds: npt.NDArray[np.uint8]
) -> list[SendingOutcome]:
    """The counts of each piece, and the first problems of each."""
    many = len(pieces.all)
    mine = pieces.piece_indices(batch.rows["line"].to_numpy())
    counts = [np.bincount(mine[kinds == kind], minlength=many) for kind in (NEW, DUPLICATE, CORRECTION)]
    problems: list[list[RowProblem]] = [[] for _ in range(many)]
    # Reversed: of several problems of a line the first one is kept.
    wrong = {reject.line: reject for reject in reversed(batch.rejects)}
    lines = np.array(sorted(wrong), np.int64)
    for line, piece, number in zip(
        lines.tolist(), pieces.piece_indices(lines), pieces.piece_lines(lines), strict=True
    ):
        problems[piece].append(RowProblem(int(number), wrong[line].column, wrong[line].reason))
    accepted, duplicates, corrections = (count.tolist() for count in counts)
    return [
        SendingOutcome(
            accepted[at], duplicates[at], corrections[at], len(piece_problems), tuple(piece_problems[:SHOWN])
        )
        for at, piece_problems in enumerate(problems)
    ]
