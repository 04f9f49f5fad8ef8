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
from warroom.lake.arrival import Origin, Piece, Pieces
from warroom.lake.commit import Delivery, State
from warroom.lake.identity import CORRECTION, DUPLICATE, NEW
from warroom.lake.intake import Intake
from warroom.lake.steps.deliveries import delivery_of
from warroom.lake.steps.tally import Tally
from warroom.lake.terms import until
from warroom.records.batch import RAW_LIMIT, Batch, Reject
from warroom.records.job import Job
from warroom.records.jsonl import read_objects, stream_plan
from warroom.records.mapping import Mapping
from warroom.records.tables import TABLES
from warroom.sentences.sentence import Sentence
from warroom.subjects import spelling

SHOWN = 20
"""Problems of one sending that are told to its sender; all of them lie in the quarantine."""
FOREIGN = "foreign"
"""Why a row waits in the quarantine that its sender may not send."""


@dataclass(frozen=True, slots=True)
class Sending:
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
    mapping: Mapping = field(default_factory=Mapping)
    bank: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """Sendings to take in together, and how far each stream is when they are in."""

    sendings: Sequence[Sending]
    positions: AnyMapping[str, int]


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that went to the quarantine: its number in the sending, our column, and why."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a sending's rows: the four counts add up to them."""

    accepted: int
    duplicates: int
    corrections: int
    quarantined: int
    problems: tuple[Problem, ...] = ()


def take(intake: Intake, state: State, load: Load) -> list[Outcome]:
    """Take a load in, without committing it; an outcome for each sending, in their order."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, one in enumerate(load.sendings):
        groups[one.stream, one.source, one.table, one.bank, one.mapping.fingerprint()].append(at)
    found: dict[int, Outcome] = {}
    for places in groups.values():
        together = [load.sendings[at] for at in places]
        found.update(zip(places, _take_group(intake, state, together), strict=True))
    return [found[at] for at in range(len(load.sendings))]


def _take_group(intake: Intake, state: State, sendings: Sequence[Sending]) -> list[Outcome]:
    """Sendings that differ in nothing but what they bring, read as one."""
    first, now = sendings[0], clock.now()
    pieces = Pieces([Piece(one.sha256, one.name, one.numbers) for one in sendings])
    # Of the hashes and not of the texts: they were hashed when they came, and a load may be many megabytes.
    digest = hashlib.sha256("".join(one.sha256 for one in sendings).encode()).hexdigest()
    before = _going_on(state, first, now)
    origin = Origin(
        table=TABLES[first.table],
        source=first.source,
        delivery_id=before.delivery_id if before else intake.deliveries.next_id(),
        sha256=digest,
        received_at=now,
        backfill=False,
        seen=False,
        file=_hour(first, now),
        mapping=first.mapping,
        pieces=pieces,
    )
    batch = _read(sendings, origin)
    tally, kinds, set_aside = intake.take_load(batch, origin)
    batch = replace(batch, rejects=[*batch.rejects, *set_aside])
    if tally.brought:
        size = sum(len(text) for one in sendings for text in one.texts)
        note = intake.deliveries.go_on if before else intake.deliveries.begin
        note(_going(before, first, origin, tally, size))
    return _outcomes(pieces, batch, kinds)


def _read(sendings: Sequence[Sending], origin: Origin) -> Batch:
    # No file is read; the name stands in sentences about the mapping alone.
    mapping = replace(origin.mapping, terms=replace(origin.mapping.terms, backfill=False))
    job = Job(Path(origin.file), origin.table, mapping, origin.received_at, origin.file)
    texts = list(chain.from_iterable(one.texts for one in sendings))
    batch = read_objects(job, stream_plan(job), list(enumerate(texts, 1)))
    return _own(batch, sendings[0].bank, texts) if sendings[0].bank and batch.rows.num_rows else batch


def _own(batch: Batch, bank: str, texts: Sequence[str]) -> Batch:
    """The batch without transfers between other banks than the sender's."""
    said = spelling.bank(bank)
    own = pc.or_(pc.equal(batch.rows["payer_bank"], said), pc.equal(batch.rows["payee_bank"], said))
    if pc.all(own).as_py():
        return batch
    reason = Sentence("flaws.not-the-senders", bank=bank)
    foreign = batch.rows["line"].filter(pc.invert(own)).to_pylist()
    rejects = [Reject(line, "payer_bank", FOREIGN, reason, texts[line - 1][:RAW_LIMIT]) for line in foreign]
    every = sorted([*batch.rejects, *rejects], key=lambda reject: reject.line)
    return replace(batch, rows=batch.rows.filter(own), rejects=every)


def _hour(sending: Sending, now: datetime) -> str:
    return f"{sending.stream} {now:%Y-%m-%dT%H}Z"


def _going_on(state: State, sending: Sending, now: datetime) -> Delivery | None:
    """The delivery of this hour that is already begun on the same terms, and is not erased."""
    terms, file = sending.mapping.terms, _hour(sending, now)
    erased = {erasure.delivery_id for erasure in state.erasures}
    # The newest first: a lake of years has a hundred thousand, and those of this hour are the last.
    for one in reversed(state.deliveries.values()):
        # An hour back at most: a delivery is named by its hour, so none older can go on.
        if one.received_at < now - timedelta(hours=1):
            break
        if (one.file, one.table, one.source) == (file, sending.table, sending.source):
            same = (
                one.mapping_fingerprint == sending.mapping.fingerprint()
                and one.partner == (terms.partner or sending.source)
                and one.delivery_id not in erased
            )
            return one if same else None
    return None


def _going(before: Delivery | None, sending: Sending, origin: Origin, tally: Tally, size: int) -> Delivery:
    """The delivery as it stands with this load."""
    if before is None:
        terms = sending.mapping.terms
        return delivery_of(origin, terms, tally, size, until(terms, origin.received_at))
    return replace(
        before,
        sha256=hashlib.sha256(f"{before.sha256}{origin.sha256}".encode()).hexdigest(),
        bytes=before.bytes + size,
        accepted=before.accepted + tally.accepted,
        duplicates=before.duplicates + tally.duplicates,
        corrections=before.corrections + tally.corrections,
        quarantined=before.quarantined + tally.quarantined,
        unnumbered=before.unnumbered + tally.unnumbered,
    )


def _outcomes(pieces: Pieces, batch: Batch, kinds: npt.NDArray[np.uint8]) -> list[Outcome]:
    """The counts of each piece, and the first problems of each."""
    many = len(pieces.all)
    mine = pieces.of(batch.rows["line"].to_numpy())
    counts = [np.bincount(mine[kinds == kind], minlength=many) for kind in (NEW, DUPLICATE, CORRECTION)]
    problems: list[list[Problem]] = [[] for _ in range(many)]
    wrong = {reject.line: reject for reject in reversed(batch.rejects)}
    lines = np.array(sorted(wrong), np.int64)
    for line, piece, number in zip(lines.tolist(), pieces.of(lines), pieces.lines(lines), strict=True):
        problems[piece].append(Problem(int(number), wrong[line].column, wrong[line].reason))
    accepted, duplicates, corrections = (count.tolist() for count in counts)
    return [
        Outcome(accepted[at], duplicates[at], corrections[at], len(found), tuple(found[:SHOWN]))
        for at, found in enumerate(problems)
    ]
