"""Reads flags, for officers and for banks."""

from collections.abc import Sequence

from sqlalchemy import exists, func, select, update

from warroom import clock
from warroom.access import masking, role_groups
from warroom.access.views import Partner
from warroom.bilingual.texts import Texts
from warroom.cases.schema import Hold
from warroom.errors import NotFound
from warroom.ledger import officers
from warroom.ledger.audit import writing
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.payee import measuring, quiet, rows
from warroom.payee.proposing import REPORTED
from warroom.payee.schema import Flag
from warroom.payee.views import FlagEffect, FlagList, FlagNotice, FlagState, FlagView, TrialView
from warroom.subjects import spelling

NOTICES = 500
"""Notices in one answer; a bank asks again for more. Chosen, not measured."""


def list_flags(
    ledger: Ledger, officer: Officer, state: FlagState = "proposed", *, limit: int = 50, offset: int = 0
) -> FlagList:
    """Flags of one state: proposals of accounts with held money first, then by their time to decide; others the newest first. Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.FLAG_READERS) as this:
        this.log_list_read("flags")
        session = this.session
        counts = dict(session.execute(select(Flag.state, func.count()).group_by(Flag.state)).all())
        # Money is held there already, by an officer's decision: the next payer should be warned first.
        held = exists().where(Hold.bank == Flag.bank, Hold.account == Flag.account, Hold.active > 0)
        proposed = (held.desc(), Flag.decide_by, Flag.id)
        order = proposed if state == "proposed" else (Flag.id.desc(),)
        query = select(Flag).where(Flag.state == state).order_by(*order).limit(limit).offset(offset)
        flag_list = FlagList(
            tuple(rows.build_flag_views(session, session.scalars(query))),
            counts.get(state, 0),
            counts,
            tuple(quiet.list_reported_unlisted(session, this.now - REPORTED, this.now))
            if state == "proposed"
            else (),
        )
        return masking.redact(officers.to_officer(this.person), flag_list)


def load_flag(ledger: Ledger, officer: Officer, flag_id: int) -> FlagView:
    """A flag with its appeals and probes; the access is logged. Raises NotAllowed, NotFound."""
    with logged_read(ledger, officer, *role_groups.FLAG_READERS) as this:
        flag_views = rows.build_flag_views(
            this.session, this.session.scalars(select(Flag).where(Flag.id == flag_id))
        )
        if not flag_views:
            raise NotFound("payee.no-such-flag")
        this.log_entry("flag.read", f"flag:{flag_id}")
        return masking.redact(officers.to_officer(this.person), flag_views[0])


def measure_effect(ledger: Ledger, officer: Officer) -> FlagEffect:
    """The measured effect of flags, over all banks. Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.FLAG_READERS) as this:
        this.log_list_read("flags")
        return measuring.measure_trial(this.session)


def find_running_trial(ledger: Ledger) -> TrialView | None:
    """The running trial; None for none. It is a figure about no account, so no officer is required."""
    with ledger.open_session() as session:
        running = measuring.newest_trial(session)
        return running if running is not None and running.share else None


def measure_effect_at_bank(ledger: Ledger, partner: Partner) -> FlagEffect:
    """The measured effect of flags on a bank's own payments."""
    with ledger.open_session() as session:
        return measuring.measure_trial(session, partner.code)


def list_bank_notices(ledger: Ledger, partner: Partner, after: int = 0) -> Sequence[FlagNotice]:
    """Notices for a bank's own customers, newer than the number `after`, the oldest first. The same number gives the same
    notices again, so that a lost answer loses none.
    """
    at = clock.get_now()
    newer = (Flag.turn > after, Flag.notice_th != "", Flag.ended_cause != "renewal")
    query = select(Flag).where(*newer, Flag.bank == spelling.spell_bank(partner.code))
    with ledger.open_session() as session:
        flags = list(session.scalars(query.order_by(Flag.turn, Flag.id).limit(NOTICES)))
        if len(flags) == NOTICES:
            # Flags decided together share a number, and the limit may have cut the last group: leave it for
            # the next call.
            flags = [row for row in flags if row.turn < flags[-1].turn]
        flags = quiet.withhold_notices(session, flags, at)
        fresh = [row.id for row in flags if row.noticed_at is None]
        if fresh:
            session.execute(update(Flag).where(Flag.id.in_(fresh)).values(noticed_at=at))
            detail = {"flags": fresh, "partner": partner.code}
            writing.write_audit_row(session, None, "flag.noticed", f"partner:{partner.code}", detail, at=at)
        return [_to_notice(row) for row in flags]


def _to_notice(row: Flag) -> FlagNotice:
    return FlagNotice(
        row.turn,
        row.account,
        row.reference,
        Texts(row.notice_th, row.notice_en),
        row.until,
        row.state == "ended",
        row.ended_at or row.decided_at or row.proposed_at,
    )
