"""Actions of every kind but the hold: the list, proposing one, and the page where it is decided."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from warroom.access import role_groups
from warroom.access.role_groups import ACTION_APPROVERS, ACTION_PROPOSERS, ACTION_TEAMS, CASE_READERS
from warroom.actions import queries
from warroom.actions.decisions import approvals, course, documents, proposals
from warroom.actions.decisions.proposals import ActionDraft
from warroom.actions.legal_basis import require_rule_in_force
from warroom.actions.views import ACTION_STATES, ActionSort, ActionView
from warroom.bilingual.texts import Texts
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.law.kinds.declarations import PILLARS, ActionKind, load_kind, load_kinds, load_prerequisite
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.room.waiting.views import Task, TaskFilter
from warroom.room.worklist import queries as worklist
from warroom.sentences.catalogue import list_words
from warroom.sites import dependents
from warroom.sites.views import LineDependents
from warroom.web.actions import defaults, shown
from warroom.web.actions.meant import require_reason, resolve_subjects
from warroom.web.actions.words import ActionWords
from warroom.web.doors.router import Router
from warroom.web.kit import picks
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import (
    LONGEST_LIST,
    NOTHING_TYPED,
    FormField,
    TypedForm,
    build_fields,
    collect_typed_fields,
    parse_inputs,
    read_text_field,
    run_form_action,
)
from warroom.web.kit.lists import ROWS, build_listing, clamp_offset
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id, clamp_row_id
from warroom.web.kit.tables import Tables
from warroom.web.kit.words.mark import N_

CASE_FIELD = FormField(
    "case", N_("Case it serves"), "pick", required=False, options="case", optional=N_("if any"), most=40
)
GROUPS: dict[str, tuple[str, ...]] = {
    "place": ("search", "power-cut", "internet-cut", "satellite-terminal-report", "mast-adjustment"),
    "page": ("page-takedown", "domain-block", "sim-suspension"),
    "person": (
        "screening-referral",
        "traveller-warning",
        "checkpoint-welfare-check",
        "arrest-warrant-request",
        "notice-draft",
    ),
    "property": ("asset-freeze", "seizure", "whole-account-block", "forfeiture", "victim-payout"),
    "knowledge": ("lead", "watch", "share"),
    "public": ("call-back", "alert", "campaign", "lesson"),
}
"""The kinds of action by what they are about, as an officer looks for them; within a group the most usual first."""
router = Router(include_in_schema=False)
CASE = re.compile(r"[A-Za-z0-9._-]{1,40}")
Service = Callable[..., object]
Verb = Literal["decline", "carry-out", "finish", "withdraw", "lift"]
STEPS: dict[Verb, Service] = {
    "decline": approvals.decline_action,
    "carry-out": course.carry_out_action,
    "finish": course.finish_action,
    "withdraw": course.withdraw_action,
    "lift": course.lift_action,
}


@router.get("/actions", may=CASE_READERS)
def show_actions(
    request: Request,
    officer: SignedIn,
    sort: str = "",
    pillar: str = "",
    state: str = "",
    kind: str = "",
    case: str = "",
    offset: int = 0,
) -> Response:
    ledger, say = open_home_of(request).ledger, say_for(request)
    start = clamp_offset(offset)
    chosen = {
        "sort": sort if sort in list_words("actions.sort") else "all",
        "pillar": pillar if pillar in PILLARS else "",
        "state": state if state in ACTION_STATES else "",
        "kind": kind if kind in load_kinds() else "",
        "case": case.strip().upper() if CASE.fullmatch(case.strip()) else "",
    }
    wanted: ActionSort | None = next(
        (known_sort for known_sort in get_args(ActionSort) if known_sort == chosen["sort"]), None
    )
    rows, total = queries.list_actions(
        ledger,
        officer,
        sort=wanted,
        pillar=chosen["pillar"],
        state=chosen["state"],
        kind=chosen["kind"],
        case=chosen["case"],
        waiting_first=True,
        limit=ROWS,
        offset=start,
    )
    return render_page(
        request,
        "actions.html",
        rows=[shown.build_listed_action(row, say) for row in rows],
        chosen=chosen,
        **_split_pillars(queries.count_actions(ledger, officer), say),
        may_propose=bool(shown.list_proposable_kinds(officer)),
        kinds=[action_kind for action_kind in load_kinds().values() if action_kind.engine == "measure"],
        told=ActionWords(say),
        beside=_count_other_work(ledger, officer, say),
        **build_listing("/actions", total, start, chosen, usual=("all",)),
    )


def _split_pillars(counts: Mapping[str, Mapping[str, int]], say: Say) -> dict[str, Any]:
    """Pillars with actions, each with its counts, and the names of those without."""
    named = ActionWords(say).list_coded_words("pillar")
    full = [(code, name, counts[code]) for code, name in named if counts.get(code, {}).get("all")]
    return {"full": full, "bare": [name for code, name in named if code not in {row[0] for row in full}]}


def _count_other_work(ledger: Ledger, officer: Officer, say: Say) -> list[tuple[str, str, int]]:
    """Other work under way by kind, with its label: the board's pillars count it, this page does not."""
    found = worklist.read_work(ledger, officer, TaskFilter("", what=""), limit=1).whats
    whats = Tables(say, "worklist").list_coded_words("what")
    return [(what, word, found[what]) for what, word in whats if what != "action" and found.get(what)]


