"""Planning a joint operation in steps: where, what at each place, who, and then its papers.

Each step is a page that saves what was typed even if it is invalid; only the button to the next step validates it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access.agencies import list_agencies
from warroom.access.role_groups import CASE_READERS, OPERATION_PLANNERS
from warroom.access.views import AgencyView
from warroom.actions.details import check_fields
from warroom.actions.operations import drafts, queries
from warroom.actions.operations.decisions import plans
from warroom.actions.operations.needs import TASKS, list_agency_choices
from warroom.errors import NotFound, NotPossible
from warroom.law.kinds.declarations import ActionKind, load_kind
from warroom.ledger.officers import Officer
from warroom.sentences.sentence import Sentence
from warroom.web.actions import operation_shown, operation_steps
from warroom.web.actions.meant import require_reason, resolve_subjects
from warroom.web.actions.operation_grid import build_reasons
from warroom.web.actions.operation_places import parse_places, replace_picked_line
from warroom.web.actions.operation_steps import PlanPlace, PlanSteps
from warroom.web.actions.shown import list_proposable_kinds
from warroom.web.actions.words import ActionWords
from warroom.web.doors.router import Router
from warroom.web.kit import picks
from warroom.web.kit.forms import (
    NOTHING_TYPED,
    REFUSALS,
    TypedForm,
    UnfitField,
    collect_typed_fields,
    describe_refusal,
    read_text_field,
    split_lines,
)
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id, clamp_row_id
from warroom.web.map.suspects import SuspectMap, draw_suspects

router = Router(include_in_schema=False)
FORMS = ("where", "what", "who", "hand", "more")
"""The three steps, and two side pages of the third: adding an agency, adding an action."""


@router.get("/operations/new", may=OPERATION_PLANNERS)
def show_new_plan(request: Request, officer: SignedIn, place: str = "", case: str = "") -> Response:
    """An empty first step, or one that begins with the place or the case of the page one comes from."""
    return _render_step(request, officer, None, PlanSteps(typing=place[:200], case=case[:40]), "where")


@router.post("/operations/new", may=OPERATION_PLANNERS)
def begin_plan(request: Request, officer: SignedIn, form: Form) -> Response:
    return _handle_sent_step(request, officer, None, PlanSteps(), "where", form)


@router.get("/operations/plans/{draft_id}/{step}", may=OPERATION_PLANNERS)
def show_step(request: Request, draft_id: Id, step: str, officer: SignedIn, place: str = "1") -> Response:
    draft = drafts.load_draft(open_home_of(request).ledger, officer, clamp_row_id(draft_id))
    # A plan that was sent leads to its operation, so that nothing is planned twice.
    if draft.operation is not None:
        return RedirectResponse(f"/operations/{draft.operation}", 303)
    return _render_step(
        request,
        officer,
        draft.id,
        PlanSteps.from_content(draft.content),
        _require_step(step),
        _parse_place_number(place),
    )


@router.post("/operations/plans/{draft_id}/{step}", may=OPERATION_PLANNERS)
def send_step(request: Request, draft_id: Id, step: str, officer: SignedIn, form: Form) -> Response:
    found = drafts.load_draft(open_home_of(request).ledger, officer, clamp_row_id(draft_id))
    if found.operation is not None:
        return RedirectResponse(f"/operations/{found.operation}", 303)
    return _handle_sent_step(
        request, officer, found.id, PlanSteps.from_content(found.content), _require_step(step), form
    )


def _require_step(step: str) -> str:
    if step not in FORMS:
        raise NotFound("actions.no-such-step")
    return step


def _parse_place_number(place: str) -> int:
    return int(place) if place.isascii() and place.isdigit() and len(place) < 4 else 1


def _handle_sent_step(
    request: Request, officer: Officer, draft_id: int | None, before: PlanSteps, step: str, form: Any
) -> Response:
    """Keep what the step holds; go where its button leads, or show the step again with what does not fit."""
    ledger, number = open_home_of(request).ledger, _parse_place_number(read_text_field(form, "place"))
    steps = _TAKEN[step](before, number, form)
    if draft_id is not None:
        drafts.save_draft(ledger, officer, draft_id, steps.content)
    try:
        led = _follow_button(request, officer, draft_id, steps, step, number, form)
    except REFUSALS as refusal:
        why, status = describe_refusal(request, step, form, refusal), refusal.http_status
        return _render_step(request, officer, draft_id, steps, step, number, why, status)
    return led


def _read_where_step(before: PlanSteps, form: Any) -> PlanSteps:
    steps = operation_steps.update_where_step(before, form)
    return replace(
        steps, typing=replace_picked_line(steps.typing, before.typing, read_text_field(form, "pick"))
    )


def _read_what_step(steps: PlanSteps, number: int, form: Any) -> PlanSteps:
    return operation_steps.update_what_step(steps, number, form) if number <= len(steps.places) else steps


_TAKEN: dict[str, Callable[[PlanSteps, int, Any], PlanSteps]] = {
    "where": lambda steps, _, form: _read_where_step(steps, form),
    "what": _read_what_step,
    "who": lambda steps, _, form: operation_steps.update_who_step(steps, form),
    "hand": lambda steps, _, form: steps,
    "more": lambda steps, _, form: steps,
}


def _follow_button(
    request: Request,
    officer: Officer,
    draft_id: int | None,
    steps: PlanSteps,
    step: str,
    number: int,
    form: Any,
) -> Response:
    to = read_text_field(form, "way")
    if step == "where":
        return _from_where(request, officer, draft_id, steps, to)
    assert draft_id is not None
    if to in ("where", "what", "who", "hand", "more") and step in ("what", "who"):
        return _redirect_to_step(draft_id, to)
    if step == "what":
        operation_steps.check_what_step(steps, number, officer)
        last = number >= len(steps.places)
        return _redirect_to_step(draft_id, "who") if last else _redirect_to_step(draft_id, "what", number + 1)
    if step == "who" and read_text_field(form, "out"):
        return _redirect_to_step(draft_id, "who")
    if step == "who":
        return _save_plan(request, officer, draft_id, steps, read_text_field(form, "key"))
    added = (
        _add_agency_by_hand(request, steps, form)
        if step == "hand"
        else _add_action(request, officer, steps, form)
    )
    drafts.save_draft(open_home_of(request).ledger, officer, draft_id, added.content)
    return _redirect_to_step(draft_id, "who")


def _from_where(
    request: Request, officer: Officer, draft_id: int | None, steps: PlanSteps, to: str
) -> Response:
    room, say = open_home_of(request), say_for(request)
    new_places, offered, rest = parse_places(steps.typing, room, officer, say)
    steps = replace(steps, places=(*steps.places, *_select_new_places(steps, new_places)), typing=rest)
    if offered:
        kept = _save_draft(request, officer, draft_id, steps)
        return _render_step(request, officer, kept, steps, "where", offered=offered)
    if to == "next":
        operation_steps.check_where_step(steps, say.now, say.zone)
    kept = _save_draft(request, officer, draft_id, steps)
    return _redirect_to_step(kept, {"next": "what", "who": "who", "what": "what"}.get(to, "where"))


def _select_new_places(steps: PlanSteps, found: list[PlanPlace]) -> list[PlanPlace]:
    there = {(one.name, one.province) for one in steps.places}
    return [one for one in found if (one.name, one.province) not in there]


def _save_draft(request: Request, officer: Officer, draft_id: int | None, steps: PlanSteps) -> int:
    ledger = open_home_of(request).ledger
    if draft_id is None:
        return drafts.begin_draft(ledger, officer, steps.content)
    drafts.save_draft(ledger, officer, draft_id, steps.content)
    return draft_id


def _redirect_to_step(draft_id: int, step: str, place: int = 1) -> Response:
    more = f"?place={place}" if step == "what" and place > 1 else ""
    return RedirectResponse(f"/operations/plans/{draft_id}/{step}{more}", 303)


def _save_plan(request: Request, officer: Officer, draft_id: int, steps: PlanSteps, key: str) -> Response:
    ledger, say = open_home_of(request).ledger, say_for(request)
    for number in range(1, len(steps.places) + 1):
        operation_steps.check_what_step(steps, number, officer)
    operation_steps.check_who_step(steps)
    needs = operation_steps.infer_needs(steps, _list_agencies(request, officer))
    plan = operation_steps.build_plan(steps, needs, say.now, say.zone)
    made = plans.plan_operation(ledger, officer, plan, needs, key=key)
    drafts.mark_planned(ledger, officer, draft_id, made.id)
    return RedirectResponse(f"/operations/{made.id}/papers?{urlencode({'said': 'planned'})}", 303)


def _add_agency_by_hand(request: Request, steps: PlanSteps, form: Any) -> PlanSteps:
    code, why = read_text_field(form, "agency"), read_text_field(form, "reason")[:500]
    if code not in {one.code for one in list_agencies(open_home_of(request).ledger, active=True)}:
        raise UnfitField(Sentence("actions.hand-agency-missing"), "agency")
    if not why:
        raise UnfitField(Sentence("actions.hand-reason-missing"), "reason")
    kept = tuple(one for one in steps.by_hand if one[0] != code)
    return replace(steps, by_hand=(*kept, (code, why)))


def _add_action(request: Request, officer: Officer, steps: PlanSteps, form: Any) -> PlanSteps:
    kind = next(
        (
            action_kind
            for action_kind in list_proposable_kinds(officer)
            if action_kind.id == read_text_field(form, "kind")
        ),
        None,
    )
    if kind is None:
        raise NotPossible("actions.kind-not-chosen")
    given = {**collect_typed_fields(form), "kind": kind.id}
    given |= _look_up_subjects(request, officer, kind, given)
    require_reason(given, f"{kind.id}-reason")
    # Checked now, so that an error is shown on the form where it was typed.
    planned = operation_shown.build_drafts(kind, given, (), say_for(request).zone)
    if not all(subject.id for action in planned for subject in action.subjects) or not planned:
        raise UnfitField(Sentence("actions.subject-missing", kind=kind.title), f"{kind.id}-subjects")
    check_fields(kind.inputs, planned[0].details)
    return replace(steps, more=(*steps.more, given))


def _look_up_subjects(
    request: Request, officer: Officer, kind: ActionKind, given: dict[str, str]
) -> dict[str, str]:
    """The subjects as they are known, in the fields in which they were typed."""
    name = f"{kind.id}-subjects"
    subjects = resolve_subjects(request, officer, kind, given, name)
    return {
        name: "\n".join(subject.id for subject in subjects),
        f"{name}_note": "\n".join(subject.note for subject in subjects),
        f"{name}_kind": "\n".join(subject.kind for subject in subjects),
    }


def _list_agencies(request: Request, officer: Officer) -> list[AgencyView]:
    """The active agencies; of rooms only the officer's own, since its custodian keeps its teams' evidence."""
    every = list_agencies(open_home_of(request).ledger, active=True)
    return [one for one in every if one.kind != "room" or one.code == officer.agency]


def _render_step(
    request: Request,
    officer: Officer,
    draft_id: int | None,
    steps: PlanSteps,
    step: str,
    number: int = 1,
    why: TypedForm = NOTHING_TYPED,
    status: int = 200,
    offered: list[str] | None = None,
) -> Response:
    say, known = say_for(request), _list_agencies(request, officer)
    suspects = (
        draw_suspects(request, officer, [place.name for place in steps.places]) if step == "where" else None
    )
    if step == "what" and not 1 <= number <= len(steps.places):
        return (
            _redirect_to_step(draft_id or 0, "where")
            if draft_id
            else _render_step(request, officer, None, steps, "where")
        )
    request.state.refused_kind = why.values.get("kind", "")
    values = {"who": _build_who_values, "hand": _build_hand_values, "more": _build_more_values}.get(
        step, _build_no_values
    )(request, officer, steps, known)
    address = f"/operations/plans/{draft_id}" if draft_id is not None else "/operations"
    return render_page(
        request,
        "operation_new.html",
        status,
        steps=steps,
        step=step,
        number=number,
        place=steps.prefill_place(number) if step == "what" else None,
        action=f"{address}/{step}" if draft_id is not None else "/operations/new",
        address=address,
        may={task: _may_do_task(task, officer) for task in TASKS},
        offered=offered or [],
        suspects=suspects,
        **_split_typed_places(steps, suspects),
        typed=why,
        told=ActionWords(say),
        named=_build_subject_rows(values.get("block"), why),
        **{**_EMPTY, **values},
    )


def _split_typed_places(steps: PlanSteps, suspects: SuspectMap | None) -> dict[str, list[str]]:
    """The typed lines, and apart from them those that are ticks among the suspected places."""
    offered = {choice.id for choice in suspects.choices} if suspects else set()
    lines = split_lines(steps.typing)
    return {
        "ticked": [line for line in lines if line in offered],
        "typed_places": [line for line in lines if line not in offered],
    }


def _build_subject_rows(block: operation_shown.ActionFormBlock | None, why: TypedForm) -> list[picks.PickRow]:
    """The rows of a further action's subjects: one empty row, since another action has its own form."""
    return (
        picks.build_pick_rows(why.values, f"{block.prefix}subjects", 0) or [picks.PickRow()] if block else []
    )


