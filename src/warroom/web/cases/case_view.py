"""Turns a case as the services return it into what its page shows: the table with the river, clocks, and permitted actions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from warroom.access import role_groups
from warroom.cases import sealing, steps
from warroom.cases.known_until import KnownUntil
from warroom.cases.resting import read_bringer_refusal
from warroom.cases.standing import list_loss_parts
from warroom.cases.views import ASKED, AppealView, CasePage, HoldView, ProposalView
from warroom.evidence import queries
from warroom.law.rules import repository as law
from warroom.law.views import RuleView
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.orders.views import AnswerView
from warroom.records.tables import TABLES
from warroom.web.actions.shown import list_case_actions
from warroom.web.cases.chips import Chip, choose_chips, is_old_account
from warroom.web.cases.river.draw import Lane, draw_river, find_answer_time
from warroom.web.cases.rows import (
    CaseTableRow,
    build_rows,
    is_all_they_have,
    is_doubted,
    is_silent,
    is_without_ground,
)
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.forms import render_texts
from warroom.web.kit.later import format_later

# Time left from which a clock is shown as due. Chosen, not measured: a decision takes minutes, the lapse of
# a hold and an appeal need a second person.
DUE = timedelta(minutes=15)
LAPSE_WARNING = timedelta(hours=6)
APPEAL_WARNING = timedelta(hours=1)
# With less time left the span is shown beside the time of day; chosen, not measured.
NEAR = timedelta(hours=1)
OLD = timedelta(minutes=20)
"""Records older than this are marked red while money is undecided: half of what arrives has left within an hour."""
MOST_PANELS = 60
"""Rows whose reasons are part of the page; those of the others are loaded on demand. Chosen, not measured."""
# Entries of the history shown before "more"; chosen, not measured.
RECENT = 12
MOST_LISTED = 200
"""Accounts in the table that is the text alternative of the drawing. Chosen, not measured."""


@dataclass(frozen=True, slots=True)
class CaseTableLine:
    """A row as it is read: its chips, its clock where something runs out, and its lane. `aged`: its account's age speaks
    for the holder; `bare`: the only reason is that money came.
    """

    row: CaseTableRow
    lane: Lane | None
    chips: list[Chip]
    clock: Clock | None
    opened: str
    silent: bool = False
    aged: bool = False
    bare: bool = False
    later: str = ""
    """Why its clock is later than it was; empty where it never was."""
    near: bool = False
    """Whether its clock ends soon: a far one is said of the amounts on which the case turns."""


@dataclass(frozen=True, slots=True)
class HoldPanel:
    """What opens under the table for a row: both columns, and for a hold its course and what this officer may do. `later` says why
    the time to decide is later than it was, empty where it never was.
    """

    key: str
    proposal: ProposalView | None
    hold: HoldView | None = None
    answers: tuple[tuple[str, AnswerView], ...] = ()
    clock: Clock | None = None
    may_release: bool = False
    may_extend: bool = False
    second_needed: bool = False
    silent: bool = False
    left: int = 0
    later: str = ""
    opened: str = ""
    """The age of the account, in its largest unit."""


@dataclass(frozen=True, slots=True)
class AppealLine:
    """An appeal, its clock, and whether this officer may answer it; `read_bringer_refusal` says it where not.

    `leads` marks the one whose answer is what the page asks for: its button alone is filled. `proposal` is what was known
    when the hold was approved: the reasons, and what spoke for the holder.
    """

    appeal: AppealView
    clock: Clock | None
    may_answer: bool
    why_not: str
    proposal: ProposalView | None = None
    leads: bool = False


@dataclass(frozen=True, slots=True)
class FormRefusal:
    """Why a form of the page was refused, at which form (`decline`, `release-12`), and what was typed into it by field."""

    at: str
    sentence: str
    typed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CaseViewRequest:
    """What the page is asked to show: `ticked` proposals (None: all that nothing doubts), open folds, the chosen row."""

    ticked: Collection[int] | None = None
    opened: frozenset[str] = frozenset()
    chosen: str = ""
    stale: tuple[str, ...] = ()
    feedback: Mapping[str, Any] = field(default_factory=dict)


def build_case_values(
    case: CasePage,
    officer: Officer,
    ledger: Ledger,
    say: Say,
    compared: dict[str, Any] | None,
    known: KnownUntil,
    asked: CaseViewRequest,
) -> dict[str, Any]:
    """All values that `case.html` needs."""
    rules = {rule.id: rule for rule in law.list_rules(ledger)}
    undecided = [proposal for proposal in case.proposals if proposal.state == "open"]
    # A default never overrides a doubt: an officer must tick such a hold personally.
    ticked = (
        {proposal.id for proposal in undecided if not is_doubted(proposal)}
        if asked.ticked is None
        else asked.ticked
    )
    wanted = [proposal for proposal in undecided if proposal.id in ticked]
    # The same rules as in the services, so that the page has no button which the service would refuse.
    may = steps.list_case_steps(case, officer)
    decides = steps.DECIDE in may
    refusal = read_bringer_refusal(ledger, officer, case.trail) if decides else None
    appeals = _build_appeal_lines(case, officer, say, other_button=decides and bool(undecided))
    table = _build_table(case, compared, known, say, ticked, asked)
    return {
        "case": case,
        "sums": case.standing,
        "undecided": undecided,
        "unfolded": sorted(name for name in asked.opened if name),
        "chosen_count": len(wanted),
        "unticked": [proposal for proposal in undecided if proposal.id not in ticked],
        "without_ground": [proposal for proposal in undecided if is_without_ground(proposal)],
        "would_lose_all": [proposal for proposal in undecided if is_all_they_have(proposal)],
        "total": sum(proposal.amount for proposal in wanted),
        "may_decide": decides,
        "why_not": refusal.render_in(say.language) if refusal else "",
        "may_follow": steps.FOLLOW in may,
        "may_take": steps.TAKE in may,
        "may_clear": steps.CLEAR in may,
        "alerts": [alert for alert in case.alerts if alert.kind != "silence"],
        "accounts": {f"hold:{hold.id}": hold.account for hold in case.actions},
        "recent": RECENT,
        "measured": list_case_actions(ledger, officer, case.row.number, say),
        "appeals": appeals,
        "appeals_open": any(line.appeal.state == "open" for line in appeals),
        "old": _build_staleness_clock(case, known, say) if undecided or _has_asked_hold(case) else None,
        "known": known,
        "answered_at": find_answer_time,
        "left_at": _sum_left_by_account(case),
        "most_listed": MOST_LISTED,
        "sealed": sealing.sealed_to(ledger, officer, case.row.number),
        "may_seal": steps.SEAL in may,
        "evidence": queries.count_evidence(ledger, officer, case.row.number)
        if officer.has_role(*role_groups.EVIDENCE_READERS)
        else None,
        "stale": asked.stale,
        "table_words": lambda table: render_texts(TABLES[table].label, say),
        "feedback": asked.feedback,
        **_select_rules(rules),
        **_build_trail_values(case, compared, say),
        **table,
        "panels": _build_panels(table["lines"], officer, say, refusal is not None),
    }


def _sum_left_by_account(case: CasePage) -> dict[tuple[str, str], int]:
    """The amounts that banks reported as gone, by account."""
    sums: dict[tuple[str, str], int] = {}
    for one in case.actions:
        place = (one.bank, one.account)
        sums[place] = sums.get(place, 0) + one.left_by_word
    return sums


def _select_rules(rules: dict[str, RuleView]) -> dict[str, RuleView | None]:
    return {
        "rule": rules.get(law.HOLD_ON_REPORT),
        "extend_rule": rules.get(law.HOLD_AFTER_COMPLAINT),
        "appeal_rule": rules.get(law.APPEAL),
    }


def _build_trail_values(case: CasePage, compared: dict[str, Any] | None, say: Say) -> dict[str, Any]:
    trail = compared or case.trail
    if trail is None:
        return {"trail": None, "compared": False, "as_of": None}
    started, as_of = trail["started_at"], datetime.fromisoformat(trail["as_of"])
    return {
        "trail": trail,
        "compared": compared is not None,
        "as_of": as_of,
        "moment_of": datetime.fromisoformat,
        "received_of": get_received,
        "minutes_in": lambda moment: max(0.0, _minutes_between(started, moment)),
    }


def get_received(account: Mapping[str, Any], loss: int) -> int:
    """Satang of the loss that came to an account of a frozen trail. Older trails tell only what came, round trips too."""
    return account.get("received") or min(int(account["tainted_in"]), loss)


def _minutes_between(start: str, moment: str) -> float:
    return (datetime.fromisoformat(moment) - datetime.fromisoformat(start)).total_seconds() / 60


def _build_table(
    case: CasePage,
    compared: dict[str, Any] | None,
    known: KnownUntil,
    say: Say,
    ticked: Collection[int],
    asked: CaseViewRequest,
) -> dict[str, Any]:
    """The rows with their lanes, and the selected one: the one asked for, else the first undecided one."""
    trail = compared or case.trail
    if trail is None:
        return {"lines": [], "river": None, "chosen": ""}
    parts = list_loss_parts(case.row.loss, trail, case.actions, case.proposals)
    rows = build_rows(case, trail, say.now, ticked, asked.opened, parts)
    river = draw_river(trail, rows, known, say.now, case.row.reported_at)
    lines = [_build_line(row, lane, case, say) for row, lane in zip(rows, river.lanes, strict=True)]
    keys = [row.key for row in rows]
    first = next((row.key for row in rows if row.sort == "undecided"), None)
    some = next((row.key for row in rows if row.proposal is not None), "")
    return {
        "lines": lines,
        "river": river,
        "chosen": asked.chosen if asked.chosen in keys else first or some,
    }


def _build_line(row: CaseTableRow, lane: Lane, case: CasePage, say: Say) -> CaseTableLine:
    first = row.proposal if row.sort == "undecided" else None
    if row.sort in ("small", "more"):
        first = _find_first_due(row, case, say)
    clock = _build_decide_clock(first, case, say) if first else None
    later = "" if first is None else format_later("still", first.decide_by_was, first.decide_by_seen, say)
    chips = choose_chips(row.proposal, say) if row.proposal is not None else []
    if row.sort == "undecided" and not row.deciding and any(chip.innocent for chip in chips):
        chips = [chip for chip in chips if chip.innocent]
    silent = row.hold is not None and is_silent(row.hold, say.now)
    proposal = row.proposal
    # Where a doubt is said, the row has its reason for coming unticked.
    bare = proposal is not None and proposal.amount > 0 and is_without_ground(proposal)
    bare = bare and all(chip.innocent for chip in chips)
    aged = proposal is not None and is_old_account(proposal)
    near = first is not None and first.decide_by is not None and first.decide_by - say.now < NEAR
    return CaseTableLine(
        row, lane, chips, clock, _format_age(row.proposal, say), silent, aged, bare, later, near
    )


def _format_age(proposal: ProposalView | None, say: Say) -> str:
    """The age of the account, in its largest unit."""
    if proposal is None or proposal.opened_at is None or proposal.opened_at > say.now:
        return ""
    _, days = say.catalog.gettext, (say.now - proposal.opened_at).days
    if days < 61:
        return _("{number} d").format(number=days)
    if days < 730:
        return _("{number} mo").format(number=days // 30)
    return _("{number} y").format(number=days // 365)


def _build_decide_clock(proposal: ProposalView, case: CasePage, say: Say) -> Clock | None:
    """A clock until the bank must be asked, so that its usual answer comes before a fifth of the amount is likely to leave."""
    if proposal.decide_by is None:
        return None
    _ = say.catalog.gettext
    moment, over = say.time(proposal.decide_by), _("{span} too late")
    # Of a time far off the remaining span is of no use.
    far = proposal.decide_by - say.now >= NEAR
    left = _("by {time}").format(time=moment) if far else _("by {moment}, {{span}}").format(moment=moment)
    return say.clock(proposal.decide_by, case.row.reported_at, DUE, left, over)


def _find_first_due(row: CaseTableRow, case: CasePage, say: Say) -> ProposalView | None:
    mine = set(row.proposals)
    of = [one for one in case.proposals if one.id in mine and one.decide_by is not None]
    return min(of, key=lambda one: one.decide_by or say.now, default=None)


def _has_asked_hold(case: CasePage) -> bool:
    return any(one.state in ASKED for one in case.actions)


def _build_staleness_clock(case: CasePage, known: KnownUntil, say: Say) -> Clock | None:
    """A warning that the records are old while money is undecided; None if they are recent."""
    if known.seen is None or say.now - known.seen <= OLD:
        return None
    _ = say.catalog.gettext
    words = _("records end {moment}, {{span}} ago").format(moment=say.time(known.seen))
    return say.clock(known.seen + timedelta(seconds=1), known.seen, timedelta(0), words, words)


def _build_panels(lines: list[CaseTableLine], officer: Officer, say: Say, brought: bool) -> list[HoldPanel]:
    shown = [line for line in lines if line.row.proposal is not None or line.row.hold is not None]
    return [_build_panel(line, officer, say, brought) for line in shown[:MOST_PANELS]]


def _build_panel(line: CaseTableLine, officer: Officer, say: Say, brought: bool) -> HoldPanel:
    row, hold = line.row, line.row.hold
    if hold is None:
        return HoldPanel(row.key, row.proposal, later=line.later, opened=line.opened)
    may = steps.list_hold_steps(hold, officer)
    kinds = {order.order_id: order.kind for order in hold.orders}
    return HoldPanel(
        row.key,
        row.proposal,
        hold,
        answers=tuple((kinds[answer.order_id], answer) for answer in hold.answers),
        clock=_build_hold_clock(hold, say),
        # Officers for appeals release money by answering the appeal; this button is the desk's.
        may_release=steps.RELEASE in may and officer.has_role(*role_groups.HOLD_APPROVERS),
        may_extend=not brought and not may.isdisjoint((steps.EXTEND, steps.APPROVE_EXTENSION)),
        second_needed=steps.APPROVE_EXTENSION in may,
        silent=line.silent,
        left=row.left if row.sort == "left" else 0,
        opened=line.opened,
    )


def _build_hold_clock(one: HoldView, say: Say) -> Clock | None:
    """A clock until a confirmed hold expires."""
    if one.state not in ("in_effect", "partly"):
        return None
    _ = say.catalog.gettext
    words = (_("ends by itself in {span}"), _("ended by itself {span} ago"))
    return say.clock(one.until, one.approved_at, LAPSE_WARNING, *words)


def _build_appeal_lines(case: CasePage, officer: Officer, say: Say, other_button: bool) -> list[AppealLine]:
    lines = [_build_appeal_line(one, case, officer, say) for one in case.appeals]
    first = next((line for line in lines if line.may_answer), None)
    return [replace(line, leads=line is first and not other_button) for line in lines]


def _build_appeal_line(appeal: AppealView, case: CasePage, officer: Officer, say: Say) -> AppealLine:
    _ = say.catalog.gettext
    proposal = next(
        (candidate for candidate in case.proposals if candidate.action_id == appeal.action_id), None
    )
    if appeal.state != "open":
        return AppealLine(appeal, None, False, "", proposal)
    # The rule has a target and a limit; after the target, the limit is what counts.
    over_aim = say.now > appeal.due_at
    until = appeal.limit_at if over_aim else appeal.due_at
    words = (_("at the latest in {span}") if over_aim else _("answer due in {span}"), _("answer {span} late"))
    ticking = say.clock(until, appeal.filed_at, APPEAL_WARNING, *words)
    hold = next((hold for hold in case.actions if hold.id == appeal.action_id), None)
    barred = steps.why_not_answer(appeal, hold, officer)
    why_not = {
        "role": _("Your roles do not answer appeals."),
        "same-officer": _("You approved this hold; another officer answers the appeal."),
    }
    return AppealLine(appeal, ticking, not barred, why_not.get(barred, ""), proposal)
