"""Several actions decided at one sitting: all their tables on one page, then each decided by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Query
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from warroom.access.role_groups import ACTION_APPROVERS
from warroom.actions.decisions import batch
from warroom.actions.decisions.batch import MOST
from warroom.actions.views import ActionView, Outcome
from warroom.errors import NotPossible
from warroom.ledger.officers import Officer
from warroom.sentences.sentence import Sentence, told
from warroom.web.actions import shown as action_shown
from warroom.web.actions.words import ActionWords
from warroom.web.doors.router import Router
from warroom.web.kit.forms import text
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn

router = Router(include_in_schema=False)
LARGEST = 2**53


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of one: where it stands, its words, and why not where it was refused."""

    href: str
    name: str
    why_not: str


# There is no approval from the list itself: nobody approves what they have not seen.
@router.get("/actions/together", may=ACTION_APPROVERS)
def look(request: Request, officer: SignedIn, id: list[int] = Query(default=[])) -> Response:  # noqa: A002, B008
    """The tables of the ticked actions; what is not for this officer is left out."""
    return _page(request, officer, _numbers(id), "", 200)


def _page(request: Request, officer: Officer, ids: Sequence[int], problem: str, status: int) -> Response:
    ledger, say = open_home_of(request).ledger, say_for(request)
    if len(ids) > MOST:
        ids, problem = ids[:MOST], problem or Sentence("actions.too-many-at-once", most=MOST)
    found = batch.look_at(ledger, officer, ids)
    tables: list[dict[str, Any]] = [action_shown.values(one, officer, ledger, say) for one in found]
    return page(
        request,
        "together.html",
        status,
        tables=tables,
        left_out=len(ids) - len(tables),
        ready=sum(_open(one) for one in tables),
        problem=told(problem, say.language) if problem else "",
        told=ActionWords(say),
    )


def _open(table: dict[str, Any]) -> bool:
    """Whether this officer may approve it as it lies."""
    return table["action"].state == "proposed" and not table["approve_not"]


@router.post("/actions/together/approve", may=ACTION_APPROVERS)
def approved(request: Request, officer: SignedIn, form: Form) -> Response:
    # Each with its own digest: to have seen one table says nothing of another.
    seen = {number: text(form, f"seen_{number}") for number in _chosen(form)}
    if not seen:
        return _nothing(request, officer, form)
    outcomes = batch.approve_each(open_home_of(request).ledger, officer, seen, key=text(form, "key"))
    return _ended(request, officer, outcomes, "approved")


@router.post("/actions/together/decline", may=ACTION_APPROVERS)
def declined(request: Request, officer: SignedIn, form: Form) -> Response:
    ids = _chosen(form)
    if not ids:
        return _nothing(request, officer, form)
    try:
        outcomes = batch.decline_each(
            open_home_of(request).ledger, officer, ids, text(form, "reason"), key=text(form, "key")
        )
    except NotPossible as problem:
        return _page(request, officer, ids, problem.sentence, problem.http_status)
    return _ended(request, officer, outcomes, "declined")


def _nothing(request: Request, officer: Officer, form: FormData) -> Response:
    shown = _numbers(str(one) for one in form.getlist("shown"))
    return _page(request, officer, shown, Sentence("actions.none-ticked"), 400)


def _chosen(form: FormData) -> list[int]:
    return _numbers(str(one) for one in form.getlist("id"))


def _numbers(given: Iterable[int | str]) -> list[int]:
    """Rows' numbers from a form or an address, each once, none larger than the ledger's."""
    found = [int(one) for one in map(str, given) if one.isdecimal() and len(one) < 16]
    return [one for one in dict.fromkeys(found) if 0 < one <= LARGEST]


def _ended(request: Request, officer: Officer, outcomes: Sequence[Outcome], said: str) -> Response:
    """What was done and what was refused, each with its sentence and its page."""
    ledger, say = open_home_of(request).ledger, say_for(request)
    told = ActionWords(say)
    named = {one.id: one for one in batch.look_at(ledger, officer, [one.id for one in outcomes])}
    return page(
        request,
        "together_done.html",
        done=[_line(one, named, told) for one in outcomes if not one.refused],
        refused=[_line(one, named, told) for one in outcomes if one.refused],
        said=said,
    )


def _line(one: Outcome, named: dict[int, ActionView], told: ActionWords) -> Ended:
    found = named.get(one.id)
    name = f"{told.kind(found.kind)} · {found.reference}" if found else f"{one.id}"
    return Ended(f"/actions/{one.id}", name, told.program(one.refused) if one.refused else "")
