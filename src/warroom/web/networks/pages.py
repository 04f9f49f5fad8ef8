"""Groups: the list an investigator starts from, and one group with members, ties, days, money, ranks and a picture."""

from starlette.requests import Request
from starlette.responses import Response

from warroom.access.role_groups import NETWORK_READERS
from warroom.room.networks import queries
from warroom.room.networks.views import GroupTie, GroupView, RoleTable
from warroom.web.doors.router import Router
from warroom.web.kit.lists import clamp_offset, make_list_address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.networks.picture import draw_group
from warroom.web.networks.words import NetworkWords

router = Router(include_in_schema=False)
SIZE = 20
"""Groups, and ties, on a page."""


@router.get("/networks", may=NETWORK_READERS)
def show_groups(request: Request, officer: SignedIn, offset: int = 0) -> Response:
    at = clamp_offset(offset)
    group_list = queries.list_groups(open_home_of(request).ledger, officer, limit=SIZE, offset=at)
    return render_page(
        request,
        "networks.html",
        found=group_list,
        total=group_list.total,
        offset=at,
        size=SIZE,
        address=make_list_address("/networks", {}, ()),
        told=NetworkWords(say_for(request)),
    )


@router.get("/networks/{number}", may=NETWORK_READERS)
def show_group(
    request: Request,
    number: Id,
    officer: SignedIn,
    role: str = "",
    member: int = 0,
    layer: str = "",
    offset: int = 0,
) -> Response:
    """`member` counts from 1; its ties alone are listed then."""
    group = queries.load_group(open_home_of(request).ledger, officer, number)
    at, chosen = clamp_offset(offset), member - 1
    ties = select_ties(group, chosen, layer)
    tables = [table for table in group.roles if table.ranks]
    asked = {"role": role, "member": str(member) if member else "", "layer": layer}
    return render_page(
        request,
        "network.html",
        group=group,
        picture=draw_group(group.members, group.ties),
        chosen=group.members[chosen] if 0 <= chosen < len(group.members) else None,
        beside={tie.start for tie in ties} | {tie.end for tie in ties} if member else set(),
        ties=ties[at : at + SIZE],
        total=len(ties),
        offset=at,
        size=SIZE,
        layer=layer,
        tables=tables,
        table=choose_role(tables, role),
        address=make_list_address(f"/networks/{number}", asked, ("", "", "")),
        told=NetworkWords(say_for(request)),
        tallest=max((count for _, count in group.days), default=1),
    )


def select_ties(group: GroupView, member: int, layer: str) -> list[GroupTie]:
    """The ties of a member (by its place, negative: of all) in a layer (empty: in all), those with the most records first."""
    kept = [
        tie
        for tie in group.ties
        if (member < 0 or member in (tie.start, tie.end)) and layer in ("", tie.layer)
    ]
    return sorted(kept, key=lambda tie: (-tie.count, tie.start, tie.end))


def choose_role(tables: list[RoleTable], role: str) -> RoleTable | None:
    """The table of the role that was asked for, else the first."""
    return next((table for table in tables if table.role == role), tables[0] if tables else None)
