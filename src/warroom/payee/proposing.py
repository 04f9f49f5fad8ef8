"""Proposes flags from signals, victims' reports and detected probing. A proposal
warns nobody: an officer decides on it, or it expires.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.cases.references import new_reference
from warroom.cases.schema import Case, Claim
from warroom.cases.sealing import is_unsealed
from warroom.incoming import silence
from warroom.ledger import deadlines
from warroom.ledger.audit.leaf import AuditEntry
from warroom.ledger.audit.writing import write_audit_rows
from warroom.ledger.canonical_json import to_json_value
from warroom.ledger.ledger import Ledger
from warroom.money.trail import BankAccount
from warroom.payee.schema import Flag, FlagProbe
from warroom.payee.views import Origin, to_scam_type
from warroom.reasons.reason import Reason
from warroom.signals.in_life import scale_to_life
from warroom.signals.payee import WARN

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

DECIDED_WITHIN = timedelta(days=3)
"""How long a proposal waits: its evidence is a week of payments, and an older one is out of date. Chosen, not measured."""
REPORTED = timedelta(days=14)
"""How new a report must be to propose a flag: as long as a flag lasts."""
QUIET = {"declined": timedelta(days=14), "appeal": timedelta(days=90)}
"""How long the analysis does not propose an account again after an officer declined it or a holder's appeal was granted.
A later report overrides this. Chosen, not measured.
"""


@dataclass(frozen=True, slots=True)
class Proposed:
    """An account with the reasons for a flag; `at` is the time of the newest."""

    account: BankAccount
    origin: Origin
    reasons: tuple[Reason, ...]
    at: datetime
    scam_type: str = ""
    probability: float | None = None
    model_version: str = ""
    signal: str = ""


def propose_flags(ledger: Ledger, lake: "Lake", now: datetime) -> int:
    """Propose flags from reports and the newest signals; returns the number of new ones. Accounts with an open flag or proposal
    are skipped."""
    signals = list(_iter_signal_proposals(lake, now))
    with ledger.open_session() as session:
        # Reports first: for an account that both name, the officer reads the victim's report.
        return _add_proposals(session, [*_iter_report_proposals(session, now), *signals], now)


def tell_probed(ledger: Ledger, probed: Mapping[BankAccount, tuple[int, int]], now: datetime) -> None:
    """Report to officers, once a day for each account, payees that are asked about and not paid, with both counts."""
    if not probed:
        return
    rows = [
        {
            "bank": account.bank,
            "account": account.number,
            "day": now.date(),
            "asked": asked,
            "abandoned": abandoned,
            "at": now,
        }
        for account, (asked, abandoned) in probed.items()
    ]
    with ledger.open_session() as session:
        words = insert(FlagProbe).values(rows).on_conflict_do_nothing()
        new = session.execute(words.returning(FlagProbe.id, FlagProbe.bank, FlagProbe.account)).all()
        if not new:
            return
        proposals = [
            Proposed(
                BankAccount(row.bank, row.account),
                "probing",
                (_make_probe_reason(probed, row.bank, row.account),),
                now,
            )
            for row in new
        ]
        write_audit_rows(
            session, [AuditEntry(None, "payee.probed", f"probe:{row.id}", {}, None, now) for row in new]
        )
        _add_proposals(session, proposals, now)


def _make_probe_reason(probed: Mapping[BankAccount, tuple[int, int]], bank: str, number: str) -> Reason:
    asked, abandoned = probed[BankAccount(bank, number)]
    return Reason("payee_probed", {"asked": asked, "abandoned": abandoned})


def _iter_signal_proposals(lake: "Lake", now: datetime) -> Iterator[Proposed]:
    # Imported here: a process that serves checks alone need not load the lake's engine at the start.
    from warroom.signals import store

    if not lake.list_files("signals"):
        return
    for signal in store.load_last_run(lake, as_of=now):
        # Only a recent run: a flag is about coming payments.
        if (
            signal.subject.kind == "account"
            and signal.probability >= WARN
            and now - signal.as_of < DECIDED_WITHIN
        ):
            yield Proposed(
                BankAccount(signal.subject.bank, signal.subject.number),
                "signal",
                signal.reasons,
                signal.as_of,
                probability=scale_to_life(signal.probability, signal.model_version),
                model_version=signal.model_version,
                signal=signal.record_id,
            )


def _iter_report_proposals(session: Session, now: datetime) -> Iterator[Proposed]:
    """Accounts named by victims in cases that are not sealed: every officer of the desk reads a proposal."""
    query = (
        select(
            Claim.payee_bank,
            Claim.payee,
            func.count(Case.id.distinct()),
            func.max(Case.opened_at),
            func.min(Case.scam_type),
        )
        .join(Case, Case.id == Claim.case_id)
        .where(Case.opened_at >= now - REPORTED, is_unsealed())
        .group_by(Claim.payee_bank, Claim.payee)
    )
    for bank, number, count, at, scam_type in session.execute(query):
        if bank and number:
            reason = Reason("named_in_reports", {"count": count})
            yield Proposed(BankAccount(bank, number), "report", (reason,), at, scam_type)


def _add_proposals(session: Session, proposals: Iterable[Proposed], now: datetime) -> int:
    wanted = {proposal.account: proposal for proposal in reversed(list(proposals))}
    # Listing comes last: a listed account is left by its users, and nothing more can be held there.
    unlisted = silence.find_unlisted_accounts(session, list(wanted), now)
    wanted = {account: proposal for account, proposal in wanted.items() if account not in unlisted}
    last = _load_last_flags(session, wanted)
    rows = [
        _to_row(proposal, now)
        for proposal in wanted.values()
        if _is_due(proposal, last.get(proposal.account))
    ]
    if not rows:
        return 0
    words = insert(Flag).values(rows).on_conflict_do_nothing().returning(Flag.id, Flag.origin)
    new = session.execute(words).all()
    due = [deadlines.NewDeadline(row.id, "decide", now + DECIDED_WITHIN) for row in new]
    deadlines.start_deadlines(session, "flag", due, first=True)
    entries = [
        AuditEntry(None, "flag.proposed", f"flag:{row.id}", {"origin": row.origin}, None, now) for row in new
    ]
    write_audit_rows(session, entries)
    return len(new)


def _load_last_flags(session: Session, accounts: Iterable[BankAccount]) -> dict[BankAccount, Flag]:
    """The newest flag of each of these accounts, in any state."""
    numbers = {one.number for one in accounts}
    rows = session.scalars(select(Flag).where(Flag.account.in_(numbers)).order_by(Flag.id))
    return {BankAccount(row.bank, row.account): row for row in rows}


def _is_due(proposal: Proposed, last: Flag | None) -> bool:
    """Whether the proposal is newer than the last decision on the account, after any quiet time."""
    if last is None:
        return True
    if last.state in ("proposed", "in_effect"):
        return False
    over = last.ended_at or last.decided_at or last.proposed_at
    quiet = QUIET.get(last.ended_cause or last.state, timedelta(0))
    return proposal.at > (over if proposal.origin == "report" else over + quiet)


def _to_row(proposal: Proposed, now: datetime) -> dict[str, object]:
    return {
        "bank": proposal.account.bank,
        "account": proposal.account.number,
        "state": "proposed",
        "scam_type": to_scam_type(proposal.scam_type),
        "origin": proposal.origin,
        "probability": proposal.probability,
        "model_version": proposal.model_version,
        "reasons": [to_json_value(reason.as_json()) for reason in proposal.reasons],
        "signal": proposal.signal,
        "reference": new_reference(),
        "proposed_at": now,
        "decide_by": now + DECIDED_WITHIN,
        "reason": "",
        "rule_id": "",
        "notice_th": "",
        "notice_en": "",
        "ended_cause": "",
        "ended_reason": "",
        # Turn 0: checks load a flag only once it is decided.
        "turn": 0,
    }
