"""The small cases on one page: each hold with its reasons; all are submitted together and decided one by one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from warroom.access import role_groups
from warroom.access.role_groups import CASE_READERS, HOLD_APPROVERS
from warroom.cases.decisions import holds
from warroom.cases.purposes import PurposeNeeded
from warroom.cases.queries import case_page
from warroom.cases.views import CasePage, ProposalView
from warroom.errors import NotPossible, WarroomError
from warroom.ledger.officers import Officer
from warroom.room.queue import queries
from warroom.sentences.sentence import Sentence
from warroom.web.cases.rows import is_doubted
from warroom.web.doors.router import Router
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn

router = Router(include_in_schema=False)
MOST = 25
"""Cases per page: nobody reads more before deciding. Chosen, not measured."""


@dataclass(frozen=True, slots=True)
class SmallHold:
    """An amount that may be held, and its case. `doubted`: a reason blocks its preselection, and it comes unticked."""

    case: CasePage
    proposal: ProposalView
    doubted: bool

    @property
    def name(self) -> str:
        """Its value in the form."""
        return f"{self.case.row.number}:{self.proposal.id}"


@router.get("/cases/small", may=CASE_READERS)
def show_small_cases(request: Request, officer: SignedIn) -> Response:
    return _render_small_cases(request, officer)


@router.post("/cases/small", may=HOLD_APPROVERS)
def hold_ticked(request: Request, officer: SignedIn, form: Form) -> Response:
    """Approve the ticked holds, case by case, each with the trail the officer saw and its own idempotency key."""
    ledger, done, refused = open_home_of(request).ledger, 0, []
    for number, ids in _parse_ticked(form).items():
        seen, key = read_text_field(form, f"seen_{number}"), f"{read_text_field(form, 'key')}-{number}"
        try:
            done += len(holds.approve_holds(ledger, officer, number, ids, seen, key))
        # One case that has changed must not stop the decisions on the others.
        except NotPossible as problem:
            refused.append((number, problem))
    if not done and not refused:
        return _render_none_chosen(request, officer)
    return _render_small_cases(request, officer, done=done, refused=refused)


@router.post("/cases/small/decline", may=HOLD_APPROVERS)
def decline_ticked(request: Request, officer: SignedIn, form: Form) -> Response:
    """Decline the ticked holds, all for one reason."""
    ledger, reason = open_home_of(request).ledger, read_text_field(form, "reason")
    if not reason:
        sentence = Sentence("cases.decline-reason-missing").render_in(say_for(request).language)
        return _render_small_cases(request, officer, problem=sentence, status=409, kept=_list_values(form))
    declined, refused = 0, []
    for number, ids in _parse_ticked(form).items():
        try:
            holds.decline_proposals(ledger, officer, number, ids, reason)
            declined += len(ids)
        except NotPossible as problem:
            refused.append((number, problem))
    if not declined and not refused:
        return _render_none_chosen(request, officer, reason)
    return _render_small_cases(request, officer, declined=declined, refused=refused)


def _render_none_chosen(request: Request, officer: Officer, reason: str = "") -> Response:
    sentence = Sentence("cases.no-hold-chosen").render_in(say_for(request).language)
    return _render_small_cases(request, officer, problem=sentence, status=409, kept=[], reason=reason)


def _list_values(form: FormData) -> list[str]:
    return [str(value) for value in form.getlist("proposal")]


def _parse_ticked(form: FormData) -> Mapping[str, list[int]]:
    """The ticked proposals by case; malformed values are skipped."""
    found: dict[str, list[int]] = defaultdict(list)
    for value in form.getlist("proposal")[: 40 * MOST]:
        number, _, name = str(value).partition(":")
        if name.isascii() and name.isdigit() and len(name) < 19:
            found[number[:40]].append(int(name))
    return found


def _render_small_cases(
    request: Request,
    officer: Officer,
    *,
    done: int = 0,
    declined: int = 0,
    refused: Sequence[tuple[str, WarroomError]] = (),
    problem: str = "",
    status: int = 200,
    kept: Sequence[str] | None = None,
    reason: str = "",
) -> Response:
    """The page. After a refusal `kept` are the values of the boxes that were ticked, and `reason` what was typed."""
    say = say_for(request)
    small_holds = _list_small_holds(request, officer)
    ticked = [
        small_hold
        for small_hold in small_holds
        if (not small_hold.doubted if kept is None else small_hold.name in kept)
    ]
    values: dict[str, Any] = {
        "found": small_holds,
        "cases": {small_hold.case.row.number: small_hold.case.snapshot for small_hold in small_holds},
        "total": sum(small_hold.proposal.amount for small_hold in ticked),
        "count": len(ticked),
        "of": len({small_hold.case.row.number for small_hold in ticked}),
        "done": done,
        "declined": declined,
        "refused": [(number, refusal.render_in(say.language)) for number, refusal in refused],
        "problem": problem,
        "ticked": {small_hold.name for small_hold in ticked},
        "reason": reason,
        "may_decide": officer.has_role(*role_groups.HOLD_APPROVERS),
    }
    return render_page(request, "cases_small.html", status, **values)


def _list_small_holds(request: Request, officer: Officer) -> list[SmallHold]:
    """The undecided amounts of the small cases that this officer may read."""
    ledger, small_holds = open_home_of(request).ledger, []
    for number in queries.small_cases(ledger, officer, limit=MOST):
        try:
            case = case_page.case_page(ledger, officer, number)
        # A case that asks for a purpose first is not opened in passing.
        except PurposeNeeded:
            continue
        small_holds += [
            SmallHold(case, proposal, is_doubted(proposal))
            for proposal in case.proposals
            if proposal.state == "open"
        ]
    return small_holds
