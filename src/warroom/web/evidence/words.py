"""Words of the pages about evidence and its custody."""

from collections.abc import Iterable

from warroom.access import role_groups
from warroom.evidence.handlers import WALL
from warroom.evidence.views import EvidenceView
from warroom.ledger.officers import Officer


def list_receivers(item: EvidenceView, known: Iterable[Officer]) -> list[tuple[str, str]]:
    """Officers who may receive the item, by user name; the service checks their access to the case."""
    fit = [
        one
        for one in known
        if one.active and one.has_role(*role_groups.EVIDENCE_KEEPERS) and one.username != item.holder.username
    ]
    return [(one.username, one.name) for one in fit if not item.protected or one.has_role(WALL)]
