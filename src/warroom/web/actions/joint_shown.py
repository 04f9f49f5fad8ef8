"""From a joint operation as the services answer it to what its page shows, and a plan from what was typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from warroom.access import role_groups
from warroom.access.agencies import agencies
from warroom.access.views import AgencyView
from warroom.actions.decisions.proposals import Draft
from warroom.actions.joint import queries
from warroom.actions.joint.views import LineView, Need, OperationView, Place
from warroom.actions.queries import listed
from warroom.actions.views import ActionLine
from warroom.law.kinds.declarations import Kind, kind_of
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.orders.order_content import Subject
from warroom.reasons.reason import Language
from warroom.web.actions.documents import paper_of
from warroom.web.actions.joint_grid import grid_of, reasons, waiting
from warroom.web.actions.joint_hour import hour_of
from warroom.web.actions.shown import clocks, only, partners_of
from warroom.web.actions.words import ActionWords
from warroom.web.kit import picks
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import NOTHING_TYPED, Field, Typed, declared, read, said
from warroom.web.kit.language import catalog
from warroom.web.kit.words.mark import N_

RAID = ("screening-plan", "shelter")
"""What a raid asks for beside the papers of its actions."""
MOST = 500
LINES = 2_000
RECENT = 100
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
class Block:
    """The part of a plan's form about the actions of one kind."""

    kind: Kind
    prefix: str
    fields: tuple[Field, ...]
    partners: list[AgencyView]


def values(
    found: OperationView, officer: Officer, ledger: Ledger, say: Say, typed: Typed = NOTHING_TYPED
) -> dict[str, Any]:
    """Everything `operation.html` and its part that refreshes itself need."""
    told = ActionWords(say)
    actions, _ = listed(ledger, officer, operation=found.id, limit=MOST)
    mine = next((one for one in found.agencies if one.agency == officer.agency), None)
    lines_of = queries.timeline(ledger, officer, found.id, limit=LINES)
    needs = queries.needs(ledger, officer, found.id)
    known = {one.code: one for one in agencies(ledger)}
    # Of ended agencies too: they may have taken part.
    names = {code: said(one.name, say) for code, one in known.items()}
    grid = grid_of(found, needs, names, say, told)
    usual = queries.answer_times(ledger, [one.agency for one in found.agencies])
    return {
        "operation": found,
        "told": told,
        "names": names,
        "grid": grid,
        "countdown": _countdown(found, say),
        "reasons": reasons(needs, [one.name for one in found.places], told),
        "waits": waiting(found, known, usual, _deciders(actions, told), say),
        "hour": hour_of(found, needs, grid.columns, lines_of, say),
        "clocks": clocks(found.deadlines, found.proposed_at, say),
        "actions": actions,
        "papers": [
            paper_of(name, found.documents, found.missing, say, begun_with(name, found, needs, say))
            for name in _asked(found, actions)
        ],
        "waiting": [one for one in actions if one.state == "proposed"],
        "approve_not": _approve_not(actions, officer, told)
        or _approved(queries.waits_for(ledger, officer, found.id), told),
        "go_not": _go_not(found, officer, say),
        "may_no_go": officer.may(*role_groups.OPERATION_DECIDERS) and found.state in ("planned", "go"),
        "may_plan": officer.may(*role_groups.OPERATION_PLANNERS) and found.state == "planned",
        "may_say": officer.may(*role_groups.ACTION_TEAMS) and found.state in ("planned", "go"),
        "own": mine if officer.may(*role_groups.ACTION_TEAMS) and found.state == "planned" else None,
        "going": [one for one in found.words if one.word == "go" and one.counts],
        "line_text": lambda line: line_text(line, told),
        "timeline": list(reversed(lines_of))[:RECENT],
        "shown": SHOWN,
        "results": queries.results(ledger, officer, found.id),
        "registers": REGISTERS if found.case and officer.may(*role_groups.ASSET_TRACERS) else {},
        "typed": typed,
    }


def _countdown(found: OperationView, say: Say) -> str:
    """How long it is to the hour, or was since, in its two largest units."""
    _ = say.catalog.gettext
    left = found.hour - say.now
    return say.span(left) if left.total_seconds() > 0 else _("{span} ago").format(span=say.span(left))


def _deciders(actions: tuple[ActionLine, ...], told: ActionWords) -> str:
    """The roles that decide on what waits."""
    waiting = dict.fromkeys(one.kind for one in actions if one.state == "proposed")
    return told.roles(role for kind in waiting for role in kind_of(kind).approves)


