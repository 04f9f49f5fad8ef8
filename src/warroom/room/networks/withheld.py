"""Who must have no rank: anyone who is under screening, or whose screening was asked for, whatever became of it.

A screening is about a subject where an action of the kind `screening-referral` names one. What a survivor said, and the names that lie
sealed, are not looked at: no list of them may leave their room, this one neither.
"""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.actions.schema import ActionSubject
from warroom.subjects.kinds import get_node_kinds
from warroom.subjects.subject import ACCOUNT, Subject, find_account_in

SCREENING = "screening-referral"


def load_withheld_nodes(session: Session) -> frozenset[str]:
    """The node ids of subjects that any screening was asked for."""
    query = select(ActionSubject.kind, ActionSubject.subject).where(ActionSubject.action == SCREENING)
    return frozenset(_name_node(kind, text) for kind, text in session.execute(query))


def is_withheld(node: str, accounts: Collection[str], withheld: frozenset[str]) -> bool:
    """Whether a member, or an account that it holds, is among them."""
    return node in withheld or not withheld.isdisjoint(accounts)


def _name_node(kind: str, text: str) -> str:
    account = find_account_in(text) if kind == ACCOUNT else None
    return account.node if account else f"{get_node_kinds(kind)[0]}:{Subject(kind, text).number}"
