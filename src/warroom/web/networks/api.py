"""Groups over HTTP: the list, and one group; ranks only for who may see them."""

from warroom.access.role_groups import NETWORK_READERS
from warroom.room.networks import queries
from warroom.room.networks.views import (
    GroupDayLine,
    GroupLine,
    GroupList,
    GroupMember,
    GroupRecord,
    GroupTie,
    GroupView,
    RoleRank,
    RoleTable,
)
from warroom.web.kit.answers import make_view_answer
from warroom.web.kit.api import Book, Caller, make_area_router
from warroom.web.kit.shapes import Id, Limit, Offset

router = make_area_router("networks")
GroupLineOut = make_view_answer(GroupLine)
GroupListOut = make_view_answer(GroupList, name="Groups", of=(GroupLineOut,))
GroupRecordOut = make_view_answer(GroupRecord)
GroupMemberOut = make_view_answer(GroupMember, of=(GroupRecordOut,))
GroupTieOut = make_view_answer(GroupTie, of=(GroupRecordOut,))
RoleRankOut = make_view_answer(RoleRank)
RoleTableOut = make_view_answer(RoleTable, of=(RoleRankOut,))
GroupDayOut = make_view_answer(GroupDayLine, name="GroupDay")
GroupOut = make_view_answer(
    GroupView, of=(GroupLineOut, GroupMemberOut, GroupTieOut, RoleTableOut, GroupDayOut)
)


@router.get("/networks", may=NETWORK_READERS, response_model=GroupListOut)
def list_network_groups(caller: Caller, book: Book, limit: Limit = 50, offset: Offset = 0) -> object:
    """Groups of subjects, those with the most members that have a ground first. A group is no accusation."""
    return queries.list_groups(book, caller, limit=limit, offset=offset)


@router.get("/networks/{number}", may=NETWORK_READERS, response_model=GroupOut)
def show_network_group(caller: Caller, book: Book, number: Id) -> object:
    """One group: members, ties with their records, money, days, and ranks as ranges where the caller may see them. Of some members no
    rank is given, and never why.
    """
    return queries.load_group(book, caller, number)
