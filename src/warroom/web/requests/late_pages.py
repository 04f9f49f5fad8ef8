"""Late records on a case's page: the trail's ends that depend on them."""

from typing import Any

from warroom.errors import WarroomError
from warroom.ledger.officers import Officer
from warroom.requests import late_records
from warroom.requests.kinds import load_request_kind
from warroom.runtime.open_home import OpenHome


def build_late_values(room: OpenHome, officer: Officer, number: str) -> dict[str, Any]:
    """The values on late records for a case's page; empty if the lake cannot be read, because the page works without them."""
    try:
        found = late_records.list_late(room.ledger, room.lake, officer, number, logged=False)
    except WarroomError:
        found = ()
    return {"late": found, "may_ask": officer.has_role(*load_request_kind("records").action.proposes)}
