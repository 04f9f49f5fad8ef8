"""What the ledger knows of nodes: holds, proposals, actions and assets of the case."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.networks import Network, account_id, node_id
from warroom.operations.schema import Action, Case, Proposal
from warroom.operations.schema.assets import Asset
from warroom.operations.schema.measures import Measure, MeasureSubject
from warroom.operations.views.measures import UNDER_WAY

HOLDS = {
    "proposed": "ordered",
    "approved": "ordered",
    "sent": "ordered",
    "in_effect": "held",
    "partly": "held",
}
KINDS = {"number": ("sim", "contact"), "place": ("premises",), "site": ("premises",), "person": ("holder",)}
"""Kinds of nodes that an action's subject of another name may be; else it is of the same name."""
UNDER_LOOK = ("proposed", *UNDER_WAY)


def marks_of(session: Session, case: Case, network: Network) -> dict[str, set[str]]:
    """Marks by node: `held`, `ordered`, `proposed`, `action`, `asset`."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, mark in (*_holds(session, case), *_actions(session, case), *_assets(session, case, network)):
        if name in network.nodes:
            found[name].add(mark)
    return found


def _holds(session: Session, case: Case) -> Iterator[tuple[str, str]]:
    held = select(Action.bank, Action.account, Action.state).where(Action.case_id == case.id)
    for bank, account, state in session.execute(held):
        if state in HOLDS:
            yield account_id(bank, account), HOLDS[state]
    waiting = select(Proposal.bank, Proposal.account).where(
        Proposal.case_id == case.id, Proposal.state == "open"
    )
    for bank, account in session.execute(waiting):
        yield account_id(bank, account), "proposed"


def _actions(session: Session, case: Case) -> Iterator[tuple[str, str]]:
    query = (
        select(MeasureSubject.kind, MeasureSubject.subject)
        .join(Measure, Measure.id == MeasureSubject.measure_id)
        .where(Measure.case_id == case.id, Measure.state.in_(UNDER_LOOK))
    )
    for kind, subject in session.execute(query):
        for one in KINDS.get(kind, (kind,)):
            yield node_id(one, subject), "action"


def _assets(session: Session, case: Case, network: Network) -> Iterator[tuple[str, str]]:
    """An asset is told by a number among its particulars: the account, the plate, the company's registration."""
    query = select(Asset.particulars).where(Asset.case_id == case.id)
    numbers = {str(value) for particulars in session.scalars(query) for value in particulars.values()}
    for name, node in network.nodes.items():
        if node.key.rpartition("/")[2] in numbers:
            yield name, "asset"
