"""Places of a plan as typed: by their number in the records, by name and province, or picked among those that are known."""

from collections.abc import Iterable

from warroom.actions.joint import queries
from warroom.ledger.officers import Officer
from warroom.runtime.open_home import OpenHome
from warroom.sentences.sentence import Sentence
from warroom.sites.gazetteer import gazetteer
from warroom.sites.network import Network, known, network
from warroom.web.actions.joint_steps import AtPlace
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import Unfit, lines, parted, said

LEAST, MOST, LOOKED_AT = 3, 8, 40
"""So many signs are searched for, so many places are offered, and among so many that have these signs."""


def places_of(typed: str, room: OpenHome, officer: Officer, say: Say) -> tuple[list[AtPlace], list[str], str]:
    """The places of a field with one a line; what is offered for the first line that names none by itself, and the field
    from that line on.

    A line is the number of a building or a line, or `name, province, what the team must know`. Raises NotPossible for one
    that is neither and that nothing known is like.
    """
    found: list[AtPlace] = []
    every = lines(typed)
    for number, line in enumerate(every):
        one = _one(line, room, say)
        if one is not None:
            found.append(one)
            continue
        offered = _offered(line, room, officer, say)
        if not offered:
            raise Unfit(Sentence("actions.place-unclear", place=line[:80]), "typing")
        return found, offered, "\n".join(every[number:])
    return found, [], ""


def picked(typed: str, before: str, pick: str) -> str:
    """The field with the place that was picked in the stead of the line that it was offered for."""
    if not pick:
        return typed
    every, meant = lines(typed), lines(before)[:1]
    rest = [line for line in every if line not in meant]
    return "\n".join([pick, *rest])


def _one(line: str, room: OpenHome, say: Say) -> AtPlace | None:
    name, *rest = parted(line) if "|" in line else [part.strip() for part in line.split(",", 2)]
    recorded = _recorded(name, room, say)
    if recorded is not None:
        return recorded
    if not name or not rest or not rest[0]:
        return None
    return AtPlace(name, rest[0], " ".join(rest[1:]))


def _recorded(name: str, room: OpenHome, say: Say) -> AtPlace | None:
    """A line or a building of the records, with who hangs on its line."""
    net = network(room.lake)
    building, row = net.building_row.get(name), net.row.get(name)
    if building is None and row is None:
        return None
    at = row if row is not None else _feeder(net, building or 0)
    # The line of a single building hangs on the one that feeds its neighbours too.
    if at is not None and net.premises[at] >= 0 and net.upstream[at] >= 0:
        at = int(net.upstream[at])
    return _place(net, name, building, at, room, say)


def _place(
    net: Network, name: str, building: int | None, at: int | None, room: OpenHome, say: Say
) -> AtPlace | None:
    below = net.buildings_of(net.below(at)) if at is not None else None
    middle = (
        (float(net.place[building][0]), float(net.place[building][1]))
        if building is not None
        else net.middle(below)
        if below is not None
        else None
    )
    # A line that feeds nobody, such as one that stands by, lies nowhere that the records know.
    if middle is None:
        return None
    province = said(gazetteer(room.home.exercise).nearest(middle).name, say)
    if at is None or below is None:
        return AtPlace(name, province)
    return AtPlace(
        name,
        province,
        line=net.ids[at],
        sort=str(net.kind[at]),
        capacity=known(net.capacity[at]),
        clinics=net.counted(below).clinics,
    )


def _feeder(net: Network, building: int) -> int | None:
    """The line that a building hangs on: of power where there is one."""
    rows = net.pairs[net.pairs[:, 1] == building, 0].tolist()
    return next((one for one in rows if net.kind[one] == "feeder"), rows[0] if rows else None)


def _offered(line: str, room: OpenHome, officer: Officer, say: Say) -> list[str]:
    """Known places whose name or number has these words in it, each as a line to pick."""
    if len(line) < LEAST:
        return []
    before = [f"{one.name} | {one.province}" for one in queries.places_named(room.ledger, officer, line)]
    net = network(room.lake)
    named = (_recorded(name, room, say) for name in _having(line, (*net.building_ids, *net.ids)))
    found = [f"{one.name} | {one.province}" for one in named if one is not None]
    return list(dict.fromkeys([*before, *found]))[:MOST]


def _having(words: str, names: Iterable[str]) -> list[str]:
    wanted, found = words.casefold(), []
    for name in names:
        if wanted in name.casefold():
            found.append(name)
            if len(found) == LOOKED_AT:
                break
    return found
