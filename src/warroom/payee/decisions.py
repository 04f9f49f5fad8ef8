"""Officers' decisions about flags: each has an officer, a reason and an end, and every step is a row of the log."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from warroom.access import role_groups
from warroom.cases import objection
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.law.rules import repository as law
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.payee import quiet, rows
from warroom.payee.in_force import take_next_turn
from warroom.payee.schema import Flag, FlagAppeal, FlagTrial
from warroom.payee.views import SCAM_TYPES, FlagView

LASTS = timedelta(days=14)
"""How long a flag is in effect; a renewal is a new decision. Chosen, not measured."""
AT_ONCE = 50
"""Flags in one decision, at most: nobody reads more before deciding. Chosen, not measured."""
# Characters of a reason. Chosen, not measured.
LONGEST = 1_000
# Half of the pairs: with equal arms a trial is most precise, and a larger share would only leave people
# unwarned.
MOST_HELD_OUT = 0.5


def flag_many(
    ledger: Ledger,
    officer: Officer,
    ids: Sequence[int],
    reason: str,
    key: str,
    *,
    scam_type: str = "",
    now: datetime | None = None,
) -> tuple[FlagView, ...]:
    """Put 1 to 50 proposals into effect for 14 days, with one reason; `scam_type` replaces the kind of fraud that the
    warning names. All or none: raises NotPossible where one was decided meanwhile, none was chosen, the reason is empty
    or no lawyer confirmed the rule; NotFound, NotAllowed.
    """

    def flag_accounts(this: Decision, flags: list[Flag]) -> None:
        this.require_trusted_clock()
        quiet.require_not_silent(this.session, flags, this.now)
        rule = law.usable_rule(this.session, rows.RULE, this.now)
        for flag in flags:
            flag.scam_type = scam_type or flag.scam_type
            _take_effect(this, flag, "flag", rule)
            this.log_entry("flag.decided", f"flag:{flag.id}", _build_log_detail(flag))
        _start_clocks(this, flags)

    if scam_type and scam_type not in SCAM_TYPES:
        raise NotPossible("payee.no-such-scam-type")
    return _decide_flags(ledger, officer, ids, reason, key, ("flag", scam_type), flag_accounts, now)


def decline_many(
    ledger: Ledger, officer: Officer, ids: Sequence[int], reason: str, key: str
) -> tuple[FlagView, ...]:
    """Decline proposals: nobody is warned, and the analysis does not propose these accounts for 14 days. Raises as `flag_many`."""

    def decline(this: Decision, found: list[Flag]) -> None:
        for one in found:
            one.state = "declined"
            this.log_entry("flag.declined", f"flag:{one.id}", {"reason": one.reason})
        deadlines.meet_deadlines_of_many(this.session, "flag", [one.id for one in found])

    return _decide_flags(ledger, officer, ids, reason, key, ("decline",), decline)


def _decide_flags(
    ledger: Ledger,
    officer: Officer,
    ids: Sequence[int],
    reason: str,
    key: str,
    asked: tuple[str, ...],
    work: Callable[[Decision, list[Flag]], None],
    now: datetime | None = None,
) -> tuple[FlagView, ...]:
    wanted, reason = sorted(set(ids)), require_reason(reason)
    if not 0 < len(wanted) <= AT_ONCE:
        raise NotPossible("payee.flags-chosen", most=AT_ONCE)
    with open_decision(ledger, officer, *role_groups.FLAG_DECIDERS, now=now) as this:
        if this.find_earlier_result(key, "flags", *asked, wanted, reason) is None:
            flags = rows.lock_flags(this.session, wanted)
            # All or none: an officer who decided on fifty must not wonder which of them took effect.
            if over := [flag.account for flag in flags if flag.state != "proposed"]:
                raise NotPossible("payee.flag-decided-meanwhile", account=over[0])
            # Half-changed rows violate the table's constraint: queries in between must not flush them.
            with this.session.no_autoflush:
                for flag in flags:
                    flag.reason, flag.decided_by, flag.decided_at = reason, this.person.id, this.now
                work(this, flags)
            # Last: it locks the counter of changes until the commit, and so every other change of flags.
            turn = take_next_turn(this.session)
            for flag in flags:
                flag.turn = turn
        return tuple(rows.build_flag_views(this.session, rows.lock_flags(this.session, wanted)))


def _take_effect(this: Decision, flag: Flag, kind: str, rule: law.Rule) -> None:
    flag.state, flag.until, flag.rule_id = "in_effect", this.now + LASTS, rule.id
    told = rows.build_holder_notice(kind, flag, rule)
    flag.notice_th, flag.notice_en, flag.noticed_at = told.th, told.en, None


def _start_clocks(this: Decision, flags: list[Flag]) -> None:
    deadlines.meet_deadlines_of_many(this.session, "flag", [flag.id for flag in flags])
    due = [deadlines.NewDeadline(flag.id, "lapse", flag.until) for flag in flags if flag.until is not None]
    deadlines.start_deadlines(this.session, "flag", due)


def _build_log_detail(flag: Flag) -> dict[str, object]:
    return {
        "reason": flag.reason,
        "until": flag.until,
        "origin": flag.origin,
        "probability": flag.probability,
        "model": flag.model_version,
        "scam_type": flag.scam_type,
        "renewed_from": flag.renewed_from,
    }


def end_flag(
    ledger: Ledger, officer: Officer, flag_id: int, reason: str, key: str, *, now: datetime | None = None
) -> FlagView:
    """End a flag before its time; checks follow within a second. Raises NotPossible where it is not in effect."""
    reason = require_reason(reason)
    with open_decision(ledger, officer, *role_groups.FLAG_ENDERS, now=now) as this:
        if this.find_earlier_result(key, "flag.ended", flag_id, reason) is None:
            (flag,) = _in_effect(this, flag_id)
            rows.terminate_flag(this.session, flag, "officer", this.person, reason, this.now)
            this.log_entry("flag.ended", f"flag:{flag.id}", {"cause": "officer", "reason": reason})
        return rows.build_flag_views(this.session, rows.lock_flags(this.session, [flag_id]))[0]


def renew_flag(
    ledger: Ledger, officer: Officer, flag_id: int, reason: str, key: str, *, now: datetime | None = None
) -> FlagView:
    """Renew a flag: it ends, and a new one of 14 days begins now, with the same public code and this officer's name. Raises
    NotPossible where it is not in effect, or its holder's appeal is open.
    """
    reason = require_reason(reason)
    with open_decision(ledger, officer, *role_groups.FLAG_DECIDERS, now=now) as this:
        known = this.find_earlier_result(key, "flag.renewed", flag_id, reason)
        if known is not None:
            return rows.build_flag_views(this.session, rows.lock_flags(this.session, [int(known[0])]))[0]
        this.require_trusted_clock()
        (flag,) = _in_effect(this, flag_id)
        quiet.require_not_silent(this.session, [flag], this.now)
        if this.session.query(FlagAppeal).filter_by(flag_id=flag.id, state="open").first() is not None:
            raise NotPossible("payee.flag-appealed")
        rows.terminate_flag(this.session, flag, "renewal", this.person, reason, this.now)
        # The old flag ends first: the table allows one open flag an account.
        this.session.flush()
        fresh = _make_renewal(this, flag, reason)
        this.log_entry("flag.ended", f"flag:{flag.id}", {"cause": "renewal", "reason": reason})
        this.log_entry("flag.renewed", f"flag:{fresh.id}", _build_log_detail(fresh))
        this.save_result(fresh.id)
        return rows.build_flag_views(this.session, [fresh])[0]


SAME = ("bank", "account", "scam_type", "origin", "probability", "model_version", "reasons", "signal")


def _make_renewal(this: Decision, flag: Flag, reason: str) -> Flag:
    fresh = Flag(
        **{name: getattr(flag, name) for name in SAME},
        state="in_effect",
        reference=flag.reference,
        proposed_at=flag.proposed_at,
        decide_by=flag.decide_by,
        decided_by=this.person.id,
        decided_at=this.now,
        reason=reason,
        until=this.now + LASTS,
        rule_id="",
        notice_th="",
        notice_en="",
        renewed_from=flag.id,
        ended_cause="",
        ended_reason="",
        turn=flag.turn,
    )
    this.session.add(fresh)
    this.session.flush()
    _take_effect(this, fresh, "renewal", law.usable_rule(this.session, rows.RULE, this.now))
    _start_clocks(this, [fresh])
    return fresh


def answer_flag_appeal(
    ledger: Ledger, officer: Officer, appeal_id: int, uphold: bool, reason: str
) -> FlagView:
    """Answer a holder's appeal: `uphold` True keeps the flag, False ends it at once. The same answer again changes nothing.
    Raises NotAllowed for who decided the flag, NotPossible for no reason or an appeal that was answered otherwise.
    """
    reason, state = require_reason(reason), "upheld" if uphold else "granted"
    with open_decision(ledger, officer, *role_groups.FLAG_APPEALS) as this:
        seen = this.session.get(FlagAppeal, appeal_id)
        if seen is None:
            raise NotFound("payee.no-such-appeal")
        # The flag is locked first, as everywhere; the appeal is read again once no other officer can answer
        # it.
        (flag,) = rows.lock_flags(this.session, [seen.flag_id])
        appeal = this.session.get_one(FlagAppeal, appeal_id, populate_existing=True)
        if flag.decided_by == this.person.id:
            raise NotAllowed("payee.own-flag")
        if appeal.state not in ("open", state):
            raise NotPossible("payee.appeal-answered")
        if appeal.state == "open":
            _answer_appeal(this, flag, appeal, state, reason)
        return rows.build_flag_views(this.session, [flag])[0]


def _answer_appeal(this: Decision, flag: Flag, appeal: FlagAppeal, state: str, reason: str) -> None:
    objection.answer_objection(this, appeal, state, reason, "flag", flag.id)
    this.log_entry(f"flag.appeal-{state}", f"flag:{flag.id}", {"appeal": appeal.id, "reason": reason})
    if state == "granted" and flag.state == "in_effect":
        rows.terminate_flag(this.session, flag, "appeal", this.person, reason, this.now)
        this.log_entry("flag.ended", f"flag:{flag.id}", {"cause": "appeal", "reason": reason})


def set_trial(ledger: Ledger, officer: Officer, share: float, reason: str, key: str) -> None:
    """Start a trial that holds this share (0 to 0.5) of payer-payee pairs out of flags, to measure the flags' effect; 0
    ends it. Raises NotPossible for another share or no reason.
    """
    reason = require_reason(reason)
    if not 0 <= share <= MOST_HELD_OUT:
        raise NotPossible("payee.trial-share", most=round(100 * MOST_HELD_OUT))
    with open_decision(ledger, officer, *role_groups.FLAG_DECIDERS) as this:
        if this.find_earlier_result(key, "flags.trial", share, reason) is not None:
            return
        trial = FlagTrial(share=share, reason=reason, officer_id=this.person.id, at=this.now)
        this.session.add(trial)
        this.session.flush()
        take_next_turn(this.session)
        this.log_entry("flags.trial", f"flag-trial:{trial.id}", {"share": share, "reason": reason})


def _in_effect(this: Decision, flag_id: int) -> list[Flag]:
    found = rows.lock_flags(this.session, [flag_id])
    if found[0].state != "in_effect":
        raise NotPossible("payee.flag-over")
    return found


def require_reason(reason: str) -> str:
    """The reason on one line; raises NotPossible for an empty one. A flag without a reason could not be appealed."""
    said = " ".join(reason.split())[:LONGEST]
    if not said:
        raise NotPossible("payee.reason-missing")
    return said
