"""The feedback on a case's page after a decision, and the explanation of one that came too late."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from warroom.cases.queries.open_page import Before
from warroom.cases.views import CasePage, HoldView
from warroom.ledger.officers import Officer
from warroom.web.kit.formats import Say


def build_feedback(
    case: CasePage,
    officer: Officer,
    notice_code: str,
    ids: Sequence[int],
    next_case: str,
    speed: int,
    say: Say,
) -> dict[str, Any]:
    """The values of the feedback bar after an approval or a new trace; empty if the address names neither."""
    mine = [hold for hold in case.actions if hold.id in ids and _is_approved_by(hold, officer)]
    if notice_code == "approved" and mine:
        return {"said": "approved", "next": next_case, **_describe_approval(mine, speed, say)}
    if notice_code == "followed":
        line = next((entry for entry in case.history if entry.verb == "case.followed"), None)
        return {"said": "followed", "next": next_case, "line": line} if line is not None else {}
    return {}


def _is_approved_by(one: HoldView, officer: Officer) -> bool:
    return any(approval.officer == officer.name for approval in one.approvals)


def _describe_approval(mine: list[HoldView], speed: int, say: Say) -> dict[str, Any]:
    standing = [hold for hold in mine if hold.state != "taken_back"]
    waiting = [hold for hold in standing if hold.state in ("proposed", "approved") and hold.orders]
    leaves = min((hold.orders[0].leaves_at for hold in waiting), default=say.now)
    back = waiting if leaves > say.now and len(waiting) == len(standing) else []
    usual = max((hold.usual_by for hold in standing if hold.usual_by), default=None)
    return {
        "count": len(standing),
        "total": sum(hold.amount for hold in standing),
        "banks": sorted({hold.bank for hold in standing}),
        "usual": usual,
        "taken_back": len(mine) - len(standing),
        "back": [hold.id for hold in back],
        # The page counts down in real seconds, so the exercise clock's speed is divided out.
        "seconds": max(1, round((leaves - say.now).total_seconds() / max(1, speed))) if back else 0,
    }


def describe_moved_on(
    case: CasePage, before: Iterable[Before], say: Say
) -> tuple[tuple[str, ...], list[int]]:
    """What has become of amounts that an officer wanted held and that are no longer as they saw them, a sentence each;
    and the proposals to tick now: those that stand, and what there is now in the place of others.
    """
    sentences: list[str] = []
    ticked: list[int] = []
    now_open = {
        open_proposal.id: open_proposal for open_proposal in case.proposals if open_proposal.state == "open"
    }
    for earlier in before:
        if earlier.id in now_open:
            ticked.append(earlier.id)
            continue
        at = [
            proposal
            for proposal in now_open.values()
            if (proposal.bank, proposal.account) == (earlier.bank, earlier.account)
        ]
        ticked += [proposal.id for proposal in at]
        sentences.append(_format_moved_amount(earlier, sum(proposal.amount for proposal in at), case, say))
    return tuple(sentences), ticked


def _format_moved_amount(earlier: Before, there: int, case: CasePage, say: Say) -> str:
    _ = say.catalog.gettext
    place = (earlier.bank, earlier.account)
    hold = next(
        (candidate for candidate in reversed(case.actions) if (candidate.bank, candidate.account) == place),
        None,
    )
    facts = {
        "bank": earlier.bank,
        "account": earlier.account,
        "there": say.baht(there),
        "asked": say.baht(earlier.amount),
    }
    answered = _find_answer_time(hold)
    if hold is not None and answered is not None and hold.state != "taken_back":
        facts |= {"there": say.baht(there or hold.held), "time": say.time(answered)}
        if there:
            return _("{bank} answered meanwhile, {time}: {there} was there. Hold that?").format(**facts)
        return _("{bank} answered meanwhile, {time}: {there} was there, and is held.").format(**facts)
    if there:
        return _("{bank}, {account}: {there} is there now, not {asked}. Hold that?").format(**facts)
    if hold is not None and hold.state != "taken_back" and hold.approvals:
        facts["name"] = hold.approvals[0].officer
        return _("{bank}, {account}: {name} has asked for it meanwhile.").format(**facts)
    return _("{bank}, {account}: nothing is to be held there any more.").format(**facts)


def _find_answer_time(hold: HoldView | None) -> datetime | None:
    said = [one.time for one in hold.answers if one.status != "received"] if hold is not None else []
    return min(said, default=None)