@router.get("/actions/new", may=ACTION_PROPOSERS)
def show_new_action(request: Request, officer: SignedIn, kind: str = "", case: str = "") -> Response:
    wanted = next(
        (action_kind for action_kind in shown.list_proposable_kinds(officer) if action_kind.id == kind), None
    )
    if wanted is None:
        return _render_kind_choice(request, officer, case.strip()[:40])
    return _render_form(
        request,
        officer,
        wanted,
        TypedForm(wanted.id, values=_prefill_from_link(request, wanted) | {"case": case.strip()[:40]}),
        200,
    )


def _prefill_from_link(request: Request, kind: ActionKind) -> dict[str, str]:
    """Form values from a link of another page. They only prefill the form: an officer must still submit it."""
    # Case and partner are never taken from a link: the officer must choose where an order goes.
    known = _list_field_names(kind) - {"case", "partner"}
    return {name: text[:LONGEST_LIST] for name, text in request.query_params.items() if name in known}


def _list_field_names(kind: ActionKind) -> set[str]:
    """The fields of the form of such an action."""
    subjects = {"subjects", "subjects_note", "subjects_kind"}
    return {"case", "reason", "partner", *subjects, *(f"d-{one.name}" for one in kind.inputs)}


def _render_kind_choice(request: Request, officer: Officer, case: str) -> Response:
    """Which action? Those that the officer's roles may propose, by what they are about."""
    say, mine = say_for(request), {kind.id: kind for kind in shown.list_proposable_kinds(officer)}
    groups = [(group, [mine[name] for name in names if name in mine]) for group, names in GROUPS.items()]
    return render_page(
        request,
        "action_choose.html",
        groups=[(group, kinds) for group, kinds in groups if kinds],
        law_of=lambda kind: find_law_citation(kind, request),
        case=case,
        told=ActionWords(say),
    )


def find_law_citation(kind: ActionKind, request: Request) -> Texts | None:
    """The citation of the law that would carry such an action now; None where none is in force."""
    try:
        return require_rule_in_force(kind, say_for(request).now).citation
    except NotPossible:
        return None


def _find_model_version(request: Request, officer: Officer) -> str:
    """The version of the model whose signals officers read now; empty where there are none, or not for this officer."""
    last = open_home_of(request).load_signals() if officer.has_role(*role_groups.SIGNAL_READERS) else ()
    return last[0].model_version if last else ""


def _render_form(
    request: Request, officer: Officer, kind: ActionKind, before: TypedForm, status: int
) -> Response:
    ledger, say = open_home_of(request).ledger, say_for(request)
    return render_page(
        request,
        "action_new.html",
        status,
        kind=kind,
        rows=picks.build_pick_rows(before.values, "subjects"),
        inputs=build_fields(kind.inputs, say, "d-"),
        case_field=CASE_FIELD,
        start=defaults.prefill_fields(kind.inputs, officer, say, _find_model_version(request, officer)),
        partners=shown.list_partners(kind, ledger),
        citation=find_law_citation(kind, request),
        typed=before,
        told=ActionWords(say),
    )


@router.post("/actions/begin", may=ACTION_PROPOSERS)
def begin_action(request: Request, officer: SignedIn, form: Form) -> Response:
    """The form of an action about a subject of another page; posted, so that no subject is in an address or a log."""
    given = collect_typed_fields(form)
    wanted = next(
        (
            action_kind
            for action_kind in shown.list_proposable_kinds(officer)
            if action_kind.id == given.get("kind")
        ),
        None,
    )
    return (
        render_filled_form(request, officer, wanted, given)
        if wanted
        else _render_kind_choice(request, officer, given.get("case", "")[:40])
    )


def render_filled_form(
    request: Request, officer: Officer, kind: ActionKind, given: Mapping[str, str]
) -> Response:
    """Render an action's form with the given values prefilled; an officer must still submit it."""
    known = _list_field_names(kind)
    values = {name: said[:LONGEST_LIST] for name, said in given.items() if name in known}
    return _render_form(request, officer, kind, TypedForm(kind.id, values=values), 200)


