"""Matching runs: opened within a quota, counted first, and their numbers released by another, named officer.

What a run found lies sealed under the home's key until then. A partner's runs are counted against what was agreed with it.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography.fernet import Fernet
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom import keys
from warroom.access.role_groups import MATCH_OPENERS, MATCH_RELEASERS
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.home import Home
from warroom.ledger.audit import writing
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.partners import mailbox
from warroom.partners.decisions.register import find_agreement
from warroom.partners.schema import MatchRun, PartnerAgreement
from warroom.partners.views import Purpose

KEY_NAME = "matching"
"""The home's secret of matching: the key of what partners ask, and the seal of what we found."""
MOST_NUMBERS = 100_000
"""Of one run; what the benchmark measures."""


def format_period(now: datetime) -> str:
    """The key's period of a moment, a month: tags of one month fit no other."""
    return f"{now:%Y-%m}"


def open_run(
    ledger: Ledger,
    officer: Officer,
    partner: str,
    purpose: Purpose,
    numbers: Sequence[str],
    reason: str,
    *,
    is_enumerated: bool,
    now: datetime | None = None,
) -> int:
    """Open a run of ours; returns its number. `is_enumerated` says that the numbers count through a block.

    Raises NotAllowed, NotFound, NotPossible without a reason, for no or too many numbers, for a block, or outside the agreement.
    """
    if not reason.strip():
        raise NotPossible("partners.reason-missing")
    if not 0 < len(numbers) <= MOST_NUMBERS:
        raise NotPossible("partners.match-count", most=MOST_NUMBERS)
    with open_decision(ledger, officer, *MATCH_OPENERS, now=now) as this:
        if is_enumerated:
            # Committed with the refusal: who tries to count through a block is to be seen.
            _log_refused(ledger, officer, partner, len(numbers), this.now)
            raise NotPossible("partners.match-enumerates")
        if not mailbox.find_partner(this.session, partner, lock=True).match_key:
            raise NotPossible("partners.no-match-key", partner=partner)
        agreement = find_agreement(this.session, partner, purpose, this.now)
        require_quota(this.session, agreement, len(numbers), this.now, ours=True)
        run = _make_run(partner, purpose, len(numbers), this.now)
        run.ours, run.opened_by, run.reason = True, this.person.id, ""
        this.session.add(run)
        this.session.flush()
        detail = {"partner": partner, "purpose": purpose, "asked": len(numbers), "reason": reason.strip()}
        this.log_entry("matching.opened", f"matching:{run.id}", detail)
        return run.id


def _log_refused(ledger: Ledger, officer: Officer, partner: str, count: int, now: datetime) -> None:
    with ledger.open_session() as session:
        detail = {"asked": count, "why": "enumerates"}
        writing.write_audit_row(session, officer, "matching.refused", f"partner:{partner}", detail, at=now)


def _make_run(partner: str, purpose: str, asked: int, now: datetime) -> MatchRun:
    return MatchRun(
        partner=partner,
        purpose=purpose,
        period=format_period(now),
        asked=asked,
        state="opened",
        sealed=b"",
        hits=[],
        opened_at=now,
        reason="",
    )


def admit_run(session: Session, partner: str, purpose: str, period: str, asked: int, now: datetime) -> int:
    """Admit a partner's run, within what was agreed with it; returns its number.

    Raises NotFound, NotPossible without an agreement in force, over its quota, or for another period than now's.
    """
    known = mailbox.find_partner(session, partner, lock=True)
    agreement = find_agreement(session, partner, purpose, now)
    if period != format_period(now):
        raise NotPossible("partners.match-period", period=format_period(now))
    if not 0 < asked <= MOST_NUMBERS:
        raise NotPossible("partners.match-count", most=MOST_NUMBERS)
    require_quota(session, agreement, asked, now, ours=False)
    run = _make_run(known.code, purpose, asked, now)
    run.ours = False
    session.add(run)
    session.flush()
    detail = {"partner": partner, "purpose": purpose, "asked": asked}
    writing.write_audit_row(session, None, "matching.answered", f"matching:{run.id}", detail, at=now)
    return run.id


