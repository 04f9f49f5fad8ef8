"""Words of the pages about evidence and its custody."""

from collections.abc import Iterable

from warroom.access import role_groups
from warroom.evidence.handlers import WALL
from warroom.evidence.views import EvidenceView
from warroom.ledger.officers import Officer
from warroom.web.kit.words.mark import N_

CUSTODY = {
    "received": N_("taken in"),
    "sealed": N_("sealed"),
    "moved": N_("moved"),
    "offered": N_("hand-over offered"),
    "accepted": N_("hand-over accepted"),
    "declined": N_("hand-over ended"),
    "opened": N_("working copy made"),
    "returned": N_("given back to its owner"),
    "destroyed": N_("destroyed by a court's order"),
}
KINDS = {"file": N_("file"), "thing": N_("thing")}
SOURCES = {
    "upload": N_("uploaded here"),
    "file": N_("added at the machine"),
    "snapshot": N_("the case's frozen trail"),
    "order": N_("a message as it left"),
    "thing": N_("taken into custody"),
}
TABLES = {"custody": CUSTODY, "kind": KINDS, "source": SOURCES}


def receivers(item: EvidenceView, known: Iterable[Officer]) -> list[tuple[str, str]]:
    """Who may be given the item, by user name; whether the case is open to them the service says."""
    fit = [
        one
        for one in known
        if one.active and one.may(*role_groups.EVIDENCE_KEEPERS) and one.username != item.holder.username
    ]
    return [(one.username, one.name) for one in fit if not item.protected or one.may(WALL)]
