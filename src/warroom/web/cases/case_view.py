"""From a case as the services answer it to what its page shows: clocks, who may do what, the river."""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from warroom.access import role_groups
from warroom.cases import sealing
from warroom.cases.resting import why_not
from warroom.cases.views import AppealView, CasePage, ClockKind, HoldView, ProposalView
from warroom.evidence import queries
from warroom.law.rules import repository as law
from warroom.law.views import RuleView
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.orders.views import AnswerView
from warroom.web.actions.shown import of_case
from warroom.web.cases.river.draw import NARROW, draw
from warroom.web.cases.river.lanes import minutes_between
from warroom.web.kit.formats import Clock, Say

EXIT_WARNING = timedelta(minutes=15)
LAPSE_WARNING = timedelta(hours=6)
APPEAL_WARNING = timedelta(hours=1)
FRESH = timedelta(minutes=2)
# Half of what reached a first account has left after about an hour (money/pace.py): an older trail is set off.
STALE = timedelta(hours=1)
# More proposed holds than this are folded under the first ones.
MOST_SHOWN = 25
# So much of the history is shown at once.
RECENT = 12
AT_A_BANK = ("sent", "in_effect", "partly")
ENDABLE = ("proposed", "approved", *AT_A_BANK)


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposed hold and the clock of its likely exit; None where nothing says that it will leave.

    `doubted`: what speaks for the holder outweighs the reasons. An officer ticks such a hold by hand, or not.
    """

    proposal: ProposalView
    clock: Clock | None
    doubted: bool


@dataclass(frozen=True, slots=True)
class ActionLine:
    """A hold, its running clock, the answers each with the kind of order, and what this officer may do."""

    action: HoldView
    clock: Clock | None
    answers: tuple[tuple[str, AnswerView], ...]
    may_release: bool
    may_extend: bool
    second_needed: bool


@dataclass(frozen=True, slots=True)
class AppealLine:
    """An appeal, its clock, and whether this officer may answer it; `why_not` says it where not.

    `leads` marks the one whose answer is what the page asks for: its button alone is filled.
    """

    appeal: AppealView
    clock: Clock | None
    may_answer: bool
    why_not: str
    leads: bool = False


def values(
    case: CasePage,
    officer: Officer,
    ledger: Ledger,
    say: Say,
    compared: dict[str, Any] | None,
    ticked: Collection[int] | None = None,
) -> dict[str, Any]:
    """Everything `case.html` needs. `ticked` are the proposals to show ticked; None is all that nothing outweighs."""
    rules = {rule.id: rule for rule in law.rules(ledger)}
    proposals = [_proposal(one, case, say) for one in case.proposals if one.state == "open"]
    if ticked is None:
        # What speaks for the holder is not outweighed by a default: such a hold is ticked by a person.
        ticked = {line.proposal.id for line in proposals if not line.doubted}
    wanted = [line for line in proposals if line.proposal.id in ticked]
    # The page asks the same rules as the services, so that no button stands there which would only refuse.
    decides = officer.may(*role_groups.HOLD_DECIDERS) and case.row.state == "open"
    refusal = why_not(ledger, officer, case.trail) if decides else None
    appeals = _appeals(case, officer, say, other_button=decides and bool(proposals))
    return {
        "case": case,
        "proposals": proposals,
        "shown": MOST_SHOWN,
        "not_held": [one for one in case.proposals if one.state == "not_held"],
        "declined": [one for one in case.proposals if one.state == "declined"],
        "ticked": ticked,
        "chosen": len(wanted),
        "doubted": sum(line.doubted for line in proposals),
        "total": sum(line.proposal.amount for line in wanted),
        "may_decide": decides,
        "why_not": refusal.told(say.language) if refusal else "",
        "may_take": officer.may(*role_groups.HOLD_RELEASERS)
        and case.owner != officer.name
        and case.row.state == "open",
        "may_clear": officer.may(*role_groups.HOLD_RELEASERS),
        "accounts": {f"hold:{one.id}": one.account for one in case.actions},
        "recent": RECENT,
        "measured": of_case(ledger, officer, case.row.number, say),
        "actions": [_action(one, officer, say, refusal is not None) for one in case.actions],
        "appeals": appeals,
        "appeals_open": any(line.appeal.state == "open" for line in appeals),
        "clocks": _clocks(case, proposals, say),
        "sealed": sealing.sealed_to(ledger, officer, case.row.number),
        "may_seal": officer.may(*role_groups.CASE_SEALERS),
        "evidence": queries.count(ledger, officer, case.row.number)
        if officer.may(*role_groups.EVIDENCE_READERS)
        else None,
        **_rules(rules),
        **_trail(case, compared, say),
    }


def _rules(rules: dict[str, RuleView]) -> dict[str, RuleView | None]:
    return {
        "rule": rules.get(law.HOLD_ON_REPORT),
        "extend_rule": rules.get(law.HOLD_AFTER_COMPLAINT),
        "appeal_rule": rules.get(law.APPEAL),
    }


def _trail(case: CasePage, compared: dict[str, Any] | None, say: Say) -> dict[str, Any]:
    trail = compared or case.trail
    if trail is None:
        return {"trail": None, "compared": False}
    started, as_of = trail["started_at"], datetime.fromisoformat(trail["as_of"])
    return {
        "trail": trail,
        "compared": compared is not None,
        "river": draw(trail),
        "narrow": draw(trail, NARROW),
        "as_of": as_of,
        "fresh": say.now - as_of < FRESH,
        "stale": say.now - as_of > STALE,
        "moment_of": datetime.fromisoformat,
        "minutes_in": lambda moment: max(0.0, minutes_between(started, moment)),
    }


def _proposal(one: ProposalView, case: CasePage, say: Say) -> ProposalLine:
    doubted = any(reason["code"] == "outweighs" for reason in one.innocent_evidence)
    return ProposalLine(one, _exit_clock(one, case, say), doubted)


def _exit_clock(one: ProposalView, case: CasePage, say: Say) -> Clock | None:
    minutes = one.minutes_to_exit
    # Where the records ended nothing is estimated: the minutes are infinite, and a clock needs a moment.
    if minutes is None or not math.isfinite(minutes) or case.trail is None:
        return None
    _ = say.catalog.gettext
    as_of = datetime.fromisoformat(case.trail["as_of"])
    # From the trail's own moment: the estimate was made then, and does not move on with the page.
    until = as_of + timedelta(minutes=minutes)
    return say.clock(
        until, case.row.reported_at, EXIT_WARNING, _("in about {span}"), _("expected {span} ago")
    )


def _clocks(case: CasePage, proposals: list[ProposalLine], say: Say) -> list[Clock]:
    """The head's clock: when the first of what is not yet decided is expected to leave."""
    running = [line.clock for line in proposals if line.clock is not None]
    if not running:
        return []
    _, first = say.catalog.gettext, min(running, key=lambda one: one.until)
    until = datetime.fromtimestamp(first.until, say.zone)
    left, over = _("first exit in about {span}"), _("first exit expected {span} ago")
    return [say.clock(until, case.row.reported_at, EXIT_WARNING, left, over)]


