"""Marks of nodes from the ledger: holds, proposals, actions and assets of the case."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.actions.schema import Action, ActionSubject
from warroom.actions.views import UNDER_WAY
from warroom.assets.schema import Asset
from warroom.cases.schema import Case, Hold, Proposal, Snapshot
from warroom.networks.shapes import Network, NetworkNode, node_id
from warroom.room.chart.views import ChartChosen
from warroom.subjects.kinds import get_node_kinds
from warroom.subjects.subject import make_account_subject as account_named

# Hold state to mark; an ended hold leaves none.
HOLDS = {
    "proposed": "ordered",
    "approved": "ordered",
    "sent": "ordered",
    "in_effect": "held",
    "partly": "held",
}
# Actions that somebody still works on; an ended one leaves no mark.
UNDER_LOOK = ("proposed", *UNDER_WAY)


def list_node_marks(session: Session, case: Case, network: Network) -> dict[str, set[str]]:
    """Marks by node: `held`, `ordered`, `proposed`, `action`, `asset`."""
    marks_by_node: dict[str, set[str]] = defaultdict(set)
    for name, mark in (
        *_mark_holds(session, case),
        *_mark_actions(session, case),
        *_mark_assets(session, case, network),
    ):
        if name in network.nodes:
            marks_by_node[name].add(mark)
    return marks_by_node


def describe_node(session: Session, case: Case, node: NetworkNode, sha256: str) -> ChartChosen:
    """The reasons on an account of the trail with this hash, and the proposed hold in satang (0 without one)."""
    query = select(Snapshot.trail).where(Snapshot.case_id == case.id, Snapshot.sha256 == sha256).limit(1)
    frozen = session.scalar(query)
    accounts = json.loads(frozen)["accounts"] if frozen else ()
    subject = {"bank": node.subject.bank, "number": node.subject.number}
    account_facts: dict[str, Any] = next(
        (account for account in accounts if account["account"] == subject), {}
    )
    waiting = select(Proposal.amount).where(
        Proposal.case_id == case.id,
        Proposal.bank == subject["bank"],
        Proposal.account == subject["number"],
        Proposal.state == "open",
    )
    return ChartChosen(
        node.id,
        case.number,
        tuple(account_facts.get("reasons", ())),
        tuple(account_facts.get("innocent_evidence", ())),
        to_hold=session.scalar(waiting.limit(1)) or 0,
    )


def _mark_holds(session: Session, case: Case) -> Iterator[tuple[str, str]]:
    held = select(Hold.bank, Hold.account, Hold.state).where(Hold.case_id == case.id)
    for bank, account, state in session.execute(held):
        if state in HOLDS:
            yield account_named(bank, account).node, HOLDS[state]
    waiting = select(Proposal.bank, Proposal.account).where(
        Proposal.case_id == case.id, Proposal.state == "open"
    )
    for bank, account in session.execute(waiting):
        yield account_named(bank, account).node, "proposed"


def _mark_actions(session: Session, case: Case) -> Iterator[tuple[str, str]]:
    query = (
        select(ActionSubject.kind, ActionSubject.subject)
        .join(Action, Action.id == ActionSubject.action_id)
        .where(Action.case_id == case.id, Action.state.in_(UNDER_LOOK))
    )
    for kind, subject in session.execute(query):
        # One kind of subject may be drawn as several kinds of node: a telephone also as a SIM card.
        for node_kind in get_node_kinds(kind):
            yield node_id(node_kind, subject), "action"


def _mark_assets(session: Session, case: Case, network: Network) -> Iterator[tuple[str, str]]:
    """Nodes that are an asset of the case, matched by a number among its particulars: account, plate,
    registration.
    """
    query = select(Asset.particulars).where(Asset.case_id == case.id)
    numbers = {str(value) for particulars in session.scalars(query) for value in particulars.values()}
    for name, node in network.nodes.items():
        if node.subject.number in numbers:
            yield name, "asset"
