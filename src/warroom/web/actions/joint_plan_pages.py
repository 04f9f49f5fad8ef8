"""Planning a joint operation in steps: where, what at each place, who, and then its papers.

Each step is a page of its own that keeps what was typed whether it fits or not; only going on asks whether it fits.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access.agencies import agencies
from warroom.access.role_groups import CASE_READERS, OPERATION_PLANNERS
from warroom.access.views import AgencyView
from warroom.actions.joint import drafts, queries
from warroom.actions.joint.decisions import plans
from warroom.actions.joint.needs import TASKS, choices
from warroom.errors import NotFound, NotPossible
from warroom.law.kinds.declarations import Kind, kind_of
from warroom.ledger.officers import Officer
from warroom.web.actions import joint_shown, joint_steps
from warroom.web.actions.joint_grid import reasons
from warroom.web.actions.joint_places import picked, places_of
from warroom.web.actions.joint_steps import AtPlace, Steps
from warroom.web.actions.meant import subjects_of
from warroom.web.actions.shown import proposable
from warroom.web.actions.words import ActionWords
from warroom.web.doors.router import Router
from warroom.web.kit import picks
from warroom.web.kit.forms import NOTHING_TYPED, REFUSALS, Typed, refused, text, typed
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id, row_id

router = Router(include_in_schema=False)
FORMS = ("where", "what", "who", "hand", "more")
"""The three steps, and two pages beside the third: an agency by hand, another action."""


@router.get("/operations/new", may=OPERATION_PLANNERS)
def new(request: Request, officer: SignedIn, place: str = "", case: str = "") -> Response:
    """An empty first step, or one that begins with the place or the case of the page one comes from."""
    return _show(request, officer, None, Steps(typing=place[:200], case=case[:40]), "where")


@router.post("/operations/new", may=OPERATION_PLANNERS)
def begun(request: Request, officer: SignedIn, form: Form) -> Response:
    return _sent(request, officer, None, Steps(), "where", form)


@router.get("/operations/plans/{draft_id}/{step}", may=OPERATION_PLANNERS)
def step(request: Request, draft_id: Id, step: str, officer: SignedIn, place: str = "1") -> Response:
    found = drafts.one(open_home_of(request).ledger, officer, row_id(draft_id))
    # Whoever goes back to a plan that was sent is led to what it became, and plans nothing twice.
    if found.operation is not None:
        return RedirectResponse(f"/operations/{found.operation}", 303)
    return _show(request, officer, found.id, Steps.of(found.content), _known(step), _at(place))


@router.post("/operations/plans/{draft_id}/{step}", may=OPERATION_PLANNERS)
def sent(request: Request, draft_id: Id, step: str, officer: SignedIn, form: Form) -> Response:
    found = drafts.one(open_home_of(request).ledger, officer, row_id(draft_id))
    if found.operation is not None:
        return RedirectResponse(f"/operations/{found.operation}", 303)
    return _sent(request, officer, found.id, Steps.of(found.content), _known(step), form)


def _known(step: str) -> str:
    if step not in FORMS:
        raise NotFound("actions.no-such-step")
    return step


def _at(place: str) -> int:
    return int(place) if place.isascii() and place.isdigit() and len(place) < 4 else 1


def _sent(
    request: Request, officer: Officer, draft_id: int | None, before: Steps, step: str, form: Any
) -> Response:
    """Keep what the step holds; go where its button leads, or show the step again with what does not fit."""
    ledger, number = open_home_of(request).ledger, _at(text(form, "place"))
    steps = _TAKEN[step](before, number, form)
    if draft_id is not None:
        drafts.keep(ledger, officer, draft_id, steps.content)
    try:
        led = _led(request, officer, draft_id, steps, step, number, form)
    except REFUSALS as refusal:
        why, status = refused(request, step, form, refusal), refusal.http_status
        return _show(request, officer, draft_id, steps, step, number, why, status)
    return led


def _where(before: Steps, form: Any) -> Steps:
    steps = joint_steps.where_typed(before, form)
    return replace(steps, typing=picked(steps.typing, before.typing, text(form, "pick")))


def _what(steps: Steps, number: int, form: Any) -> Steps:
    return joint_steps.what_typed(steps, number, form) if number <= len(steps.places) else steps


_TAKEN: dict[str, Callable[[Steps, int, Any], Steps]] = {
    "where": lambda steps, _, form: _where(steps, form),
    "what": _what,
    "who": lambda steps, _, form: joint_steps.who_typed(steps, form),
    "hand": lambda steps, _, form: steps,
    "more": lambda steps, _, form: steps,
}


def _led(
    request: Request,
    officer: Officer,
    draft_id: int | None,
    steps: Steps,
    step: str,
    number: int,
    form: Any,
) -> Response:
    to = text(form, "way")
    if step == "where":
        return _from_where(request, officer, draft_id, steps, to)
    assert draft_id is not None
    if to in ("where", "what", "who", "hand", "more") and step in ("what", "who"):
        return _on(draft_id, to)
    if step == "what":
        joint_steps.fit_what(steps, number, officer)
        last = number >= len(steps.places)
        return _on(draft_id, "who") if last else _on(draft_id, "what", number + 1)
    if step == "who":
        return _plan(request, officer, draft_id, steps, text(form, "key"))
    added = _by_hand(request, steps, form) if step == "hand" else _another(request, officer, steps, form)
    drafts.keep(open_home_of(request).ledger, officer, draft_id, added.content)
    return _on(draft_id, "who")


def _from_where(request: Request, officer: Officer, draft_id: int | None, steps: Steps, to: str) -> Response:
    room, say = open_home_of(request), say_for(request)
    found, offered, rest = places_of(steps.typing, room, officer, say)
    steps = replace(steps, places=(*steps.places, *_new(steps, found)), typing=rest)
    if offered:
        kept = _kept(request, officer, draft_id, steps)
        return _show(request, officer, kept, steps, "where", offered=offered)
    if to == "next":
        joint_steps.fit_where(steps, say.now, say.zone)
    kept = _kept(request, officer, draft_id, steps)
    return _on(kept, {"next": "what", "who": "who", "what": "what"}.get(to, "where"))


def _new(steps: Steps, found: list[AtPlace]) -> list[AtPlace]:
    there = {(one.name, one.province) for one in steps.places}
    return [one for one in found if (one.name, one.province) not in there]


def _kept(request: Request, officer: Officer, draft_id: int | None, steps: Steps) -> int:
    ledger = open_home_of(request).ledger
    if draft_id is None:
        return drafts.begin(ledger, officer, steps.content)
    drafts.keep(ledger, officer, draft_id, steps.content)
    return draft_id


def _on(draft_id: int, step: str, place: int = 1) -> Response:
    more = f"?place={place}" if step == "what" and place > 1 else ""
    return RedirectResponse(f"/operations/plans/{draft_id}/{step}{more}", 303)


def _plan(request: Request, officer: Officer, draft_id: int, steps: Steps, key: str) -> Response:
    ledger, say = open_home_of(request).ledger, say_for(request)
    for number in range(1, len(steps.places) + 1):
        joint_steps.fit_what(steps, number, officer)
    needs = joint_steps.needs_of(steps, _agencies(request, officer))
    plan = joint_steps.plan_of(steps, needs, say.now, say.zone)
    made = plans.plan(ledger, officer, plan, needs, key=key)
    drafts.planned(ledger, officer, draft_id, made.id)
    return RedirectResponse(f"/operations/{made.id}/papers?{urlencode({'said': 'planned'})}", 303)


def _by_hand(request: Request, steps: Steps, form: Any) -> Steps:
    code, why = text(form, "agency"), text(form, "reason")[:500]
    if code not in {one.code for one in agencies(open_home_of(request).ledger, active=True)}:
        raise NotPossible("actions.hand-agency-missing")
    if not why:
        raise NotPossible("actions.hand-reason-missing")
    kept = tuple(one for one in steps.by_hand if one[0] != code)
    return replace(steps, by_hand=(*kept, (code, why)))


def _another(request: Request, officer: Officer, steps: Steps, form: Any) -> Steps:
    kind = next((one for one in proposable(officer) if one.id == text(form, "kind")), None)
    if kind is None:
        raise NotPossible("actions.kind-not-chosen")
    given = {**typed(form), "kind": kind.id}
    given |= _looked_up(request, officer, kind, given)
    # Read once now, so that what does not fit is said where it was typed.
    if not joint_shown.drafts_of(kind, given, (), say_for(request).zone):
        raise NotPossible("actions.subject-missing", kind=kind.title)
    return replace(steps, more=(*steps.more, given))


def _looked_up(request: Request, officer: Officer, kind: Kind, given: dict[str, str]) -> dict[str, str]:
    """The subjects as they are known, in the fields in which they were typed."""
    name = f"{kind.id}-subjects"
    found = subjects_of(request, officer, kind, given, name)
    return {
        name: "\n".join(one.id for one in found),
        f"{name}_note": "\n".join(one.note for one in found),
        f"{name}_kind": "\n".join(one.kind for one in found),
    }


def _agencies(request: Request, officer: Officer) -> list[AgencyView]:
    """The active agencies; of rooms only the officer's own, since its custodian keeps what its teams bring in."""
    every = agencies(open_home_of(request).ledger, active=True)
    return [one for one in every if one.kind != "room" or one.code == officer.agency]


