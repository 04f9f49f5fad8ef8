"""How an officer sees the nodes of a chart: under their own numbers, or pseudonymised."""

import hashlib
import hmac
from dataclasses import dataclass
from functools import cached_property

from warroom import keys
from warroom.access import masking, role_groups
from warroom.cases.schema import Case
from warroom.home import Home
from warroom.ledger import officers
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.marking import Mark
from warroom.networks.shapes import NetworkNode
from warroom.subjects.kinds import MARKS


@dataclass(frozen=True)
class NodeMask:
    """How one officer sees nodes: by number, or by a pseudonym that is constant within a case."""

    officer: Officer
    secret: bytes
    case: str

    @cached_property
    def masked_marks(self) -> frozenset[Mark]:
        """The marks that are masked for them."""
        return masking.list_masked_marks(self.officer)

    def is_masked(self, node: NetworkNode) -> bool:
        return MARKS.get(node.kind) in self.masked_marks

    def may_open(self, node: NetworkNode) -> bool:
        """Whether the officer may open the node's neighbours: by role, and only where the node is not masked
        for them.
        """
        return self.officer.has_role(*role_groups.CHART_WORKERS) and not self.is_masked(node)

    def mask_name(self, node: NetworkNode) -> str:
        if not self.is_masked(node):
            return node.id
        # Keyed, since all account numbers of a bank can be hashed in a while; and by case, so that the charts
        # of two cases cannot be laid side by side.
        words = f"chart:{self.case}:{node.id}".encode()
        return f"{node.kind}:{hmac.new(self.secret, words, hashlib.sha256).hexdigest()[:16]}"

    def mask_label(self, node: NetworkNode) -> str:
        number, mark = node.subject.number, MARKS.get(node.kind)
        return masking.mask(number, mark) if mark is not None and self.is_masked(node) else number


def build_node_mask(home: Home, person: OfficerRow, case: Case) -> NodeMask:
    """How this officer sees the case's nodes."""
    return NodeMask(officers.to_officer(person), keys.load_secret(home, "chart"), case.number)
