"""Places of a plan as typed: by their number in the records, by name and province, or picked among those that are known."""

from collections.abc import Iterable

from warroom.actions.operations import queries
from warroom.ledger.officers import Officer
from warroom.runtime.open_home import OpenHome
from warroom.sentences.sentence import Sentence
from warroom.sites.gazetteer import load_gazetteer
from warroom.sites.network import SupplyNetwork, load_network, nan_to_none
from warroom.web.actions.operation_steps import PlanPlace
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import UnfitField, render_texts, split_lines, split_parts

LEAST, MOST, LOOKED_AT = 3, 8, 40
"""Characters needed for a search, places offered, and candidates considered. Chosen, not measured."""


def parse_places(
    typed: str, room: OpenHome, officer: Officer, say: Say
) -> tuple[list[PlanPlace], list[str], str]:
    """The places of a field with one a line; what is offered for the first line that names none by itself, and the field
    from that line on.

    A line is the number of a building or a line, or `name, province, what the team must know`. Raises NotPossible for one
    that is neither and that nothing known is like.
    """
    places: list[PlanPlace] = []
    every = split_lines(typed)
    for number, line in enumerate(every):
        place = _parse_place(line, room, say)
        if place is not None:
            places.append(place)
            continue
        offered = _list_offered_places(line, room, officer, say)
        if not offered:
            raise UnfitField(Sentence("actions.place-unclear", place=line[:80]), "typing")
        return places, offered, "\n".join(every[number:])
    return places, [], ""


def replace_picked_line(typed: str, before: str, pick: str) -> str:
    """The field with the place that was picked in the stead of the line that it was offered for."""
    if not pick:
        return typed
    every, meant = split_lines(typed), split_lines(before)[:1]
    rest = [line for line in every if line not in meant]
    return "\n".join([pick, *rest])


def _parse_place(line: str, room: OpenHome, say: Say) -> PlanPlace | None:
    name, *rest = split_parts(line) if "|" in line else [part.strip() for part in line.split(",", 2)]
    recorded = _find_recorded_place(name, room, say)
    if recorded is not None:
        return recorded
    if not name or not rest or not rest[0]:
        return None
    return PlanPlace(name, rest[0], " ".join(rest[1:]))


def _find_recorded_place(name: str, room: OpenHome, say: Say) -> PlanPlace | None:
    """A line or building of the records, with the line's supply; None for an unknown name."""
    net = load_network(room.lake)
    building, row = net.building_row.get(name), net.line_row.get(name)
    if building is None and row is None:
        return None
    at = row if row is not None else _find_feeder(net, building or 0)
    # A single building's own line is replaced by the line that feeds it and its neighbours: that one can be
    # cut.
    if at is not None and net.premises[at] >= 0 and net.upstream[at] >= 0:
        at = int(net.upstream[at])
    return _make_place(net, name, building, at, room, say)


def _make_place(
    net: SupplyNetwork, name: str, building: int | None, at: int | None, room: OpenHome, say: Say
) -> PlanPlace | None:
    below = net.buildings_of(net.find_rows_below(at)) if at is not None else None
    middle = (
        (float(net.place[building][0]), float(net.place[building][1]))
        if building is not None
        else net.compute_middle(below)
        if below is not None
        else None
    )
    # A line that feeds no building, such as a standby line, has no position in the records.
    if middle is None:
        return None
    province = render_texts(load_gazetteer(room.home.exercise).find_nearest_province(middle).name, say)
    if at is None or below is None:
        return PlanPlace(name, province)
    return PlanPlace(
        name,
        province,
        line=net.ids[at],
        sort=str(net.kind[at]),
        capacity=nan_to_none(net.capacity[at]),
        clinics=net.count_buildings(below).clinics,
    )


def _find_feeder(net: SupplyNetwork, building: int) -> int | None:
    """The line that supplies a building: its power line if it has one."""
    rows = net.pairs[net.pairs[:, 1] == building, 0].tolist()
    return next((one for one in rows if net.kind[one] == "feeder"), rows[0] if rows else None)


def _list_offered_places(line: str, room: OpenHome, officer: Officer, say: Say) -> list[str]:
    """Known places whose name or number has these words in it, each as a line to pick."""
    if len(line) < LEAST:
        return []
    before = [
        f"{place.name} | {place.province}"
        for place in queries.find_places_by_name(room.ledger, officer, line)
    ]
    net = load_network(room.lake)
    named = (
        _find_recorded_place(name, room, say) for name in _filter_names(line, (*net.building_ids, *net.ids))
    )
    recorded_places = [f"{place.name} | {place.province}" for place in named if place is not None]
    return list(dict.fromkeys([*before, *recorded_places]))[:MOST]


def _filter_names(words: str, names: Iterable[str]) -> list[str]:
    wanted, found = words.casefold(), []
    for name in names:
        if wanted in name.casefold():
            found.append(name)
            if len(found) == LOOKED_AT:
                break
    return found
