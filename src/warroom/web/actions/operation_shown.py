"""Values for the page of a joint operation, and action drafts from typed plans."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from warroom.access import role_groups
from warroom.access.agencies import list_agencies
from warroom.access.views import AgencyView
from warroom.actions.decisions.proposals import ActionDraft
from warroom.actions.operations import queries
from warroom.actions.operations.views import LineView, Need, OperationView, PlannedPlace
from warroom.actions.queries import list_actions
from warroom.actions.views import ActionLine
from warroom.law.kinds.declarations import ActionKind, load_kind
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.orders.order_content import OrderSubject
from warroom.reasons.reason import Language
from warroom.web.actions.documents import build_paper
from warroom.web.actions.operation_grid import build_grid, build_reasons, list_blockers
from warroom.web.actions.operation_hour import build_hour
from warroom.web.actions.shown import build_clocks, format_only_roles, list_partners
from warroom.web.actions.words import ActionWords
from warroom.web.kit import picks
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import (
    NOTHING_TYPED,
    FormField,
    TypedForm,
    build_fields,
    parse_inputs,
    render_texts,
)
from warroom.web.kit.language import load_catalog
from warroom.web.kit.words.mark import N_

RAID = ("screening-plan", "shelter")
"""Documents that a raid requires in addition to those of its actions."""
# Actions of an operation: the limit that the services set for a plan.
MOST = 500
# Lines of the time line read for the drawing; the page itself lists `RECENT`. Chosen, not measured.
LINES = 2_000
# Lines of the time line on the page, the newest first. Chosen, not measured.
RECENT = 100
# Lines shown before the reader unfolds the rest. Chosen, not measured.
SHOWN = 8
NOTICE = N_(
    "This place is searched on {moment} under a court's warrant, which you may read. You may stay silent, ask for an "
    "interpreter and a lawyer, and contest the search in the court that issued the warrant. People who were forced to work "
    "here are heard as victims first and are not punished for it."
)
"""How a rights notice of a search begins; an officer makes it fit."""
REGISTERS = {"cash": "cash", "car": "car", "property": "land", "gold": "gold", "crypto": "crypto"}
"""The class under which a sort of result enters the register of assets."""
RESULT = re.compile(r"(\d+) (\w+)")


@dataclass(frozen=True, slots=True)
class ActionFormBlock:
    """The part of a plan's form about the actions of one kind."""

    kind: ActionKind
    prefix: str
    fields: tuple[FormField, ...]
    partners: list[AgencyView]


def build_operation_values(
    operation: OperationView, officer: Officer, ledger: Ledger, say: Say, typed: TypedForm = NOTHING_TYPED
) -> dict[str, Any]:
    """Everything `operation.html` and its part that refreshes itself need."""
    action_words = ActionWords(say)
    actions, _ = list_actions(ledger, officer, operation=operation.id, limit=MOST)
    mine = next((readiness for readiness in operation.agencies if readiness.agency == officer.agency), None)
    lines_of = queries.list_timeline(ledger, officer, operation.id, limit=LINES)
    needs = queries.list_needs(ledger, officer, operation.id)
    known = {agency.code: agency for agency in list_agencies(ledger)}
    # With deactivated agencies: they may have taken part.
    names = {code: render_texts(agency.name, say) for code, agency in known.items()}
    grid = build_grid(operation, needs, names, say, action_words)
    usual = queries.answer_times(ledger, [readiness.agency for readiness in operation.agencies])
    return {
        "operation": operation,
        "told": action_words,
        "names": names,
        "grid": grid,
        "countdown": _format_countdown(operation, say),
        "reasons": build_reasons(needs, [place.name for place in operation.places], action_words),
        "waits": list_blockers(operation, known, usual, _list_deciders(actions, action_words), say),
        "hour": build_hour(operation, needs, grid.columns, lines_of, say),
        "clocks": build_clocks(operation.deadlines, operation.proposed_at, say),
        "actions": actions,
        "papers": [
            build_paper(
                name, operation.documents, operation.missing, say, prefill_paper(name, operation, needs, say)
            )
            for name in _list_required_documents(operation, actions)
        ],
        "waiting": [action for action in actions if action.state == "proposed"],
        "approve_not": _explain_no_approval(actions, officer, action_words)
        or _explain_approved(queries.is_waiting_for(ledger, officer, operation.id), action_words),
        "go_not": _explain_no_go(operation, officer, say),
        "may_no_go": officer.has_role(*role_groups.OPERATION_DECIDERS)
        and operation.state in ("planned", "go"),
        "may_plan": officer.has_role(*role_groups.OPERATION_PLANNERS) and operation.state == "planned",
        "may_say": officer.has_role(*role_groups.ACTION_TEAMS) and operation.state in ("planned", "go"),
        "own": mine if officer.has_role(*role_groups.ACTION_TEAMS) and operation.state == "planned" else None,
        "going": [word for word in operation.words if word.word == "go" and word.counts],
        "line_text": lambda line: format_timeline_line(line, action_words),
        "timeline": list(reversed(lines_of))[:RECENT],
        "shown": SHOWN,
        "results": queries.list_results(ledger, officer, operation.id),
        "registers": REGISTERS if operation.case and officer.has_role(*role_groups.ASSET_TRACERS) else {},
        "typed": typed,
    }


def _format_countdown(found: OperationView, say: Say) -> str:
    """How long it is to the hour, or was since, in its two largest units."""
    _ = say.catalog.gettext
    left = found.hour - say.now
    return say.span(left) if left.total_seconds() > 0 else _("{span} ago").format(span=say.span(left))


