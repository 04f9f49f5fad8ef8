"""The list of cases: what runs out next?"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from warroom.cases.queries import case_list
from warroom.cases.views import BoardCounts, BoardFilter, BoardRow
from warroom.room.worklist import saved_views
from warroom.room.worklist.cases import WARN
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.lists import address, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.words.mark import N_

router = APIRouter(include_in_schema=False)
USUAL = ("open",)
ROWS = 50
FRESH = timedelta(seconds=20)
LEFT = {
    "exit": N_("exits in about {span}"),
    "lapse": N_("hold lapses in {span}"),
    "appeal_due": N_("answer due in {span}"),
}
OVER = {
    "exit": N_("expected out {span} ago"),
    "lapse": N_("hold lapsed {span} ago"),
    "appeal_due": N_("answer {span} late"),
}
FILTERS: dict[BoardFilter, str] = {
    "open": N_("All open"),
    "mine": N_("Mine"),
    "late": N_("Late"),
    "undecided": N_("To decide"),
    "appeals": N_("Appeals"),
    "lapsing": N_("Lapsing"),
    "silent": N_("Bank silent"),
    "no_transfer": N_("No trail"),
    "closed": N_("Closed"),
}


# Why a case has no trail, or not all of it.
FLAGS = {
    "no_transfer": N_("The report names no transfer"),
    "not_found": N_("The transfer is not in the lake yet"),
    "ambiguous": N_("The report's number fits several transfers; the case says which"),
    "not_followed": N_("The money could not be followed; the case says why"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """What an officer does next on a case, and where on its page."""

    name: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the board as shown."""

    row: BoardRow
    where: str
    clock: Clock | None
    step: Step
    fresh: bool


@router.get("/cases")
def listed(request: Request, officer: SignedIn, filter: str = "open", offset: int = 0) -> Response:  # noqa: A002
    chosen: BoardFilter = next((code for code in get_args(BoardFilter) if code == filter), "open")
    start = start_of(offset)
    found = case_list.board(open_home_of(request).ledger, officer, limit=ROWS, offset=start, filter=chosen)
    say = say_for(request)
    values: dict[str, Any] = {
        "board": found,
        "rows": [line_of(row, say) for row in found.rows],
        "filters": _filters(found.counts, say),
        "chosen": chosen,
        "offset": start,
        "size": ROWS,
        "empty": _empty(chosen, say),
        "address": address("/cases", {"filter": chosen}, USUAL),
    }
    # A refresh asks for the list alone; the page around it stays.
    part = "cases_list.html" if request.headers.get("hx-request") else "cases.html"
    return page(request, part, views=saved_views.saved(open_home_of(request).ledger, officer), **values)


def _filters(counts: BoardCounts, say: Say) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "name": say.catalog.gettext(name),
            "href": address("/cases", {"filter": code}, USUAL)(),
            "count": getattr(counts, code),
        }
        for code, name in FILTERS.items()
    ]


def _empty(chosen: str, say: Say) -> str:
    _ = say.catalog.gettext
    if chosen == "open":
        return _("Nothing is open. New reports appear here by themselves.")
    return _("No case is like this now; see all open cases.")


def line_of(row: BoardRow, say: Say) -> Line:
    """A row of the list for one reader."""
    fresh = say.now - row.opened_at < FRESH
    return Line(row, _where(row, say), clock_of(row, say), _step(row, say), fresh)


def clock_of(row: BoardRow, say: Say) -> Clock | None:
    """The clock of what runs out next in a case."""
    if row.next_due is None or not row.next_kind:
        return None
    _, kind = say.catalog.gettext, row.next_kind
    # Money leaves from the report on, whenever the room opened its case.
    start = row.reported_at if kind == "exit" else row.opened_at
    return say.clock(row.next_due, start, WARN[kind], _(LEFT[kind]), _(OVER[kind]))


def _where(row: BoardRow, say: Say) -> str:
    _, ngettext = say.catalog.gettext, say.catalog.ngettext
    if row.flag in FLAGS:
        return _(FLAGS[row.flag])
    accounts = ngettext("{count} account", "{count} accounts", row.accounts).format(
        count=say.count(row.accounts)
    )
    banks = ngettext("{count} bank", "{count} banks", row.banks).format(count=say.count(row.banks))
    said = _("{still} still there in {accounts}, {banks}").format(
        still=say.baht(row.still_there), accounts=accounts, banks=banks
    )
    return said + (" · " + _("{sum} held").format(sum=say.baht(row.held)) if row.held else "")


def _step(row: BoardRow, say: Say) -> Step:
    _, ngettext = say.catalog.gettext, say.catalog.ngettext
    # An appeal leads where it runs out first, or where nothing else is left to decide.
    if row.open_appeals and (row.next_kind == "appeal_due" or not row.undecided):
        return Step(_("Answer the appeal"), "#appeals")
    if row.undecided:
        text = ngettext("Decide on {count} hold", "Decide on {count} holds", row.undecided)
        return Step(text.format(count=say.count(row.undecided)), "#holds")
    if row.next_kind == "lapse":
        return Step(_("Release or extend"), "#actions-title")
    return Step(_("See the trail"), "")