_EMPTY: dict[str, Any] = {"rows": (), "several": {}, "block": None, "kinds": (), "agencies": (), "names": {}}


def _may_do_task(task: str, officer: Officer) -> bool:
    kind = operation_steps.PROPOSES.get(task)
    return kind is None or officer.has_role(*load_kind(kind).proposes)


def _build_no_values(
    request: Request, officer: Officer, steps: PlanSteps, known: list[AgencyView]
) -> dict[str, Any]:
    return {}


def _build_who_values(
    request: Request, officer: Officer, steps: PlanSteps, known: list[AgencyView]
) -> dict[str, Any]:
    say = say_for(request)
    try:
        needs = operation_steps.infer_needs(steps, known)
    except NotPossible:
        # The error is shown when the plan is sent; until then the page shows what can be parsed.
        needs = ()
    agencies_by_sort = list_agency_choices(
        [need for need in needs if need.why not in ("partner", "by_hand")], known
    )
    return {
        "rows": build_reasons(needs, [place.name for place in steps.places], ActionWords(say)),
        "several": {sort: many for sort, many in agencies_by_sort.items() if len(many) > 1},
        "names": {agency.code: agency for agency in known},
    }


def _build_hand_values(
    request: Request, officer: Officer, steps: PlanSteps, known: list[AgencyView]
) -> dict[str, Any]:
    return {"agencies": known}