def begun_with(name: str, found: OperationView, needs: tuple[Need, ...], say: Say) -> dict[str, str]:
    """What stands in a paper before anybody types, as far as the steps said it. What a paper promises stays empty: an officer
    says that.
    """
    sums = {why: sum(one.count for one in needs if one.why == why) for why in ("screening", "clinics")}
    spoken = [one.text.split(",") for one in needs if one.why == "languages"]
    tongues = list(dict.fromkeys(word.strip() for words in spoken for word in words if word.strip()))
    if name == "shelter" and sums["screening"]:
        return {"d-places": str(sums["screening"])}
    if name == "screening-plan" and tongues:
        return {"d-interpretation": ", ".join(tongues)}
    if name == "collateral-statement" and needs:
        return {"d-clinics": str(sums["clinics"])}
    if name == "rights-notice" and needs:
        return {"d-thai": _notice(found, "th", say), "d-english": _notice(found, "en", say)}
    return {}


def _notice(found: OperationView, language: Language, say: Say) -> str:
    """What whoever is met at a place is told first; the court's own words come with the warrant."""
    # In both languages whatever the reader's is: the paper holds both.
    here = Say(language, catalog(language), say.zone, language == "th", say.now)
    return here.catalog.gettext(NOTICE).format(moment=here.moment(found.hour))


def _asked(found: OperationView, actions: tuple[ActionLine, ...]) -> list[str]:
    """The documents that its actions ask for, and those that a raid does, each once."""
    wanted = [name for kind in dict.fromkeys(one.kind for one in actions) for name in kind_of(kind).requires]
    return list(dict.fromkeys([*(RAID if found.raid else ()), *wanted]))


def _approve_not(actions: tuple[ActionLine, ...], officer: Officer, told: ActionWords) -> str:
    """Why this officer cannot approve all waiting actions at once; empty where they may try."""
    _ = told.say.catalog.gettext
    waiting = [one for one in actions if one.state == "proposed"]
    # They are approved all or none, so one that this officer may not approve stands in the way of all.
    for kind in dict.fromkeys(one.kind for one in waiting):
        if not officer.may(*kind_of(kind).approves):
            return only(kind_of(kind).approves, told)
    if any(one.proposed_by == officer.name for one in waiting):
        return _("You proposed these actions; other officers must approve them.")
    return ""


def _approved(waits: bool, told: ActionWords) -> str:
    """That this officer has approved all that they may, so that the same button is not offered again."""
    return "" if waits else told.say.catalog.gettext("You have approved; a second officer must do so now.")


def _go_not(found: OperationView, officer: Officer, say: Say) -> str:
    """Why this officer may not say go now; empty where they may."""
    _ = say.catalog.gettext
    if not officer.may(*role_groups.OPERATION_DECIDERS):
        return only(role_groups.OPERATION_DECIDERS, ActionWords(say))
    if found.missing:
        return _("Nobody may say go before this is put right.")
    if any(one.officer == officer.name and one.word == "go" and one.counts for one in found.words):
        return _("You have said go; a second officer must do so now.")
    return ""


def line_text(line: LineView, told: ActionWords) -> str:
    """A line of the time line in the reader's language; what people wrote stands as they wrote it."""
    if line.kind == "said":
        return line.text
    if line.kind == "document":
        return told.paper(line.text)
    # Lines are written as text and never changed; the code in this one can still be said in the reader's
    # language.
    if line.kind == "result" and (found := RESULT.fullmatch(line.text)):
        return f"{found[1]} {told('result', found[2])}"
    return told.program(line.text)


def blocks(wanted: list[Kind], ledger: Ledger, say: Say) -> list[Block]:
    """A part of the form for each kind of action that the plan holds."""
    return [
        Block(
            kind,
            f"{kind.id}-",
            declared(kind.inputs, say, f"{kind.id}-"),
            partners_of(kind, ledger),
        )
        for kind in wanted
    ]


def drafts_of(kind: Kind, given: Mapping[str, str], places: tuple[Place, ...], zone: ZoneInfo) -> list[Draft]:
    """One action a subject; a kind that is about places and has none is meant for every place."""
    prefix = f"{kind.id}-"
    found = picks.named(given, f"{prefix}subjects", kind.subjects[0])
    named = [Subject(one.kind, one.id, note) for one, note in found]
    if not named and kind.subjects[0] == "place":
        named = [Subject("place", one.name, one.province) for one in places]
    details, reason = read(kind.inputs, given, prefix, zone), given.get(f"{prefix}reason", "")
    partner = given.get(f"{prefix}partner", "").strip()
    case = given.get("case", "").strip().upper() or None
    return [Draft(kind.id, (one,), details, reason, partner, case) for one in named]
