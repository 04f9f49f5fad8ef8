"""Values for the page of an action: the question, missing documents, and permitted steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from warroom.access.agencies import list_agencies
from warroom.access.signed_in import list_signed_in_names
from warroom.access.views import AgencyView
from warroom.actions import steps
from warroom.actions.queries import list_actions
from warroom.actions.views import (
    UNDER_WAY,
    ActionApprovalView,
    ActionLine,
    ActionOrder,
    ActionView,
    TransitionView,
)
from warroom.law.kinds.declarations import ActionKind, load_kind, load_kinds, load_prerequisite
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.views import DeadlineView
from warroom.sites.views import LineDependents
from warroom.web.actions import defaults
from warroom.web.actions.documents import build_paper
from warroom.web.actions.words import ActionWords
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.forms import NOTHING_TYPED, FormField, FormStep, TypedForm, format_inputs, render_texts
from warroom.web.kit.tables import find_clock_words
from warroom.web.kit.words.mark import N_

# How long before its end a clock turns due, where the kind declares nothing. Chosen, not measured.
WARN = timedelta(hours=6)
# Actions listed on the page of a case. Chosen, not measured.
OF_A_CASE = 12
NOTICED = ("lapse_warning",)
"""Deadlines that only warn: not shown, since the clock of the end turns due itself."""
COLLATERAL = "collateral-statement"
HARM = (COLLATERAL, "doubts", "screening-result", "rights-notice")
"""Documents about harm to others, the most important first; shown next to the expected effect."""


def _make_reason_step(verb: str, title: str, ask: str) -> FormStep:
    return FormStep(verb, title, title, (FormField("reason", ask, "area", most=2_000, rows=0),))


STEPS = {
    step.id: step
    for step in (
        _make_reason_step("carry-out", N_("Carried out"), N_("What was done, and how")),
        _make_reason_step("finish", N_("Finished"), N_("What was achieved; nothing of it is left to end")),
        _make_reason_step("lift", N_("End it early"), N_("Why it ends")),
        _make_reason_step("withdraw", N_("Withdraw it"), N_("Why it is taken back")),
    )
}


def build_action_values(
    action: ActionView,
    officer: Officer,
    ledger: Ledger,
    say: Say,
    typed: TypedForm = NOTHING_TYPED,
    known: LineDependents | None = None,
) -> dict[str, Any]:
    """Everything `action.html` needs; `known` is who hangs on its lines, for the collateral statement."""
    kind, action_words = load_kind(action.kind), ActionWords(say)
    counts = {COLLATERAL: _prefill_collateral(known)} if known else {}
    papers = [
        build_paper(
            prerequisite,
            action.documents,
            action.stopped,
            say,
            {**_prefill_paper(prerequisite, officer, say), **counts.get(prerequisite, {})},
        )
        for prerequisite in kind.requires
    ]
    harm = next((paper for name in HARM for paper in papers if paper.name == name), None)
    partner = {agency.code: agency for agency in list_agencies(ledger)}.get(action.partner or "")
    return {
        "action": action,
        "kind": kind,
        "told": action_words,
        "known": known,
        "partner": render_texts(partner.name, say) if partner else "",
        "facts": format_inputs(kind.inputs, action.details, say),
        "papers": papers,
        "harm": harm,
        "clocks": build_clocks(action.deadlines, action.proposed_at, say, kind.warn_before),
        "past": _list_history(action),
        "agreed": [approval for approval in action.approvals if approval.counts],
        "approve_not": _explain_no_approval(action, kind, officer, action_words),
        "approvers_here": list_signed_in_names(ledger, *kind.approves, but=officer.id),
        "may_attach": steps.ATTACH.may_be_taken_by(officer, kind, action.state),
        "may_decline": steps.DECLINE.may_be_taken_by(officer, kind, action.state),
        "steps": _list_open_steps(action, kind, officer, action_words),
        "typed": typed,
    }


def _prefill_paper(paper: str, officer: Officer, say: Say) -> Mapping[str, str]:
    return defaults.prefill_fields(load_prerequisite(paper).inputs, officer, say)


def _prefill_collateral(known: LineDependents) -> dict[str, str]:
    """The counts of a collateral statement as the records have them. How many clinics last the whole time depends on how
    long the cut lasts: that an officer says.
    """
    return {"d-homes": str(known.homes), "d-clinics": str(known.clinics), "d-schools": str(known.schools)}


def _explain_no_approval(
    action: ActionView, kind: ActionKind, officer: Officer, action_words: ActionWords
) -> str:
    """Why this officer may not approve the action in its current state; "" if they may."""
    _ = action_words.say.catalog.gettext
    if not officer.has_role(*kind.approves):
        return format_only_roles(kind.approves, action_words)
    if action.apart and action.proposed_by == officer.name:
        return _("You proposed this action; other officers must approve it.")
    if any(approval.officer == officer.name and approval.counts for approval in action.approvals):
        return _("You have approved; a second officer must do so now.")
    if action.missing or action.stopped:
        return _("Nobody may approve before this is put right.")
    return ""


def format_only_roles(roles: tuple[str, ...], told: ActionWords) -> str:
    """Who may do something, for those who may not."""
    return told.say.catalog.gettext(N_("Only these roles may do this: {roles}.")).format(
        roles=told.format_roles(roles)
    )


def _list_open_steps(
    found: ActionView, kind: ActionKind, officer: Officer, told: ActionWords
) -> list[tuple[FormStep, str]]:
    """What may follow in this state, the most likely first, and why not by this officer (empty where they may)."""
    follows = [(STEPS[one.verb], one.list_roles(kind)) for one in steps.iter_open_steps(found, kind)]
    return [
        (step, "" if officer.has_role(*roles) else format_only_roles(roles, told)) for step, roles in follows
    ]


def _list_history(
    found: ActionView,
) -> list[tuple[datetime, str, ActionApprovalView | TransitionView | ActionOrder]]:
    """Approvals, steps and orders, the oldest first."""
    approvals = [(one.at, "approval", one) for one in found.approvals]
    steps = [(one.at, "step", one) for one in found.transitions]
    orders = [(one.made_at, "order", one) for one in found.orders]
    return sorted([*approvals, *steps, *orders], key=lambda entry: entry[0])


def build_clocks(
    deadlines: tuple[DeadlineView, ...], start: datetime, say: Say, before_end: timedelta | None = None
) -> list[Clock]:
    """The deadlines that run or are late as pills; `before_end` is how long before its end an action is due."""
    return [
        _build_clock(
            deadline.kind,
            deadline.due_at,
            start,
            say,
            before_end or WARN if deadline.kind == "lapse" else WARN,
        )
        for deadline in deadlines
        if deadline.state in ("running", "struck") and deadline.kind not in NOTICED
    ]


def _build_clock(kind: str, due: datetime, start: datetime, say: Say, warn: timedelta) -> Clock:
    left, over = find_clock_words(kind, say)
    # A deadline that was over before the proposal needs a start no later than its end.
    return say.clock(due, min(start, due), warn, left, over)


def build_line_clock(line: ActionLine, say: Say) -> Clock | None:
    """The clock of a row: until when it is to be decided, or when it ends by itself."""
    if line.state == "proposed":
        return _build_clock("decide", line.decide_by, line.proposed_at, say, WARN)
    if line.state in UNDER_WAY and line.until is not None:
        return _build_clock(
            "lapse", line.until, line.proposed_at, say, load_kind(line.kind).warn_before or WARN
        )
    return None


@dataclass(frozen=True, slots=True)
class ActionSpan:
    """From the proposal on to the last of its moments, in per cent of that time: now, when it must be decided or ends, and when it
    is to happen; None where that is not known.
    """

    now: float
    due: float | None
    happens: float | None


@dataclass(frozen=True, slots=True)
class ListedAction:
    """A row of the list, with its clock and its time as a strip."""

    line: ActionLine
    clock: Clock | None
    span: ActionSpan | None


def build_listed_action(line: ActionLine, say: Say) -> ListedAction:
    """What a row of the list shows; what is over has no strip."""
    due = line.decide_by if line.state == "proposed" else line.until if line.state in UNDER_WAY else None
    if due is None:
        return ListedAction(line, None, None)
    last = max(moment for moment in (due, say.now, line.happens_at) if moment is not None)
    whole = (last - line.proposed_at) / timedelta(minutes=1) or 1.0

    def compute_percent(moment: datetime) -> float:
        return round(max(100 * (moment - line.proposed_at) / timedelta(minutes=1) / whole, 0.0), 1)

    span = ActionSpan(
        compute_percent(say.now),
        compute_percent(due),
        compute_percent(line.happens_at) if line.happens_at else None,
    )
    return ListedAction(line, build_line_clock(line, say), span)


def list_case_actions(ledger: Ledger, officer: Officer, number: str, say: Say) -> dict[str, Any]:
    """The actions of a case, the newest first, for its page."""
    rows, total = list_actions(ledger, officer, case=number, limit=OF_A_CASE)
    return {
        "rows": [(row, build_line_clock(row, say)) for row in rows],
        "total": total,
        "may_propose": bool(list_proposable_kinds(officer)),
        "told": ActionWords(say),
    }


def list_proposable_kinds(officer: Officer) -> list[ActionKind]:
    """The kinds that the officer may propose here, in the order of the pillars."""
    return [
        one for one in load_kinds().values() if one.engine == "measure" and officer.has_role(*one.proposes)
    ]


def list_partners(kind: ActionKind, ledger: Ledger) -> list[AgencyView]:
    """The agencies that actions of this kind may go to."""
    return [one for one in list_agencies(ledger, active=True) if one.kind in kind.partners]
