"""The small cases on one page: each hold with its reasons beside it, decided together, each by itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from warroom.access import role_groups
from warroom.access.role_groups import CASE_READERS, HOLD_DECIDERS
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
from warroom.web.kit.forms import text
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn

router = Router(include_in_schema=False)
MOST = 25
"""So many cases at one sitting, since nobody reads more."""


@dataclass(frozen=True, slots=True)
class SmallHold:
    """An amount that may be held, and its case. `doubted`: a reason blocks its preselection, and it comes unticked."""

    case: CasePage
    proposal: ProposalView
    doubted: bool

    @property
    def name(self) -> str:
        """How the form names it."""
        return f"{self.case.row.number}:{self.proposal.id}"


@router.get("/cases/small", may=CASE_READERS)
def look(request: Request, officer: SignedIn) -> Response:
    return _page(request, officer)


@router.post("/cases/small", may=HOLD_DECIDERS)
def hold(request: Request, officer: SignedIn, form: Form) -> Response:
    """Hold what is ticked: each case with the trail that was seen of it, and its own key."""
    ledger, done, refused = open_home_of(request).ledger, 0, []
    for number, ids in _ticked(form).items():
        seen, key = text(form, f"seen_{number}"), f"{text(form, 'key')}-{number}"
        try:
            done += len(holds.approve_holds(ledger, officer, number, ids, seen, key))
        except NotPossible as problem:
            refused.append((number, problem))
    return _page(request, officer, done=done, refused=refused)


@router.post("/cases/small/decline", may=HOLD_DECIDERS)
def decline(request: Request, officer: SignedIn, form: Form) -> Response:
    """Decline what is ticked, all for one reason."""
    ledger, reason = open_home_of(request).ledger, text(form, "reason")
    if not reason:
        said = Sentence("cases.decline-reason-missing").told(say_for(request).language)
        return _page(request, officer, problem=said, status=409)
    declined, refused = 0, []
    for number, ids in _ticked(form).items():
        try:
            holds.decline(ledger, officer, number, ids, reason)
            declined += len(ids)
        except NotPossible as problem:
            refused.append((number, problem))
    return _page(request, officer, declined=declined, refused=refused)


def _ticked(form: FormData) -> Mapping[str, list[int]]:
    """Proposals by case; what is no such name is left out."""
    found: dict[str, list[int]] = defaultdict(list)
    for value in form.getlist("proposal")[: 40 * MOST]:
        number, _, name = str(value).partition(":")
        if name.isascii() and name.isdigit() and len(name) < 19:
            found[number[:40]].append(int(name))
    return found


def _page(
    request: Request,
    officer: Officer,
    *,
    done: int = 0,
    declined: int = 0,
    refused: Sequence[tuple[str, WarroomError]] = (),
    problem: str = "",
    status: int = 200,
) -> Response:
    say = say_for(request)
    found = _holds(request, officer)
    ticked = [one for one in found if not one.doubted]
    values: dict[str, Any] = {
        "found": found,
        "cases": {one.case.row.number: one.case.snapshot for one in found},
        "total": sum(one.proposal.amount for one in ticked),
        "count": len(ticked),
        "of": len({one.case.row.number for one in ticked}),
        "done": done,
        "declined": declined,
        "refused": [(number, one.told(say.language)) for number, one in refused],
        "problem": problem,
        "may_decide": officer.may(*role_groups.HOLD_DECIDERS),
    }
    return page(request, "cases_small.html", status, **values)


def _holds(request: Request, officer: Officer) -> list[SmallHold]:
    """The undecided amounts of the small cases that this officer may read."""
    ledger, found = open_home_of(request).ledger, []
    for number in queries.small_cases(ledger, officer, limit=MOST):
        try:
            case = case_page.case_page(ledger, officer, number)
        except PurposeNeeded:
            continue
        found += [SmallHold(case, one, is_doubted(one)) for one in case.proposals if one.state == "open"]
    return found