def _build_more_values(
    request: Request, officer: Officer, steps: PlanSteps, known: list[AgencyView]
) -> dict[str, Any]:
    offered = [
        kind for kind in list_proposable_kinds(officer) if kind.id not in operation_steps.PROPOSES.values()
    ]
    # A refused form is sent to an address without its kind, and names it itself.
    asked = request.query_params.get("kind", "") or getattr(request.state, "refused_kind", "")
    wanted = [kind for kind in offered if kind.id == asked]
    blocks = operation_shown.build_blocks(wanted, open_home_of(request).ledger, say_for(request))
    return {"kinds": offered, "block": blocks[0] if blocks else None}


@router.get("/operations/{operation_id}/papers", may=CASE_READERS)
def show_papers(request: Request, operation_id: Id, officer: SignedIn) -> Response:
    """The fourth step: one paper a page, each begun with what the steps before it said."""
    return render_papers_page(request, operation_id, officer, NOTHING_TYPED, 200)


def render_papers_page(
    request: Request, operation_id: int, officer: Officer, before: TypedForm, status: int
) -> Response:
    """The first paper that is not here yet, or the one that was refused, and how the others stand."""
    room, say = open_home_of(request), say_for(request)
    operation = queries.load_operation(room.ledger, officer, clamp_row_id(operation_id))
    values = operation_shown.build_operation_values(operation, officer, room.ledger, say, before)
    missing = [paper for paper in values["papers"] if paper.document is None]
    lead = next(
        (paper for paper in values["papers"] if paper.name == before.at), missing[0] if missing else None
    )
    return render_page(request, "operation_papers.html", status, lead=lead, **values)
