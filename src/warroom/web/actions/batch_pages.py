"""Decide on several actions: all on one page, then each decided separately."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fastapi import Query
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from warroom.access.role_groups import ACTION_APPROVERS
from warroom.actions.decisions import batch
from warroom.actions.decisions.batch import MOST
from warroom.actions.queries import load_action
from warroom.actions.views import ActionView, BatchOutcome
from warroom.errors import NotFound, NotPossible
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.sentences.sentence import Sentence, render_sentence
from warroom.web.actions import shown as action_shown
from warroom.web.actions.words import ActionWords
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.forms import read_text_field, render_texts
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn

router = Router(include_in_schema=False)
# The largest integer that a browser's numbers represent exactly (ECMAScript, Number.MAX_SAFE_INTEGER + 1).
LARGEST = 2**53


@dataclass(frozen=True, slots=True)
class AlikeActions:
    """Actions of one kind on the page: what all of them have is said once, what differs stands in the row of each."""

    title: str
    pillar: str
    facts: list[tuple[str, str]]
    approvals: str
    clocks: list[Clock]
    tables: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ActionOutcomeLine:
    """The result of one decision: the action's address and name, and the reason where it was refused."""

    href: str
    name: str
    why_not: str


# The list itself has no approval: an officer must have seen what they approve.
@router.get("/actions/together", may=ACTION_APPROVERS)
def show_batch(request: Request, officer: SignedIn, id: list[int] = Query(default=[])) -> Response:  # noqa: A002, B008
    """The tables of the ticked actions; what is not for this officer is left out."""
    return _render_batch(request, officer, _parse_numbers(id), "", 200)


def _render_batch(
    request: Request, officer: Officer, ids: Sequence[int], problem: str, status: int
) -> Response:
    ledger, say = open_home_of(request).ledger, say_for(request)
    if len(ids) > MOST:
        ids, problem = ids[:MOST], problem or Sentence("actions.too-many-at-once", most=MOST)
    actions = batch.load_tables(ledger, officer, ids)
    if ids and not actions:
        _require_purpose(ledger, officer, ids[0])
    tables: list[dict[str, Any]] = [
        action_shown.build_action_values(action, officer, ledger, say) for action in actions
    ]
    return render_page(
        request,
        "together.html",
        status,
        groups=_group_alike(tables, say),
        laws=list(dict.fromkeys(render_texts(table["action"].citation, say) for table in tables)),
        left_out=len(ids) - len(tables),
        ready=sum(_may_approve(table) for table in tables),
        problem=render_sentence(problem, say.language) if problem else "",
        told=ActionWords(say),
    )