def _show(
    request: Request,
    officer: Officer,
    draft_id: int | None,
    steps: Steps,
    step: str,
    number: int = 1,
    why: Typed = NOTHING_TYPED,
    status: int = 200,
    offered: list[str] | None = None,
) -> Response:
    say, known = say_for(request), _agencies(request, officer)
    if step == "what" and not 1 <= number <= len(steps.places):
        return _on(draft_id or 0, "where") if draft_id else _show(request, officer, None, steps, "where")
    values = {"who": _who, "hand": _hand, "more": _more}.get(step, _nothing)(request, officer, steps, known)
    address = f"/operations/plans/{draft_id}" if draft_id is not None else "/operations"
    return page(
        request,
        "operation_new.html",
        status,
        steps=steps,
        step=step,
        number=number,
        place=steps.shown(number) if step == "what" else None,
        action=f"{address}/{step}" if draft_id is not None else "/operations/new",
        address=address,
        may={task: _may(task, officer) for task in TASKS},
        offered=offered or [],
        typed=why,
        told=ActionWords(say),
        named=_named(values.get("block"), why),
        **{**_EMPTY, **values},
    )


def _named(block: joint_shown.Block | None, why: Typed) -> list[picks.Row]:
    """The rows of another action's subjects: one, since a step asks for little and another action is another form."""
    return picks.rows(why.values, f"{block.prefix}subjects", 0) or [picks.Row()] if block else []