def require_quota(
    session: Session, agreement: PartnerAgreement, asked: int, now: datetime, *, ours: bool
) -> None:
    """Raises NotPossible where this many more numbers exceed the day's or the month's quota."""
    used_day, used_month = count_used(session, agreement.partner, agreement.purpose, now, ours=ours)
    if used_day + asked > agreement.per_day or used_month + asked > agreement.per_month:
        raise NotPossible(
            "partners.match-quota",
            left=max(0, min(agreement.per_day - used_day, agreement.per_month - used_month)),
        )


def count_used(session: Session, partner: str, purpose: str, now: datetime, *, ours: bool) -> tuple[int, int]:
    """Numbers asked in the last day and the last thirty days. Refused runs count: they were seen by the other side."""

    def count_since(since: datetime) -> int:
        query = select(func.coalesce(func.sum(MatchRun.asked), 0)).where(
            MatchRun.partner == partner,
            MatchRun.ours.is_(ours),
            MatchRun.purpose == purpose,
            MatchRun.opened_at > since,
        )
        return int(session.scalar(query) or 0)

    return count_since(now - timedelta(days=1)), count_since(now - timedelta(days=30))


def note_count(
    ledger: Ledger, home: Home, run_id: int, hits: Sequence[str], *, now: datetime | None = None
) -> int:
    """Note how many numbers both hold; which they are is sealed. Returns the count."""
    with open_decision(ledger, None, now=now) as this:
        run = _lock_run(this.session, run_id)
        run.state, run.count = "counted", len(hits)
        run.sealed = _make_seal(home).encrypt(json.dumps(list(hits)).encode())
        this.log_entry("matching.counted", f"matching:{run.id}", {"partner": run.partner, "count": run.count})
        return run.count


def note_failed(ledger: Ledger, run_id: int, *, now: datetime | None = None) -> None:
    """The other room refused a run, or its proof did not hold."""
    with open_decision(ledger, None, now=now) as this:
        run = _lock_run(this.session, run_id)
        run.state = "refused"
        this.log_entry("matching.failed", f"matching:{run.id}", {"partner": run.partner})


def release_hits(
    ledger: Ledger, home: Home, officer: Officer, run_id: int, reason: str, *, now: datetime | None = None
) -> tuple[str, ...]:
    """Release which numbers matched, under the officer's name and reason. Idempotent.

    Raises NotAllowed for who opened the run, NotFound, NotPossible without a reason or before they were counted.
    """
    if not reason.strip():
        raise NotPossible("partners.reason-missing")
    with open_decision(ledger, officer, *MATCH_RELEASERS, now=now) as this:
        run = _lock_run(this.session, run_id)
        if run.opened_by == this.person.id:
            raise NotAllowed("partners.match-own")
        if run.state == "released":
            return tuple(run.hits)
        if run.state != "counted" or not run.ours:
            raise NotPossible("partners.match-uncounted")
        # Still agreed at this moment: what was counted under an agreement that has ended since is not used.
        find_agreement(this.session, run.partner, run.purpose, this.now)
        run.hits = json.loads(_make_seal(home).decrypt(run.sealed))
        run.state, run.released_by, run.released_at = "released", this.person.id, this.now
        run.reason = reason.strip()
        detail = {"partner": run.partner, "count": len(run.hits), "reason": run.reason}
        this.log_entry("matching.released", f"matching:{run.id}", detail)
        return tuple(run.hits)


def _make_seal(home: Home) -> Fernet:
    secret = hmac.new(keys.load_secret(home, KEY_NAME), b"seal", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(secret))


def _lock_run(session: Session, run_id: int) -> MatchRun:
    run = session.get(MatchRun, run_id, with_for_update=True)
    if run is None:
        raise NotFound("partners.no-such-run")
    return run