def _action(one: HoldView, officer: Officer, say: Say, brought: bool) -> ActionLine:
    decides = officer.may(*role_groups.HOLD_DECIDERS)
    kinds = {order.order_id: order.kind for order in one.orders}
    extension = one.extension
    waiting = extension is not None and extension.state == "requested"
    mine = extension is not None and extension.requested_by == officer.name
    # Two officers for seven days: neither who asked for them nor who approved the hold is the second.
    second = waiting and not mine and officer.may("supervisor") and not _approved_by(one, officer)
    open_for_request = extension is None or extension.state == "refused"
    return ActionLine(
        action=one,
        clock=_hold_clock(one, say),
        answers=tuple((kinds[answer.order_id], answer) for answer in one.answers),
        may_release=decides and one.state in ENDABLE,
        may_extend=one.state in AT_A_BANK and not brought and ((decides and open_for_request) or second),
        second_needed=second,
    )


def _approved_by(one: HoldView, officer: Officer) -> bool:
    return any(approval.officer == officer.name for approval in one.approvals)


def _hold_clock(one: HoldView, say: Say) -> Clock | None:
    _ = say.catalog.gettext
    running: dict[ClockKind, datetime] = {
        item.kind: item.due for item in one.clocks if item.state == "running"
    }
    if one.state in ("approved", "sent") and "silence" in running:
        patience = law.service_level("silence")
        words = (_("answer expected in {span}"), _("silent, {span} late"))
        return say.clock(running["silence"], running["silence"] - patience, patience / 3, *words)
    if one.state not in ENDABLE:
        return None
    words = (_("lapses in {span}"), _("lapsed {span} ago"))
    return say.clock(one.until, one.approved_at, LAPSE_WARNING, *words)


def _appeals(case: CasePage, officer: Officer, say: Say, other_button: bool) -> list[AppealLine]:
    lines = [_appeal(one, case, officer, say) for one in case.appeals]
    first = next((line for line in lines if line.may_answer), None)
    return [replace(line, leads=line is first and not other_button) for line in lines]


def _appeal(one: AppealView, case: CasePage, officer: Officer, say: Say) -> AppealLine:
    _ = say.catalog.gettext
    if one.state != "open":
        return AppealLine(one, None, False, "")
    # Two clocks of one rule: past the aim, the limit is what still counts.
    over_aim = say.now > one.due_at
    until = one.limit_at if over_aim else one.due_at
    words = (_("at the latest in {span}") if over_aim else _("answer due in {span}"), _("answer {span} late"))
    ticking = say.clock(until, one.filed_at, APPEAL_WARNING, *words)
    why_not = ""
    held = next((action for action in case.actions if action.id == one.action_id), None)
    if not officer.may("appeals"):
        why_not = _("Your roles do not answer appeals.")
    elif held is not None and _approved_by(held, officer):
        why_not = _("You approved this hold; another officer answers the appeal.")
    return AppealLine(one, ticking, not why_not, why_not)
