"""Which agencies a joint operation needs, derived from what is done at each place and who is expected there.

Nobody ticks agencies, so none is forgotten: a search needs the police; people expected need a screening team, which asks
them before anybody else does, and a shelter that is no cell; their languages interpreters; children a doctor and child
protection; a clinic on the place's line, or a cut of it, the utility; evidence the room's own custodian.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from warroom.access.views import AgencyKind, AgencyView
from warroom.actions.operations.views import Need

Task = Literal["search", "arrest", "help", "evidence", "cut"]
TASKS: tuple[Task, ...] = get_args(Task)
"""What is done at a place: search it, carry out arrest warrants, help the people there, secure evidence, cut its line."""
POWER, DATA = ("feeder", "generator"), ("fibre", "mast", "satellite")
"""Lines of a power utility, and of a telecom operator."""


@dataclass(frozen=True, slots=True)
class ExpectedAtPlace:
    """What is planned at one place and who is expected there; `line` is the one it hangs on where that is known, `sort`
    its kind, `clinics` those that hang on it too.
    """

    tasks: tuple[str, ...]
    people: int = 0
    children: int = 0
    languages: str = ""
    line: str = ""
    sort: str = ""
    clinics: int = 0


def derive_needs(places: Sequence[ExpectedAtPlace]) -> tuple[Need, ...]:
    """What each place needs, in the order of places; no agency is chosen yet."""
    return tuple(need for number, one in enumerate(places, 1) for need in _derive_place_needs(number, one))


def _derive_place_needs(place: int, expected: ExpectedAtPlace) -> list[Need]:
    utility: AgencyKind = "telecom" if expected.sort in DATA else "power"
    possible_needs = [
        ("search" in expected.tasks, Need(place, "police", "search")),
        ("arrest" in expected.tasks, Need(place, "police", "arrest")),
        (expected.people > 0, Need(place, "screening", "screening", expected.people)),
        (expected.people > 0, Need(place, "shelter", "shelter", expected.people)),
        (
            bool(expected.languages) and expected.people > 0,
            Need(place, "ngo", "languages", text=expected.languages),
        ),
        (expected.children > 0, Need(place, "hospital", "children", expected.children)),
        ("cut" in expected.tasks, Need(place, utility, "cut", text=expected.line)),
        (
            expected.clinics > 0 and "cut" not in expected.tasks,
            Need(place, utility, "clinics", expected.clinics, expected.line),
        ),
        ("evidence" in expected.tasks, Need(place, "room", "evidence")),
    ]
    return [need for wanted, need in possible_needs if wanted]


def list_agency_choices(
    needs: Sequence[Need], agencies: Sequence[AgencyView]
) -> dict[AgencyKind, list[AgencyView]]:
    """For each sort that is needed the active agencies of it, by code; an empty list where there is none."""
    return {
        sort: [one for one in agencies if one.active and one.kind == sort]
        for sort in dict.fromkeys(need.sort for need in needs)
    }


def assign_agencies(needs: Sequence[Need], chosen: Mapping[str, str]) -> tuple[Need, ...]:
    """The needs with the agency that was chosen for each sort; empty where none was."""
    return tuple(replace(one, agency=one.agency or chosen.get(one.sort, "")) for one in needs)