def _group_alike(tables: Sequence[dict[str, Any]], say: Say) -> list[AlikeActions]:
    """The tables by kind of action, in their order."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for table in tables:
        by_kind.setdefault(table["action"].kind, []).append(table)
    return [_share_facts(alike, say) for alike in by_kind.values()]


def _share_facts(alike: Sequence[dict[str, Any]], say: Say) -> AlikeActions:
    facts = [_list_facts(table, say) for table in alike]
    shared = [fact for fact in facts[0] if all(fact in others for others in facts)]
    approvals = [_format_approvals(table, say) for table in alike]
    same_count = len(set(approvals)) == 1
    same_clocks = len({tuple(clock.words for clock in table["clocks"]) for table in alike}) == 1
    action = alike[0]["action"]
    return AlikeActions(
        title=render_texts(action.title, say),
        pillar=action.pillar,
        facts=shared,
        approvals=approvals[0] if same_count else "",
        clocks=alike[0]["clocks"] if same_clocks else [],
        tables=[
            table
            | {"own_facts": [fact for fact in own if fact not in shared]}
            | {"own_approvals": "" if same_count else given}
            | {"own_clocks": [] if same_clocks else table["clocks"]}
            for table, own, given in zip(alike, facts, approvals, strict=True)
        ],
    )


def _format_approvals(table: dict[str, Any], say: Say) -> str:
    said = say.catalog.gettext("approvals: %(given)s of %(needed)s")
    return said % {"given": len(table["agreed"]), "needed": table["action"].needed}


def _list_facts(table: dict[str, Any], say: Say) -> list[tuple[str, str]]:
    _ = say.catalog.gettext
    partner = [(_("Carried out by"), table["partner"])] if table["partner"] else []
    return [*partner, *table["facts"], (_("Why"), table["action"].reason)]


def _require_purpose(ledger: Ledger, officer: Officer, action_id: int) -> None:
    """Where none can be shown: raises PurposeNeeded if it is for want of a purpose, which is then asked for as on the page of
    one action.
    """
    with suppress(NotFound):
        load_action(ledger, officer, action_id)


def _may_approve(table: dict[str, Any]) -> bool:
    """Whether this officer may approve it as it is now."""
    return table["action"].state == "proposed" and not table["approve_not"]


@router.post("/actions/together/approve", may=ACTION_APPROVERS)
def approve_ticked(request: Request, officer: SignedIn, form: Form) -> Response:
    # Each with its own digest: an action that changed since it was shown is not approved.
    seen = {number: read_text_field(form, f"seen_{number}") for number in _parse_chosen(form)}
    if not seen:
        return _render_nothing_ticked(request, officer, form)
    outcomes = batch.approve_each(
        open_home_of(request).ledger, officer, seen, key=read_text_field(form, "key")
    )
    return _render_outcomes(request, officer, outcomes, "approved")


@router.post("/actions/together/decline", may=ACTION_APPROVERS)
def decline_ticked(request: Request, officer: SignedIn, form: Form) -> Response:
    ids = _parse_chosen(form)
    if not ids:
        return _render_nothing_ticked(request, officer, form)
    try:
        outcomes = batch.decline_each(
            open_home_of(request).ledger,
            officer,
            ids,
            read_text_field(form, "reason"),
            key=read_text_field(form, "key"),
        )
    except NotPossible as problem:
        return _render_batch(request, officer, ids, problem.sentence, problem.http_status)
    return _render_outcomes(request, officer, outcomes, "declined")


def _render_nothing_ticked(request: Request, officer: Officer, form: FormData) -> Response:
    shown = _parse_numbers(str(one) for one in form.getlist("shown"))
    return _render_batch(request, officer, shown, Sentence("actions.none-ticked"), 400)


def _parse_chosen(form: FormData) -> list[int]:
    return _parse_numbers(str(one) for one in form.getlist("id"))


def _parse_numbers(given: Iterable[int | str]) -> list[int]:
    """Row ids from a form or an address, each once, without invalid and too large ones."""
    found = [int(one) for one in map(str, given) if one.isdecimal() and len(one) < 16]
    return [one for one in dict.fromkeys(found) if 0 < one <= LARGEST]


def _render_outcomes(
    request: Request, officer: Officer, outcomes: Sequence[BatchOutcome], decision: str
) -> Response:
    """The page of results: what was done and what was refused, with reasons and links."""
    ledger, say = open_home_of(request).ledger, say_for(request)
    action_words = ActionWords(say)
    named = {
        entry.id: entry for entry in batch.load_tables(ledger, officer, [entry.id for entry in outcomes])
    }
    return render_page(
        request,
        "together_done.html",
        done=[_build_outcome(outcome, named, action_words) for outcome in outcomes if not outcome.refused],
        refused=[_build_outcome(outcome, named, action_words) for outcome in outcomes if outcome.refused],
        said=decision,
    )


def _build_outcome(one: BatchOutcome, named: dict[int, ActionView], told: ActionWords) -> ActionOutcomeLine:
    found = named.get(one.id)
    name = f"{told.format_kind(found.kind)} · {found.reference}" if found else f"{one.id}"
    return ActionOutcomeLine(
        f"/actions/{one.id}", name, told.render_kept_sentence(one.refused) if one.refused else ""
    )
