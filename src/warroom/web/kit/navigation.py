"""The places of the room that the top of every page leads to: those that the table of access opens to the reader."""

from dataclasses import dataclass

from warroom.ledger.officers import Officer
from warroom.web.doors.access_table import table
from warroom.web.kit.words.mark import N_


@dataclass(frozen=True, slots=True)
class Place:
    """A page and what it is called; what is `seldom` wanted stands folded under "More"."""

    path: str
    name: str
    seldom: bool = False


PLACES = (
    Place("/", N_("Board")),
    Place("/work", N_("Work")),
    Place("/cases", N_("Cases")),
    Place("/requests", N_("Requests")),
    Place("/assets", N_("Assets")),
    Place("/actions", N_("Actions")),
    Place("/operations", N_("Operations")),
    Place("/signals", N_("Signals")),
    Place("/map", N_("Map")),
    Place("/people", N_("People")),
    Place("/briefing", N_("Briefing")),
    Place("/files", N_("Files"), seldom=True),
    Place("/orders", N_("Orders"), seldom=True),
    Place("/law", N_("Law"), seldom=True),
    Place("/officers", N_("Officers"), seldom=True),
    Place("/audit", N_("Log"), seldom=True),
)


def places(officer: Officer | None) -> list[Place]:
    """The places that are open to an officer, in their order."""
    if officer is None:
        return []
    return [place for place in PLACES if _opens(place, officer)]


def start(officer: Officer | None) -> Place:
    """Where an officer's work begins: the board, or for an administrator, who sees no case, the officers."""
    open_to = places(officer)
    order = [place for place in open_to if not place.seldom or place.path == "/officers"]
    return next(iter(order or open_to), PLACES[0])


def _opens(place: Place, officer: Officer) -> bool:
    who = table()[f"GET {place.path}"]
    return "signed-in" in who or officer.may(*who)
