"""A run over host names: those reported by registrars, and those in messages that people handed in."""

from collections import defaultdict
from datetime import datetime

import pyarrow as pa

from warroom.lake.lake import Lake
from warroom.signals.addresses.addresses import iter_addresses
from warroom.signals.addresses.look_alike import LIMIT
from warroom.signals.domains.finding import DomainFinding, examine_domain
from warroom.signals.messages.normal import normalise_message
from warroom.signals.messages.run import ReadMessage, read_all
from warroom.signals.signal import EVIDENCE, Signal
from warroom.signals.unread_texts import keep_unread
from warroom.subjects.subject import Subject
from warroom.unread import UnreadTexts

VERSION = "domains-1"
"""Version of the rules; any change in what they find needs a new one."""


def load_name_rows(lake: Lake, as_of: datetime) -> pa.Table:
    """Host names received by a moment, with their record ids."""
    return lake.query_rows("domains", as_of).select("record_id", "name").to_pyarrow()


def run(lake: Lake, as_of: datetime, budget: int) -> list[Signal]:
    """Signals of names that imitate somebody else's, or that several people's scam messages link to, as of a
    moment.
    """
    name_rows = load_name_rows(lake, as_of).to_pylist()
    records: dict[str, list[str]] = defaultdict(list)
    for row in sorted(name_rows, key=lambda row: row["record_id"]):
        records[row["name"].lower()].append(row["record_id"])
    unread = UnreadTexts("domains")
    messages = _group_messages_by_name(lake, as_of, unread)
    looked = (
        unread.try_reading(
            next(iter(records.get(name, ["a name in a message"]))),
            _examine_name,
            name,
            messages.get(name, []),
            records.get(name, []),
        )
        # A name may be known from a registrar, from messages, or from both; it is examined once.
        for name in {*records, *messages}
    )
    findings = [finding for finding in looked if finding is not None]
    keep_unread(lake.home, "health.domains-unread", unread)
    named = sorted(
        (finding for finding in findings if finding.score >= LIMIT),
        key=lambda finding: (-finding.score, finding.name),
    )
    return [_to_signal(finding, rank, as_of) for rank, finding in enumerate(named[:budget], 1)]


def _group_messages_by_name(lake: Lake, as_of: datetime, unread: UnreadTexts) -> dict[str, list[ReadMessage]]:
    found: dict[str, list[ReadMessage]] = defaultdict(list)
    for message in read_all(lake, as_of, unread):
        for host in unread.try_reading(message.record_id, _extract_hosts, message.text) or ():
            found[host].append(message)
    return found


def _extract_hosts(text: str) -> set[str]:
    """The hosts in a message as they were written: one in look-alike letters is not the bank's."""
    message = normalise_message(text)
    places = (address.named for address in iter_addresses(message.text))
    return {message.written[start:end].replace("[.]", ".") for start, end in places}


def _examine_name(name: str, messages: list[ReadMessage], records: list[str]) -> DomainFinding:
    chances = [message.reading.probability or 0.0 for message in messages]
    shown = tuple([message.record_id for message in messages][:EVIDENCE] or records)
    mean = sum(chances) / len(chances) if chances else 0.0
    # By who handed it in: a person who hands in one page a hundred times counts once.
    return examine_domain(name, mean, {message.receiver for message in messages}, shown)


def _to_signal(finding: DomainFinding, rank: int, as_of: datetime) -> Signal:
    return Signal(
        kind="domains",
        subject=Subject("domain", finding.name),
        probability=finding.score,
        rank=rank,
        reasons=finding.reasons,
        innocent=finding.against,
        as_of=as_of,
        model_version=VERSION,
    )
