"""Officers' decisions about the advice on payments: one proposes the thresholds, another puts them into effect, either ends them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from warroom.access import role_groups
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.decision import Decision, logged_read, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow
from warroom.payee import measuring
from warroom.payee.decisions import MOST_HELD_OUT, require_reason
from warroom.payee.schema import AdviceRule
from warroom.payee.views import AdviceEffect, AdviceRuleView, RuleState

LASTS = timedelta(days=30)
"""How long thresholds are in effect: crime changes, and what was right a month ago is looked at again. Chosen, not measured."""


def propose_advice_rule(
    ledger: Ledger,
    officer: Officer,
    wait_from: float,
    ask_from: float,
    held_out: float,
    reason: str,
    key: str,
    *,
    setting: str = "",
    roles: tuple[str, ...] = role_groups.FLAG_DECIDERS,
    now: datetime | None = None,
) -> None:
    """Propose from which probability on payments wait and are asked about, and which share of pairs hears nothing; an earlier
    proposal ends. `setting`: the one of the frontier that it is, by who has one of `roles`. Raises NotPossible for shares out of
    order or no reason; NotAllowed.
    """
    reason = require_reason(reason)
    if not 0 < wait_from <= ask_from <= 1:
        raise NotPossible("payee.advice-shares")
    if not 0 <= held_out <= MOST_HELD_OUT:
        raise NotPossible("payee.trial-share", most=round(100 * MOST_HELD_OUT))
    with open_decision(ledger, officer, *roles, now=now) as this:
        if (
            this.find_earlier_result(key, "advice.proposed", wait_from, ask_from, held_out, reason, setting)
            is not None
        ):
            return
        for earlier in _lock_rules(this.session, "proposed"):
            _end_rule(this, earlier)
        this.session.flush()
        rule = AdviceRule(
            state="proposed",
            wait_from=wait_from,
            ask_from=ask_from,
            held_out=held_out,
            reason=reason,
            proposed_by=this.person.id,
            proposed_at=this.now,
            setting=setting,
        )
        this.session.add(rule)
        this.session.flush()
        this.log_entry("advice.proposed", f"advice-rule:{rule.id}", _build_log_detail(rule))


def confirm_advice_rule(
    ledger: Ledger, officer: Officer, rule_id: int, key: str, *, now: datetime | None = None
) -> None:
    """Put proposed thresholds into effect for 30 days in place of those before. Raises NotAllowed for who proposed them,
    NotPossible where they do not wait any more.
    """
    with open_decision(ledger, officer, *role_groups.FLAG_DECIDERS, now=now) as this:
        if this.find_earlier_result(key, "advice.confirmed", rule_id) is not None:
            return
        this.require_trusted_clock()
        rule = _lock_rule(this.session, rule_id)
        if rule.state != "proposed":
            raise NotPossible("payee.advice-not-waiting")
        if rule.proposed_by == this.person.id:
            raise NotAllowed("payee.own-advice")
        for earlier in _lock_rules(this.session, "in_effect"):
            _end_rule(this, earlier)
        this.session.flush()
        rule.state, rule.confirmed_by, rule.confirmed_at = "in_effect", this.person.id, this.now
        rule.until = this.now + LASTS
        this.log_entry("advice.confirmed", f"advice-rule:{rule.id}", _build_log_detail(rule))


def end_advice_rule(
    ledger: Ledger, officer: Officer, rule_id: int, key: str, *, now: datetime | None = None
) -> None:
    """End thresholds or their proposal; checks follow within a second. Raises NotPossible where they have ended."""
    with open_decision(ledger, officer, *role_groups.FLAG_ENDERS, now=now) as this:
        if this.find_earlier_result(key, "advice.ended", rule_id) is not None:
            return
        rule = _lock_rule(this.session, rule_id)
        if rule.state == "ended":
            raise NotPossible("payee.advice-not-waiting")
        _end_rule(this, rule)


def measure_advice(ledger: Ledger, officer: Officer) -> AdviceEffect:
    """The thresholds in effect and proposed, and what they bring about. Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.FLAG_READERS) as this:
        this.log_list_read("flags")
        rule, proposed = (_find_rule_view(this.session, state) for state in ("in_effect", "proposed"))
        arms, difference = measuring.measure_advice_arms(this.session, rule.id) if rule else ((), (None,) * 3)
        lately = measuring.list_held_back(this.session)
        return AdviceEffect(rule, proposed, arms, *difference, lately=lately)


def _find_rule_view(session: Session, state: RuleState) -> AdviceRuleView | None:
    proposer, confirmer, ender = (aliased(OfficerRow) for _ in range(3))
    row = session.execute(
        select(AdviceRule, proposer.name, confirmer.name, ender.name)
        .join(proposer, proposer.id == AdviceRule.proposed_by)
        .outerjoin(confirmer, confirmer.id == AdviceRule.confirmed_by)
        .outerjoin(ender, ender.id == AdviceRule.ended_by)
        .where(AdviceRule.state == state)
    ).first()
    if row is None:
        return None
    rule, proposed_by, confirmed_by, ended_by = row
    return make_view(
        AdviceRuleView,
        rule,
        proposed_by=proposed_by,
        confirmed_by=confirmed_by or "",
        ended_by=ended_by or "",
    )


def _lock_rule(session: Session, rule_id: int) -> AdviceRule:
    rule = session.scalars(select(AdviceRule).where(AdviceRule.id == rule_id).with_for_update()).first()
    if rule is None:
        raise NotFound("payee.no-such-advice")
    return rule


def _lock_rules(session: Session, state: RuleState) -> Sequence[AdviceRule]:
    return session.scalars(select(AdviceRule).where(AdviceRule.state == state).with_for_update()).all()


def _end_rule(this: Decision, rule: AdviceRule) -> None:
    rule.state, rule.ended_by, rule.ended_at = "ended", this.person.id, this.now
    this.log_entry("advice.ended", f"advice-rule:{rule.id}", {"by": "officer"})


def _build_log_detail(rule: AdviceRule) -> dict[str, object]:
    chosen = {"setting": rule.setting} if rule.setting else {}
    return {
        "wait_from": rule.wait_from,
        "ask_from": rule.ask_from,
        "held_out": rule.held_out,
        "reason": rule.reason,
        "until": rule.until,
    } | chosen
