"""From an action as the services answer it to what its page shows: the question, what is missing, who may do what."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from warroom.access.agencies import agencies
from warroom.access.desk import at_desk
from warroom.access.views import AgencyView
from warroom.actions import steps
from warroom.actions.queries import listed
from warroom.actions.views import UNDER_WAY, ActionLine, ActionOrder, ActionView, ConsentView, TransitionView
from warroom.law.kinds.declarations import Kind, kind_of, kinds, prerequisite_of
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.views import DeadlineView
from warroom.sites.views import Hanging
from warroom.web.actions import defaults
from warroom.web.actions.documents import paper_of
from warroom.web.actions.words import ActionWords
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.forms import NOTHING_TYPED, Field, Step, Typed, said, shown
from warroom.web.kit.tables import clock_words
from warroom.web.kit.words.mark import N_

WARN = timedelta(hours=6)
OF_A_CASE = 12
NOTICED = ("lapse_warning",)
"""Deadlines that only warn: the clock of the end itself shows them."""
COLLATERAL = "collateral-statement"
HARM = (COLLATERAL, "doubts", "screening-result", "rights-notice")
"""What speaks of harm to others, the weightiest first: it stands beside the effect."""


def _asking(verb: str, title: str, ask: str) -> Step:
    return Step(verb, title, title, (Field("reason", ask, "area", most=2_000, rows=0),))


STEPS = {
    step.id: step
    for step in (
        _asking("carry-out", N_("Carried out"), N_("What was done, and how")),
        _asking("finish", N_("Finished"), N_("What was achieved; nothing of it is left to end")),
        _asking("lift", N_("End it early"), N_("Why it ends")),
        _asking("withdraw", N_("Withdraw it"), N_("Why it is taken back")),
    )
}


def values(
    found: ActionView,
    officer: Officer,
    ledger: Ledger,
    say: Say,
    typed: Typed = NOTHING_TYPED,
    known: Hanging | None = None,
) -> dict[str, Any]:
    """Everything `action.html` needs; `known` is who hangs on its lines, for the collateral statement."""
    kind, told = kind_of(found.kind), ActionWords(say)
    counts = {COLLATERAL: _counts(known)} if known else {}
    papers = [
        paper_of(
            one, found.documents, found.stopped, say, {**_usual(one, officer, say), **counts.get(one, {})}
        )
        for one in kind.requires
    ]
    harm = next((paper for name in HARM for paper in papers if paper.name == name), None)
    partner = {one.code: one for one in agencies(ledger)}.get(found.partner or "")
    return {
        "action": found,
        "kind": kind,
        "told": told,
        "known": known,
        "partner": said(partner.name, say) if partner else "",
        "facts": shown(kind.inputs, found.details, say),
        "papers": papers,
        "harm": harm,
        "clocks": clocks(found.deadlines, found.proposed_at, say, kind.warn_before),
        "past": _past(found),
        "agreed": [one for one in found.approvals if one.counts],
        "approve_not": _approve_not(found, kind, officer, told),
        "approvers_here": at_desk(ledger, *kind.approves, but=officer.id),
        "may_attach": steps.ATTACH.fits(officer, kind, found.state),
        "may_decline": steps.DECLINE.fits(officer, kind, found.state),
        "steps": _steps(found, kind, officer, told),
        "typed": typed,
    }


def _usual(paper: str, officer: Officer, say: Say) -> Mapping[str, str]:
    return defaults.known(prerequisite_of(paper).inputs, officer, say)


def _counts(known: Hanging) -> dict[str, str]:
    """The counts of a collateral statement as the records have them. How many clinics last the whole time depends on how
    long the cut lasts: that an officer says.
    """
    return {"d-homes": str(known.homes), "d-clinics": str(known.clinics), "d-schools": str(known.schools)}


def _approve_not(found: ActionView, kind: Kind, officer: Officer, told: ActionWords) -> str:
    """Why this officer may not approve as it lies; empty where they may."""
    _ = told.say.catalog.gettext
    if not officer.may(*kind.approves):
        return only(kind.approves, told)
    if found.apart and found.proposed_by == officer.name:
        return _("You proposed this action; other officers must approve it.")
    if any(one.officer == officer.name and one.counts for one in found.approvals):
        return _("You have approved; a second officer must do so now.")
    if found.missing or found.stopped:
        return _("Nobody may approve before this is put right.")
    return ""


def only(roles: tuple[str, ...], told: ActionWords) -> str:
    """Who may do something, for those who may not."""
    return told.say.catalog.gettext(N_("Only these roles may do this: {roles}.")).format(
        roles=told.roles(roles)
    )


def _steps(found: ActionView, kind: Kind, officer: Officer, told: ActionWords) -> list[tuple[Step, str]]:
    """What may follow in this state, the most likely first, and why not by this officer (empty where they may)."""
    follows = [(STEPS[one.verb], one.roles(kind)) for one in steps.open_now(found, kind)]
    return [(step, "" if officer.may(*roles) else only(roles, told)) for step, roles in follows]


def _past(found: ActionView) -> list[tuple[datetime, str, ConsentView | TransitionView | ActionOrder]]:
    """Approvals, steps and orders, the oldest first."""
    approvals = [(one.at, "approval", one) for one in found.approvals]
    steps = [(one.at, "step", one) for one in found.transitions]
    orders = [(one.made_at, "order", one) for one in found.orders]
    return sorted([*approvals, *steps, *orders], key=lambda entry: entry[0])


def clocks(
    deadlines: tuple[DeadlineView, ...], start: datetime, say: Say, before_end: timedelta | None = None
) -> list[Clock]:
    """The deadlines that run or are late as pills; `before_end` is how long before its end an action is due."""
    return [
        _clock(one.kind, one.due_at, start, say, before_end or WARN if one.kind == "lapse" else WARN)
        for one in deadlines
        if one.state in ("running", "struck") and one.kind not in NOTICED
    ]


def _clock(kind: str, due: datetime, start: datetime, say: Say, warn: timedelta) -> Clock:
    left, over = clock_words(kind, say)
    # A clock that was over before the action was proposed still needs a beginning.
    return say.clock(due, min(start, due), warn, left, over)


def line_clock(line: ActionLine, say: Say) -> Clock | None:
    """The clock of a row: until when it is to be decided, or when it ends by itself."""
    if line.state == "proposed":
        return _clock("decide", line.decide_by, line.proposed_at, say, WARN)
    if line.state in UNDER_WAY and line.until is not None:
        return _clock("lapse", line.until, line.proposed_at, say, kind_of(line.kind).warn_before or WARN)
    return None


def of_case(ledger: Ledger, officer: Officer, number: str, say: Say) -> dict[str, Any]:
    """The actions of a case, the newest first, for its page."""
    rows, total = listed(ledger, officer, case=number, limit=OF_A_CASE)
    return {
        "rows": [(row, line_clock(row, say)) for row in rows],
        "total": total,
        "may_propose": bool(proposable(officer)),
        "told": ActionWords(say),
    }


def proposable(officer: Officer) -> list[Kind]:
    """The kinds that the officer may propose here, in the order of the pillars."""
    return [one for one in kinds().values() if one.engine == "measure" and officer.may(*one.proposes)]


def partners_of(kind: Kind, ledger: Ledger) -> list[AgencyView]:
    """The agencies that actions of this kind may go to."""
    return [one for one in agencies(ledger, active=True) if one.kind in kind.partners]
