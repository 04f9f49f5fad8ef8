"""What a case's page says after an act, and before one that came too late: how many, how much, to whom, and what next."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from warroom.cases.queries.open_page import Before
from warroom.cases.views import CasePage, HoldView
from warroom.ledger.officers import Officer
from warroom.web.kit.formats import Say


def feedback(
    case: CasePage, officer: Officer, said: str, ids: Sequence[int], next_case: str, speed: int, say: Say
) -> dict[str, Any]:
    """What the bar above the case tells after an approval or a following; empty where the address names neither."""
    mine = [one for one in case.actions if one.id in ids and _approved_by(one, officer)]
    if said == "approved" and mine:
        return {"said": "approved", "next": next_case, **_approved(mine, speed, say)}
    if said == "followed":
        line = next((one for one in case.history if one.verb == "case.followed"), None)
        return {"said": "followed", "next": next_case, "line": line} if line is not None else {}
    return {}


def _approved_by(one: HoldView, officer: Officer) -> bool:
    return any(approval.officer == officer.name for approval in one.approvals)


def _approved(mine: list[HoldView], speed: int, say: Say) -> dict[str, Any]:
    standing = [one for one in mine if one.state != "taken_back"]
    waiting = [one for one in standing if one.state in ("proposed", "approved") and one.orders]
    leaves = min((one.orders[0].leaves_at for one in waiting), default=say.now)
    back = waiting if leaves > say.now and len(waiting) == len(standing) else []
    usual = max((one.usual_by for one in standing if one.usual_by), default=None)
    return {
        "count": len(standing),
        "total": sum(one.amount for one in standing),
        "banks": sorted({one.bank for one in standing}),
        "usual": usual,
        "taken_back": len(mine) - len(standing),
        "back": [one.id for one in back],
        # Real seconds, whatever the exercise's clock does.
        "seconds": max(1, round((leaves - say.now).total_seconds() / max(1, speed))) if back else 0,
    }


def moved_on(case: CasePage, before: Iterable[Before], say: Say) -> tuple[tuple[str, ...], list[int]]:
    """What has become of amounts that an officer wanted held and that are no longer as they saw them, a sentence each;
    and the proposals to tick now: those that stand, and what there is now in the place of others.
    """
    told: list[str] = []
    ticked: list[int] = []
    now_open = {one.id: one for one in case.proposals if one.state == "open"}
    for one in before:
        if one.id in now_open:
            ticked.append(one.id)
            continue
        at = [each for each in now_open.values() if (each.bank, each.account) == (one.bank, one.account)]
        ticked += [each.id for each in at]
        told.append(_sentence(one, sum(each.amount for each in at), case, say))
    return tuple(told), ticked


def _sentence(one: Before, there: int, case: CasePage, say: Say) -> str:
    _ = say.catalog.gettext
    place = (one.bank, one.account)
    hold = next((each for each in reversed(case.actions) if (each.bank, each.account) == place), None)
    facts = {
        "bank": one.bank,
        "account": one.account,
        "there": say.baht(there),
        "asked": say.baht(one.amount),
    }
    answered = _answered(hold)
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


def _answered(hold: HoldView | None) -> datetime | None:
    said = [one.time for one in hold.answers if one.status != "received"] if hold is not None else []
    return min(said, default=None)
