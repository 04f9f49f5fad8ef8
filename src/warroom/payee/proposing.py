"""Flags are proposed here, by the analysis, by victims' reports and by how widely banks are asked about a payee. A proposal
warns nobody: an officer decides on it, or its time is over.
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
from warroom.cases.sealing import unsealed
from warroom.ledger import deadlines
from warroom.ledger.audit.leaf import Entry
from warroom.ledger.audit.writing import append_many
from warroom.ledger.canonical_json import plain
from warroom.ledger.ledger import Ledger
from warroom.money.trail import Account
from warroom.payee.schema import Flag, FlagProbe
from warroom.payee.views import Origin, scam_type_of
from warroom.reasons.reason import Reason
from warroom.signals.in_life import in_life
from warroom.signals.payee import WARN

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

DECIDED_WITHIN = timedelta(days=3)
"""A proposal rests on a week of payments: on an older one nobody should decide."""
REPORTED = timedelta(days=14)
"""How new a report must be to propose a flag: as long as a flag lasts."""
QUIET = {"declined": timedelta(days=14), "appeal": timedelta(days=90)}
"""How long the analysis does not propose an account anew that an officer declined or a holder's appeal set free. A report that
came since does.
"""


@dataclass(frozen=True, slots=True)
class Proposed:
    """An account with what speaks for a flag, the newest of it `at`."""

    account: Account
    origin: Origin
    reasons: tuple[Reason, ...]
    at: datetime
    scam_type: str = ""
    probability: float | None = None
    model_version: str = ""
    signal: str = ""


def propose(ledger: Ledger, lake: "Lake", now: datetime) -> int:
    """Propose what reports and the newest signals say; how many were new. Accounts with a flag or a proposal stay as they are."""
    signals = list(_signals(lake, now))
    with ledger.session() as session:
        # Reports first: of an account that both name, the officer reads what a victim said.
        return _add(session, [*_reports(session, now), *signals], now)


def tell_probed(ledger: Ledger, probed: Mapping[Account, tuple[int, int]], now: datetime) -> None:
    """Tell officers, once a day, of payees who are asked about and not paid: how many were asked, how many let go."""
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
    with ledger.session() as session:
        words = insert(FlagProbe).values(rows).on_conflict_do_nothing()
        new = session.execute(words.returning(FlagProbe.id, FlagProbe.bank, FlagProbe.account)).all()
        if not new:
            return
        found = [
            Proposed(
                Account(row.bank, row.account), "probing", (_probed(probed, row.bank, row.account),), now
            )
            for row in new
        ]
        append_many(session, [Entry(None, "payee.probed", f"probe:{row.id}", {}, None, now) for row in new])
        _add(session, found, now)


def _probed(probed: Mapping[Account, tuple[int, int]], bank: str, number: str) -> Reason:
    asked, abandoned = probed[Account(bank, number)]
    return Reason("payee_probed", {"asked": asked, "abandoned": abandoned})


def _signals(lake: "Lake", now: datetime) -> Iterator[Proposed]:
    # Here and not above: whoever serves checks alone need not load the lake's engine at the start.
    from warroom.signals import store

    if not lake.files("signals"):
        return
    for one in store.last_run(lake, as_of=now):
        # An old run says what was, and a flag is about what comes.
        if one.subject.kind == "account" and one.probability >= WARN and now - one.as_of < DECIDED_WITHIN:
            yield Proposed(
                Account(one.subject.bank, one.subject.number),
                "signal",
                one.reasons,
                one.as_of,
                probability=in_life(one.probability, one.model_version),
                model_version=one.model_version,
                signal=one.record_id,
            )


def _reports(session: Session, now: datetime) -> Iterator[Proposed]:
    """Accounts that victims name, of cases that are sealed to nobody: a proposal is read by every officer of the desk."""
    query = (
        select(
            Claim.payee_bank,
            Claim.payee,
            func.count(Case.id.distinct()),
            func.max(Case.opened_at),
            func.min(Case.scam_type),
        )
        .join(Case, Case.id == Claim.case_id)
        .where(Case.opened_at >= now - REPORTED, unsealed())
        .group_by(Claim.payee_bank, Claim.payee)
    )
    for bank, number, count, at, scam_type in session.execute(query):
        if bank and number:
            reason = Reason("named_in_reports", {"count": count})
            yield Proposed(Account(bank, number), "report", (reason,), at, scam_type)


def _add(session: Session, found: Iterable[Proposed], now: datetime) -> int:
    wanted = {one.account: one for one in reversed(list(found))}
    last = _last(session, wanted)
    rows = [_row(one, now) for one in wanted.values() if _due(one, last.get(one.account))]
    if not rows:
        return 0
    words = insert(Flag).values(rows).on_conflict_do_nothing().returning(Flag.id, Flag.origin)
    new = session.execute(words).all()
    due = [deadlines.Due(row.id, "decide", now + DECIDED_WITHIN) for row in new]
    deadlines.start_many(session, "flag", due, first=True)
    entries = [
        Entry(None, "flag.proposed", f"flag:{row.id}", {"origin": row.origin}, None, now) for row in new
    ]
    append_many(session, entries)
    return len(new)


def _last(session: Session, accounts: Iterable[Account]) -> dict[Account, Flag]:
    """The newest flag of each of these accounts, whatever became of it."""
    numbers = {one.number for one in accounts}
    rows = session.scalars(select(Flag).where(Flag.account.in_(numbers)).order_by(Flag.id))
    return {Account(row.bank, row.account): row for row in rows}


def _due(one: Proposed, last: Flag | None) -> bool:
    """Whether there is something new to decide."""
    if last is None:
        return True
    if last.state in ("proposed", "in_effect"):
        return False
    over = last.ended_at or last.decided_at or last.proposed_at
    quiet = QUIET.get(last.ended_cause or last.state, timedelta(0))
    return one.at > (over if one.origin == "report" else over + quiet)


def _row(one: Proposed, now: datetime) -> dict[str, object]:
    return {
        "bank": one.account.bank,
        "account": one.account.number,
        "state": "proposed",
        "scam_type": scam_type_of(one.scam_type),
        "origin": one.origin,
        "probability": one.probability,
        "model_version": one.model_version,
        "reasons": [plain(reason.as_json()) for reason in one.reasons],
        "signal": one.signal,
        "reference": new_reference(),
        "proposed_at": now,
        "decide_by": now + DECIDED_WITHIN,
        "reason": "",
        "rule_id": "",
        "notice_th": "",
        "notice_en": "",
        "ended_cause": "",
        "ended_reason": "",
        # Of no turn: checks hear of flags once they are decided.
        "turn": 0,
    }