def _list_deciders(actions: tuple[ActionLine, ...], told: ActionWords) -> str:
    """The roles that decide on what waits."""
    waiting = dict.fromkeys(one.kind for one in actions if one.state == "proposed")
    return told.format_roles(role for kind in waiting for role in load_kind(kind).approves)


def prefill_paper(name: str, operation: OperationView, needs: tuple[Need, ...], say: Say) -> dict[str, str]:
    """Prefilled fields of a document, from the steps of the plan. Assurances stay empty: an officer
    must give them.
    """
    sums = {why: sum(need.count for need in needs if need.why == why) for why in ("screening", "clinics")}
    spoken = [need.text.split(",") for need in needs if need.why == "languages"]
    tongues = list(dict.fromkeys(word.strip() for words in spoken for word in words if word.strip()))
    if name == "shelter" and sums["screening"]:
        return {"d-places": str(sums["screening"])}
    if name == "screening-plan" and tongues:
        return {"d-interpretation": ", ".join(tongues)}
    if name == "collateral-statement" and needs:
        return {"d-clinics": str(sums["clinics"])}
    if name == "rights-notice" and needs:
        return {
            "d-thai": _format_notice(operation, "th", say),
            "d-english": _format_notice(operation, "en", say),
        }
    return {}


def _format_notice(found: OperationView, language: Language, say: Say) -> str:
    """What people at a place are told first; the court's wording comes with the warrant."""
    # In both languages, whatever the reader's is: the document contains both.
    here = Say(language, load_catalog(language), say.zone, language == "th", say.now)
    return here.catalog.gettext(NOTICE).format(moment=here.moment(found.hour))


def _list_required_documents(found: OperationView, actions: tuple[ActionLine, ...]) -> list[str]:
    """The documents that its actions ask for, and those that a raid does, each once."""
    wanted = [
        name for kind in dict.fromkeys(one.kind for one in actions) for name in load_kind(kind).requires
    ]
    return list(dict.fromkeys([*(RAID if found.raid else ()), *wanted]))


def _explain_no_approval(actions: tuple[ActionLine, ...], officer: Officer, action_words: ActionWords) -> str:
    """Why this officer cannot approve all waiting actions at once; empty where they may try."""
    _ = action_words.say.catalog.gettext
    waiting = [action for action in actions if action.state == "proposed"]
    # Approved all or none: one action that this officer may not approve blocks all.
    for kind in dict.fromkeys(action.kind for action in waiting):
        if not officer.has_role(*load_kind(kind).approves):
            return format_only_roles(load_kind(kind).approves, action_words)
    if any(action.proposed_by == officer.name for action in waiting):
        return _("You proposed these actions; other officers must approve them.")
    return ""


def _explain_approved(waits: bool, told: ActionWords) -> str:
    """That this officer has approved all that they may, so that the same button is not offered again."""
    return "" if waits else told.say.catalog.gettext("You have approved; a second officer must do so now.")


def _explain_no_go(operation: OperationView, officer: Officer, say: Say) -> str:
    """Why this officer may not say go now; empty where they may."""
    _ = say.catalog.gettext
    if not officer.has_role(*role_groups.OPERATION_DECIDERS):
        return format_only_roles(role_groups.OPERATION_DECIDERS, ActionWords(say))
    if operation.missing:
        return _("Nobody may say go before this is put right.")
    if any(word.officer == officer.name and word.word == "go" and word.counts for word in operation.words):
        return _("You have said go; a second officer must do so now.")
    return ""


def format_timeline_line(line: LineView, action_words: ActionWords) -> str:
    """A line of the time line in the reader's language; what people wrote stands as they wrote it."""
    if line.kind == "said":
        return line.text
    if line.kind == "document":
        return action_words.format_document(line.text)
    # Lines are stored as text and never changed; the code in a result can still be translated.
    if line.kind == "result" and (result_match := RESULT.fullmatch(line.text)):
        return f"{result_match[1]} {action_words('result', result_match[2])}"
    return action_words.render_kept_sentence(line.text)


def build_blocks(wanted: list[ActionKind], ledger: Ledger, say: Say) -> list[ActionFormBlock]:
    """A part of the form for each kind of action that the plan holds."""
    return [
        ActionFormBlock(
            kind,
            f"{kind.id}-",
            build_fields(kind.inputs, say, f"{kind.id}-"),
            list_partners(kind, ledger),
        )
        for kind in wanted
    ]


def build_drafts(
    kind: ActionKind, given: Mapping[str, str], places: tuple[PlannedPlace, ...], zone: ZoneInfo
) -> list[ActionDraft]:
    """One action a subject; a kind that is about places and has none is meant for every place."""
    prefix = f"{kind.id}-"
    picked = picks.parse_subjects(given, f"{prefix}subjects", kind.subjects[0])
    named = [OrderSubject(subject.kind, subject.id, note) for subject, note in picked]
    if not named and kind.subjects[0] == "place":
        named = [OrderSubject("place", place.name, place.province) for place in places]
    details, reason = parse_inputs(kind.inputs, given, prefix, zone), given.get(f"{prefix}reason", "")
    partner = given.get(f"{prefix}partner", "").strip()
    case = given.get("case", "").strip().upper() or None
    return [ActionDraft(kind.id, (subject,), details, reason, partner, case) for subject in named]