@router.post("/actions/new", may=ACTION_PROPOSERS)
def propose_action(request: Request, officer: SignedIn, form: Form) -> Response:
    given = collect_typed_fields(form)
    kind = load_kind(given.get("kind", ""))

    def carry_out() -> str:
        draft, key = parse_draft(request, officer, kind, given), read_text_field(form, "key")
        return _make_action_address(
            proposals.propose_action(open_home_of(request).ledger, officer, draft, key=key).id, "proposed"
        )

    return run_form_action(
        request,
        kind.id,
        form,
        carry_out,
        lambda typed, _: _render_form(request, officer, kind, typed, 409),
        (NotPossible, NotFound),
    )


def parse_draft(request: Request, officer: Officer, kind: ActionKind, given: dict[str, str]) -> ActionDraft:
    """What a form proposes; raises NotPossible where a subject may mean several."""
    subjects = resolve_subjects(request, officer, kind, given, "subjects")
    details = parse_inputs(kind.inputs, given, "d-", say_for(request).zone)
    # Case numbers are often typed in lower case.
    case = given.get("case", "").strip().upper() or None
    reason = require_reason(given, "reason")
    return ActionDraft(kind.id, subjects, details, reason, given.get("partner", "").strip(), case)


@router.get("/actions/{measure_id}", may=CASE_READERS)
def show_action(request: Request, measure_id: Id, officer: SignedIn) -> Response:
    return _render_action(request, measure_id, officer, NOTHING_TYPED, 200)


def _render_action(
    request: Request, measure_id: int, officer: Officer, before: TypedForm, status: int
) -> Response:
    ledger, say = open_home_of(request).ledger, say_for(request)
    action = queries.load_action(ledger, officer, clamp_row_id(measure_id))
    return render_page(
        request,
        "action.html",
        status,
        **shown.build_action_values(action, officer, ledger, say, before, _find_dependents(request, action)),
        following=_find_next_action(request, officer, action.id),
    )


def _find_next_action(request: Request, officer: Officer, decided: int) -> Task | None:
    """After a decision the next action that waits for this officer, by its clock."""
    if request.query_params.get("said") not in ("approved", "declined"):
        return None
    work = worklist.read_work(open_home_of(request).ledger, officer, TaskFilter(what="action"), limit=2)
    return next((task for task in work.tasks if task.id != decided), None)


def _find_dependents(request: Request, found: ActionView) -> LineDependents | None:
    """Who hangs on the lines of a proposal whose collateral statement is still missing, as the records say."""
    if found.state != "proposed" or shown.COLLATERAL not in found.missing:
        return None
    return dependents.count_dependents(open_home_of(request).lake, [one.id for one in found.subjects])


@router.post("/actions/{measure_id}/documents", may=ACTION_TEAMS)
def attach_document(request: Request, measure_id: Id, officer: SignedIn, form: Form) -> Response:
    name = read_text_field(form, "prerequisite")
    content = parse_inputs(
        load_prerequisite(name).inputs, collect_typed_fields(form), "d-", say_for(request).zone
    )

    def attach(ledger: Ledger, officer: Officer, number: int, said: str, *, key: str) -> None:
        documents.attach_document(ledger, officer, number, name, content, key=key)

    return _apply_decision(
        request, measure_id, officer, form, attach, "attached", at=name, anchor=f"#paper-{name}"
    )


@router.post("/actions/{measure_id}/approve", may=ACTION_APPROVERS)
def approve_action(request: Request, measure_id: Id, officer: SignedIn, form: Form) -> Response:
    return _apply_decision(request, measure_id, officer, form, approvals.approve_action, "approved", "digest")


@router.post("/actions/{measure_id}/{verb}", may=ACTION_TEAMS)
def take_step(request: Request, measure_id: Id, verb: Verb, officer: SignedIn, form: Form) -> Response:
    """Any other step, each with what was done or why."""
    return _apply_decision(request, measure_id, officer, form, STEPS[verb], verb)


def _apply_decision(
    request: Request,
    measure_id: int,
    officer: Officer,
    form: FormData,
    service: Service,
    notice_code: str,
    field: str = "reason",
    at: str = "",
    anchor: str = "",
) -> Response:
    """Run a decision; on refusal show the page again with the reason."""

    def carry_out() -> str:
        key = read_text_field(form, "key")
        service(
            open_home_of(request).ledger,
            officer,
            clamp_row_id(measure_id),
            read_text_field(form, field),
            key=key,
        )
        return _make_action_address(measure_id, notice_code, anchor)

    def show(before: TypedForm, status: int) -> Response:
        return _render_action(request, measure_id, officer, before, status)

    return run_form_action(request, at or notice_code, form, carry_out, show, (NotPossible, NotAllowed))


def _make_action_address(measure_id: int, said: str, anchor: str = "") -> str:
    return f"/actions/{clamp_row_id(measure_id)}?{urlencode({'said': said})}{anchor}"
