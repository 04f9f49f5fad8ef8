"""The reports of a country as cases: which payments each names, and the trail as the room's records show it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa

from warroom import clock
from warroom.errors import TraceError
from warroom.money.trace.tracing import trace
from warroom.money.trail import BankAccount, Method, Trail
from warroom_lab.evaluation.growing_index import LiveIndex
from warroom_lab.evaluation.policy import FollowedTrails, PolicyRoom, RoomNews


@dataclass
class FollowedCase:
    """What several reports of the same payments have in common. `names`: the payments, as the records call them.

    `unknown`: what reporters named and no record bears yet; `searched`: whether all records were searched for it.
    """

    report: str
    unknown: set[str]
    searched: bool = False
    names: set[str] = field(default_factory=set)
    trail: Trail | None = None
    traced: int = 0
    stale: bool = True
    watches: set[int] = field(default_factory=set)


@dataclass
class FollowedCases:
    """All cases of one policy, each followed again when records change what is known of its trail."""

    method: Method = "fifo"
    open: dict[str, FollowedCase] = field(default_factory=dict)
    by_name: dict[str, FollowedCase] = field(default_factory=dict)
    watched: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    numbers: dict[BankAccount, int] = field(default_factory=dict)

    def update_cases(self, room: PolicyRoom, heard: RoomNews) -> None:
        """Open cases for new reports, and mark those whose trail may have changed."""
        for report in heard.reports:
            self.open[report.record_id] = FollowedCase(report.record_id, set(report.transfer_ids))
        # Gathered first: bringing two cases together takes one of them out of the mapping.
        for case in [case for case in self.open.values() if case.unknown]:
            if not case.searched or not heard.payment_references.isdisjoint(case.unknown):
                self._resolve_payments(case, room.records)
        self.mark_stale_trails(heard.moved)

    def mark_stale_trails(self, accounts: Iterable[int]) -> None:
        """A payment left each of these accounts: the trails that ended there are stale."""
        for account in accounts:
            for name in self.watched.get(account, ()):
                if name in self.open:
                    self.open[name].stale = True

    def trace_case(self, case: FollowedCase, room: PolicyRoom) -> Trail | None:
        """Follow a case with what is known now; None where nothing of it can be followed."""
        case.traced, case.stale = room.now, False
        if not case.names:
            return None
        try:
            case.trail = trace(
                room.records,
                room.records.current_index,
                sorted(case.names),
                method=self.method,
                as_of=clock.from_micros(room.now),
            )
        # Nothing can be followed now; what was found before still stands, and a
        # record may come that changes it.
        except TraceError:
            return case.trail
        self._watch_accounts(
            # Only where money still lies: a payment from elsewhere cannot change this trail.
            case,
            {
                self.find_account_number(room.records, on.account)
                for on in case.trail.accounts
                if on.still_there
            },
        )
        return case.trail

    def _watch_accounts(self, case: FollowedCase, accounts: set[int]) -> None:
        """From now on a payment that leaves one of these accounts makes the case's trail stale."""
        for account in case.watches - accounts:
            self.watched[account].discard(case.report)
        for account in accounts - case.watches:
            self.watched[account].add(case.report)
        case.watches = accounts

    def collect_followed_trails(self, room: PolicyRoom) -> FollowedTrails:
        """What the trails of all cases show now."""
        followed = FollowedTrails()
        for case in self.open.values():
            # What no payment has left since is as it was: to follow it again would show the same.
            trail = self.trace_case(case, room) if case.stale or case.trail is None else case.trail
            steps = trail.steps if trail is not None else ()
            followed.payments[case.report] = {step.record_id: step.traced for step in steps}
        return followed

    def find_account_number(self, records: LiveIndex, account: BankAccount) -> int:
        """An account's number in the country."""
        if account not in self.numbers:
            bank, number = pa.array([account.bank]), pa.array([account.number])
            self.numbers[account] = int(records.current_index.account_ids(bank, number)[0])
        return self.numbers[account]

    def _resolve_payments(self, case: FollowedCase, records: LiveIndex) -> None:
        """Find the payments that a report names; one that another case follows already brings both together."""
        case.searched = True
        # In one order, since sets have none from run to run, and which case a payment joins decides what is
        # ordered.
        for text in sorted(case.unknown):
            name = _find_payment_name(records, text)
            if name is None:
                continue
            case.unknown.discard(text)
            # The first report to name a payment has it, as in the room (`cases.claims`).
            other = self.by_name.setdefault(name, case)
            if other is not case and case.report in self.open:
                self._merge_cases(case, other)
                return
            case.names.add(name)
            case.stale = True

    def _merge_cases(self, case: FollowedCase, other: FollowedCase) -> None:
        """The later case becomes part of the earlier: one baht serves one victim."""
        for name in case.names:
            self.by_name[name] = other
        other.names |= case.names
        other.unknown |= case.unknown
        # It has names now that nobody has looked for on its behalf.
        other.searched, other.stale = False, True
        del self.open[case.report]


def _find_payment_name(records: LiveIndex, text: str) -> str | None:
    """The record that a number or a reference stands for, as source:record_id."""
    index = records.current_index
    for kind in ("record", "uetr", "end_to_end"):
        numbers = index.find_transfers(kind, text)
        if numbers:
            source, record = index.list_record_ids(numbers[:1])[0]
            return f"{source}:{record}"
    return None