_EMPTY: dict[str, Any] = {"rows": (), "several": {}, "block": None, "kinds": (), "agencies": (), "names": {}}


def _may(task: str, officer: Officer) -> bool:
    kind = joint_steps.PROPOSES.get(task)
    return kind is None or officer.may(*kind_of(kind).proposes)


def _nothing(request: Request, officer: Officer, steps: Steps, known: list[AgencyView]) -> dict[str, Any]:
    return {}


def _who(request: Request, officer: Officer, steps: Steps, known: list[AgencyView]) -> dict[str, Any]:
    say = say_for(request)
    try:
        needs = joint_steps.needs_of(steps, known)
    except NotPossible:
        # Said when the plan is sent; until then the page shows what can be read.
        needs = ()
    found = choices([one for one in needs if one.why not in ("partner", "by_hand")], known)
    return {
        "rows": reasons(needs, [one.name for one in steps.places], ActionWords(say)),
        "several": {sort: many for sort, many in found.items() if len(many) > 1},
        "names": {one.code: one for one in known},
    }


def _hand(request: Request, officer: Officer, steps: Steps, known: list[AgencyView]) -> dict[str, Any]:
    return {"agencies": known}


def _more(request: Request, officer: Officer, steps: Steps, known: list[AgencyView]) -> dict[str, Any]:
    offered = [one for one in proposable(officer) if one.id not in joint_steps.PROPOSES.values()]
    wanted = [one for one in offered if one.id == request.query_params.get("kind", "")]
    blocks = joint_shown.blocks(wanted, open_home_of(request).ledger, say_for(request))
    return {"kinds": offered, "block": blocks[0] if blocks else None}


@router.get("/operations/{operation_id}/papers", may=CASE_READERS)
def papers(request: Request, operation_id: Id, officer: SignedIn) -> Response:
    """The fourth step: one paper a page, each begun with what the steps before it said."""
    return papers_page(request, operation_id, officer, NOTHING_TYPED, 200)


def papers_page(
    request: Request, operation_id: int, officer: Officer, before: Typed, status: int
) -> Response:
    """The first paper that is not here yet, or the one that was refused, and how the others stand."""
    room, say = open_home_of(request), say_for(request)
    found = queries.one(room.ledger, officer, row_id(operation_id))
    values = joint_shown.values(found, officer, room.ledger, say, before)
    missing = [one for one in values["papers"] if one.document is None]
    lead = next((one for one in values["papers"] if one.name == before.at), missing[0] if missing else None)
    return page(request, "operation_papers.html", status, lead=lead, **values)
