"""Looks at a chart: the whole of it, one node opened, a way between two nodes, and taking it out of the room."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args

from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.cases import purposes, sealing
from warroom.cases.schema import Case
from warroom.errors import NotFound, NotPossible
from warroom.ledger import officers
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.networks.known import sources_of
from warroom.networks.narrow import between, largest
from warroom.networks.paths import Hop, by_hops, by_money
from warroom.networks.placing import places_of
from warroom.networks.shapes import Network
from warroom.room.chart import drawing, notes
from warroom.room.chart.cache import Drawn, looked_at
from warroom.room.chart.ledger_marks import marks_of
from warroom.room.chart.node_masking import Eyes, eyes_of
from warroom.room.chart.views import (
    CHART_FORMS,
    ChartForm,
    ChartLook,
    ChartTie,
    ChartView,
    ChartWay,
    WayHop,
    WayKind,
)

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

PLAIN = ChartLook()


def chart(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    look: ChartLook = PLAIN,
    *,
    now: datetime | None = None,
) -> ChartView:
    """The chart of a case; the look is logged. Raises NotAllowed, NotFound, PurposeNeeded, NotPossible."""
    return _look(ledger, lake, officer, number, look, "chart.read", {}, now)


def opened(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    look: ChartLook,
    node: str,
    *,
    now: datetime | None = None,
) -> ChartView:
    """The chart with one more node opened: at most 60 of what the lake ties it to. The log says which node."""
    with ledger.session() as session:
        officers.require(session, officer, *role_groups.CHART_WORKERS)
    wider = replace(look, opened=(*look.opened, node))
    return _look(ledger, lake, officer, number, wider, "chart.opened", {"node": node}, now)


def export(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    look: ChartLook,
    form: ChartForm,
    *,
    now: datetime | None = None,
) -> ChartView:
    """The chart to be taken out of the room in a form; that it was is logged."""
    if form not in CHART_FORMS:
        raise NotPossible("chart.no-such-format")
    return _look(ledger, lake, officer, number, look, "chart.exported", {"form": form}, now)


def way(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    look: ChartLook,
    start: str,
    end: str,
    kind: WayKind = "hops",
    *,
    now: datetime | None = None,
) -> ChartWay:
    """The way between two nodes of the chart: over the fewest ties, or as money can have gone in time; logged."""
    if kind not in get_args(WayKind):
        raise NotPossible("chart.no-such-way")
    moment = now or clock.now()
    with ledger.session() as session:
        person, case = _case(session, officer, number, moment)
        eyes = eyes_of(ledger, person, case)
        whole = looked_at(session, lake, case, look, moment, eyes).network
        network = between(whole, look.since, look.until)
        names = {node.id: eyes.name(node) for node in network.nodes.values()}
        real = {shown: name for name, shown in names.items()}
        if start not in real or end not in real:
            raise NotFound("chart.not-there")
        found = (by_money if kind == "money" else by_hops)(network, real[start], real[end])
        detail = {"from": start, "to": end, "kind": kind}
        _log(session, officer, "chart.way", case, detail, now)
        return ChartWay(start, end, kind, tuple(_hop(one, names) for one in found))


def file_hashes(lake: "Lake", view: ChartView, ties: Iterable[ChartTie]) -> Mapping[tuple[str, str], str]:
    """The sha256 of the files behind the transfers of some of a chart's ties, by (source, record id)."""
    return sources_of(lake, [move for tie in ties for move in tie.moves], view.as_of)


def _look(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    look: ChartLook,
    verb: str,
    detail: dict[str, Any],
    now: datetime | None,
) -> ChartView:
    moment = now or clock.now()
    with ledger.session() as session:
        person, case = _case(session, officer, number, moment)
        eyes = eyes_of(ledger, person, case)
        found = looked_at(session, lake, case, look, moment, eyes)
        view = _view(session, person, case, found, look, eyes)
        if look.opened:
            detail = {**detail, "opened": list(look.opened)}
        _log(session, officer, verb, case, detail, now)
        return view


def _case(session: Session, officer: Officer, number: str, now: datetime) -> tuple[OfficerRow, Case]:
    person = officers.require(session, officer, *role_groups.CASE_READERS)
    case = sealing.case_of(session, person, number)
    purposes.may_read(session, person, case, now)
    return person, case


def _view(
    session: Session, person: OfficerRow, case: Case, found: Drawn, look: ChartLook, eyes: Eyes
) -> ChartView:
    whole = found.network
    span = between(whole, look.since, look.until)
    shown = largest(span, drawing.MOST_NODES, drawing.MOST_TIES, _kept(whole))
    marked = marks_of(session, case, shown)
    nodes = drawing.nodes_of(shown, found.groups, places_of(shown), marked, eyes)
    first, last = drawing.span_of(whole)
    officer = officers.officer_view(person)
    return ChartView(
        case=case.number,
        as_of=whole.as_of,
        snapshot=found.snapshot,
        look=look,
        first=first,
        last=last,
        nodes=nodes,
        ties=drawing.ties_of(shown, eyes),
        groups=drawing.sizes_of(nodes),
        notes=notes.of_case(session, person, case, eyes, shown),
        left_out_nodes=len(span.nodes) - len(shown.nodes),
        left_out_ties=len(span.ties) - len(shown.ties),
        left_out_neighbours=found.left_out,
        masked=any(eyes.masked(node) for node in shown.nodes.values()),
        may_open=officer.may(*role_groups.CHART_WORKERS),
        may_note=officer.may(*role_groups.CHART_WORKERS),
    )


def _kept(network: Network) -> list[str]:
    """What is shown however large a chart is: victims, and what was opened."""
    return [*(name for name, one in network.nodes.items() if "victim" in one.marks), *network.opened]


def _hop(hop: Hop, names: Mapping[str, str]) -> WayHop:
    start, end = names[hop.tie.start], names[hop.tie.end]
    return WayHop(
        start=end if hop.back else start,
        end=start if hop.back else end,
        tie=drawing.tie_name(hop.tie, names),
        back=hop.back,
        time=hop.move.time if hop.move else None,
        amount=hop.move.amount if hop.move else None,
    )


def _log(
    session: Session,
    officer: Officer,
    verb: str,
    case: Case,
    detail: Mapping[str, Any],
    now: datetime | None,
) -> None:
    writing.append(session, officer, verb, f"case:{case.number}", detail, case=case.number, at=now)
