"""A run over names on the internet: those that registrars told of, and those that stand in messages that people handed in."""

from collections import defaultdict
from datetime import datetime

import pyarrow as pa

from warroom.lake.lake import Lake
from warroom.signals.addresses.addresses import addresses_in
from warroom.signals.addresses.look_alike import LIMIT
from warroom.signals.domains.finding import DomainFinding, look_at
from warroom.signals.messages.normal import normalise
from warroom.signals.messages.run import Read, read_all
from warroom.signals.signal import EVIDENCE, Signal
from warroom.signals.unread_texts import keep_unread
from warroom.subjects.subject import Subject
from warroom.unread import Unread

VERSION = "domains-1"
"""Of the rules; a change of what they say of a name is another version."""


def rows_of(lake: Lake, as_of: datetime) -> pa.Table:
    """What is read of names on the internet: each that was received by a moment, with its record's number."""
    return lake.rows("domains", as_of).select("record_id", "name").to_pyarrow()


def run(lake: Lake, as_of: datetime, budget: int) -> list[Signal]:
    """The names that look like somebody else's, or that several people's scams lead to, as of a moment."""
    told = rows_of(lake, as_of).to_pylist()
    records: dict[str, list[str]] = defaultdict(list)
    for row in sorted(told, key=lambda row: row["record_id"]):
        records[row["name"].lower()].append(row["record_id"])
    unread = Unread("domains")
    messages = _by_name(lake, as_of, unread)
    looked = (
        unread.attempt(
            next(iter(records.get(name, ["a name in a message"]))),
            _of_name,
            name,
            messages.get(name, []),
            records.get(name, []),
        )
        for name in {*records, *messages}
    )
    found = [one for one in looked if one is not None]
    keep_unread(lake.home, "health.domains-unread", unread)
    named = sorted((one for one in found if one.score >= LIMIT), key=lambda one: (-one.score, one.name))
    return [_signal(one, rank, as_of) for rank, one in enumerate(named[:budget], 1)]


def _by_name(lake: Lake, as_of: datetime, unread: Unread) -> dict[str, list[Read]]:
    found: dict[str, list[Read]] = defaultdict(list)
    for message in read_all(lake, as_of, unread):
        for host in unread.attempt(message.record_id, _hosts, message.text) or ():
            found[host].append(message)
    return found


def _hosts(text: str) -> set[str]:
    """The names in a message in the letters in which they were written: those that only look like a bank's are another's."""
    message = normalise(text)
    places = (address.named for address in addresses_in(message.text))
    return {message.written[start:end].replace("[.]", ".") for start, end in places}


def _of_name(name: str, messages: list[Read], records: list[str]) -> DomainFinding:
    chances = [message.reading.probability or 0.0 for message in messages]
    shown = tuple([message.record_id for message in messages][:EVIDENCE] or records)
    mean = sum(chances) / len(chances) if chances else 0.0
    # By who handed it in: whoever hands in one page a hundred times says one thing.
    return look_at(name, mean, {message.receiver for message in messages}, shown)


def _signal(one: DomainFinding, rank: int, as_of: datetime) -> Signal:
    return Signal(
        kind="domains",
        subject=Subject("domain", one.name),
        probability=one.score,
        rank=rank,
        reasons=one.reasons,
        innocent=one.against,
        as_of=as_of,
        model_version=VERSION,
    )
