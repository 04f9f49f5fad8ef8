"""A case in a partner's standard: read as its officer may see it, logged, rendered, and what does not fit counted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from warroom import clock
from warroom.cases.queries.case_page import case_page
from warroom.errors import ExchangeError, NotPossible
from warroom.exchange.collections.limits import TO_MARK
from warroom.exchange.standards import goaml
from warroom.exchange.standards.chart_record import add_holds, build_chart_record
from warroom.exchange.standards.exports import EXPORTS
from warroom.exchange.standards.record import TLP_LEVELS, SharedRecord, TlpLevel
from warroom.exchange.standards.record_standards import BY_NAME
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.partners.leaving import WayOut, open_way
from warroom.partners.views import Purpose, TlpMark
from warroom.room.chart.queries import PLAIN, export_chart
from warroom.room.chart.views import ChartView

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

EXERCISE = "การฝึกซ้อม · EXERCISE"
CHARTS = {export.name: export for export in EXPORTS}
NAMES = tuple(dict.fromkeys([*(name for name in BY_NAME if BY_NAME[name].render), "goaml", *CHARTS]))


@dataclass(frozen=True, slots=True)
class CaseExport:
    """What left. `not_held`: how many of what the standard has no place for, by kind; `withheld`: how many things marks kept here."""

    content: bytes
    record: SharedRecord
    not_held: dict[str, int]
    withheld: int = 0


def export_case(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    standard: str,
    *,
    mark: TlpLevel = "amber",
    partners: Sequence[str] = (),
    purpose: Purpose = "fraud",
    schema: bytes = b"",
    codes: Sequence[str] = (),
) -> CaseExport:
    """A case in a standard, with what may leave for every one of `partners`; the export is logged. `schema` and `codes`: what a unit
    of goAML supplies.

    Raises NotAllowed, NotFound, PurposeNeeded, NotPossible for an unknown level, ExchangeError for an unknown standard.
    """
    if standard not in NAMES:
        raise ExchangeError(
            f"There is no standard '{standard[:40]}' to export to; there are {', '.join(NAMES)}."
        )
    if mark not in TLP_LEVELS:
        raise NotPossible("exchange.collection-unfit", levels=", ".join(TLP_LEVELS))
    if standard == "goaml" and not schema:
        raise ExchangeError(
            "goAML needs the schema of the unit that gets the report; name it with --schema FILE."
        )
    ways = list_ways(mark, partners, purpose)
    view = export_chart(ledger, lake, officer, number, PLAIN, standard, ways)
    record = build_chart_record(view, is_exercise=bool(lake.home.exercise), mark=mark)
    record = _add_allowed_holds(ledger, officer, record, view, ways)
    if standard == "goaml":
        content = goaml.render(record, schema, goaml.list_codes(codes))
        return CaseExport(content, record, goaml.list_not_held(record), view.withheld)
    chosen = BY_NAME.get(standard)
    if chosen and chosen.render and chosen.list_not_held:
        return CaseExport(chosen.render(record), record, chosen.list_not_held(record), view.withheld)
    content = CHARTS[standard].render(view, EXERCISE if lake.home.exercise else "")
    return CaseExport(content, record, {}, view.withheld)


def list_ways(mark: TlpLevel, partners: Sequence[str], purpose: Purpose) -> list[WayOut]:
    """One way out for each partner; without any, one for nobody outside by name."""
    level: TlpMark = TO_MARK[mark]
    return [WayOut(level, partner, purpose) for partner in partners or ("",)]


def _add_allowed_holds(
    ledger: Ledger, officer: Officer, record: SharedRecord, view: ChartView, ways: Sequence[WayOut]
) -> SharedRecord:
    """The record with its holds, without those on accounts that stay here."""
    page = case_page(ledger, officer, record.number)
    with ledger.open_session() as session:
        opened = [open_way(session, way, clock.get_now()) for way in ways]
    if not all(way.may_carry_kind("hold") for way in opened):
        return record
    allowed = tuple(
        hold
        for hold in page.actions
        if all(
            way.may_carry_kind("account") and not way.is_withheld(hold.account, f"{hold.bank}:{hold.account}")
            for way in opened
        )
    )
    return add_holds(record, replace(page, actions=allowed), view.currency)
