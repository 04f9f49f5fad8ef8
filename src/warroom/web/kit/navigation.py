"""The pages of the room: five entries by role in the top line of every page, and all pages by the question that they answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from warroom.ledger.officers import ROLES, Officer
from warroom.web.doors.access_table import build_access_table
from warroom.web.kit.words.mark import N_


@dataclass(frozen=True, slots=True)
class NavigationPlace:
    """A page and what it is called; `also` are other words that people type for it, in either language.

    `acts` is the beginning of the addresses at which something is done there, where that is not the page's own; `is_read`: the
    page is work without anything to send.
    """

    path: str
    name: str
    also: str = ""
    acts: str = ""
    is_read: bool = False

    @property
    def door(self) -> str:
        """The line of the table of access that opens it."""
        return f"GET {self.path.partition('?')[0]}"

    @property
    def acting_root(self) -> str:
        """The first part of the addresses at which something is done there."""
        return self.acts or "/" + self.path.partition("?")[0].split("/")[1]


@dataclass(frozen=True, slots=True)
class NavigationGroup:
    """The pages that answer one question."""

    question: str
    places: tuple[NavigationPlace, ...]


SEARCH = NavigationPlace("/search", N_("Search"), "find ค้นหา", is_read=True)
AFTER = NavigationPlace("/exercise/after", N_("After the exercise"), "result missed หลังการฝึก", is_read=True)
BOARD = NavigationPlace("/", N_("Board"), "queue home รายการรอ", is_read=True)
APPEALS = "/work?what=appeal&sort=all"
GROUPS = (
    NavigationGroup(
        N_("What is due next?"),
        (
            BOARD,
            NavigationPlace("/cases", N_("Cases"), "queue"),
            NavigationPlace("/work", N_("Work"), "for me tasks งานของฉัน", is_read=True),
            NavigationPlace("/orders", N_("Orders"), "banks silent คำสั่ง ธนาคาร", is_read=True),
            NavigationPlace(APPEALS, N_("Appeals"), "objections คัดค้าน", acts="/appeals"),
            NavigationPlace("/wall", N_("Room screen"), "wall จอ", is_read=True),
        ),
    ),
    NavigationGroup(
        N_("Who is behind it?"),
        (
            NavigationPlace("/signals", N_("Signals"), "mules บัญชีม้า"),
            NavigationPlace(
                "/adverts", N_("Adverts that look like lures"), "jobs pages takedown recruit ประกาศ งาน"
            ),
            NavigationPlace(
                "/matches",
                N_("Matches"),
                "resolution merge duplicates same person รวมระเบียน คนเดียวกัน",
            ),
            NavigationPlace(
                "/networks", N_("Groups"), "networks organisers ranks roles กลุ่ม เครือข่าย", is_read=True
            ),
            NavigationPlace("/files", N_("Files"), "import records นำเข้า"),
            SEARCH,
        ),
    ),
    NavigationGroup(
        N_("Where is it, and what is done there?"),
        (
            NavigationPlace("/map", N_("Map"), "feeders places power สายไฟ", is_read=True),
            NavigationPlace(
                "/sites", N_("Suspected buildings"), "sites compounds dossier plan อาคาร ฐาน", is_read=True
            ),
            NavigationPlace("/operations", N_("Operations"), "raid joint ปฏิบัติการ"),
            NavigationPlace("/operations/new", N_("Plan an operation"), "new raid joint ปฏิบัติการ"),
            NavigationPlace("/actions", N_("Actions"), "measures มาตรการ"),
            NavigationPlace("/actions/new", N_("Propose an action"), "new measure takedown cut มาตรการ"),
            NavigationPlace("/actions/together", N_("Decide on several actions"), "approve together batch"),
        ),
    ),
    NavigationGroup(
        N_("Whom do we protect and warn?"),
        (
            NavigationPlace("/people", N_("People"), "screening victims shelter คัดแยก"),
            NavigationPlace("/public-reports", N_("Public reports"), "inbox tips citizens เรื่องแจ้ง เบาะแส"),
            NavigationPlace(
                "/campaigns", N_("Campaigns"), "alerts rising warn public CAP RSS ประกาศเตือน รณรงค์"
            ),
            NavigationPlace("/campaigns/new", N_("Write an alert"), "new campaign rising ประกาศเตือน"),
            NavigationPlace("/flags", N_("Flags"), "payee warn ธงเตือน ผู้รับโอน"),
            NavigationPlace(
                "/incoming", N_("Incoming payments that wait"), "payers call back hold เงินเข้ารอ โทรถามผู้โอน"
            ),
            NavigationPlace(
                "/incoming/new",
                N_("Let what comes in to an account wait"),
                "account hold signal เงินเข้ารอ บัญชี",
            ),
            NavigationPlace("/flags/effect", N_("What flags bring about"), "trial held out measure ธงเตือน"),
            NavigationPlace(
                "/flags/advice", N_("Advice on payments"), "wait hold back threshold คำแนะนำก่อนโอน"
            ),
            NavigationPlace(
                "/frontier", N_("How much may wait"), "commander frontier settings hours ผู้บัญชาการ ระดับ"
            ),
            NavigationPlace("/appeal", N_("A holder's page"), "code notice object เจ้าของบัญชี", acts="/appeal"),
        ),
    ),
    NavigationGroup(
        N_("What do courts and partners have to do?"),
        (
            NavigationPlace("/requests", N_("Requests"), "letters partners หนังสือ"),
            NavigationPlace("/requests/new", N_("Ask a partner"), "new request letter หนังสือ"),
            NavigationPlace("/partners", N_("Partners"), "answer times agencies หน่วยงาน", acts="/requests"),
            NavigationPlace(
                "/partner-register",
                N_("Register of partners"),
                "agreements marks TLP share revoke พันธมิตร ข้อตกลง",
            ),
            NavigationPlace("/matching", N_("Matching without telling"), "PSI OPRF numbers เทียบหมายเลข"),
            NavigationPlace("/assets", N_("Assets"), "seized frozen ยึด อายัด"),
            NavigationPlace("/assets/new", N_("Record an asset"), "new seized"),
            NavigationPlace("/proceedings", N_("Proceedings"), "court victims pay back คดี"),
            NavigationPlace("/refunds", N_("Refunds"), "victims pay back คืนเงิน"),
            NavigationPlace("/law", N_("Law"), "rules กฎหมาย"),
        ),
    ),
    NavigationGroup(
        N_("What happened, and who did it?"),
        (
            NavigationPlace("/briefing", N_("Briefing"), "figures night สรุป", is_read=True),
            AFTER,
            NavigationPlace("/audit", N_("Log"), "audit บันทึก"),
            NavigationPlace("/officers", N_("Officers"), "roles access เจ้าหน้าที่"),
            NavigationPlace("/partner-keys", N_("Keys of partners' programs"), "api tokens"),
            NavigationPlace("/walls", N_("Screens on the wall"), "wall devices จอ"),
            NavigationPlace("/account", N_("My account"), "password passkey sign-ins บัญชีของฉัน", is_read=True),
            NavigationPlace("/design", N_("Design"), "colours type"),
        ),
    ),
)
PLACES = tuple(place for group in GROUPS for place in group.places)
_BY_PATH = {place.path: place for place in PLACES}
_ENTRIES = {
    "officer": ("/", "/cases", "/orders", "/signals", "/map"),
    "supervisor": ("/", "/wall", "/operations", "/map", "/briefing"),
    "commander": ("/", "/wall", "/operations", "/map", "/briefing"),
    "investigator": ("/", "/cases", "/signals", "/map", "/operations"),
    "logistics": ("/", "/cases", "/signals", "/actions", "/map"),
    "infrastructure": ("/", "/map", "/operations", "/actions", "/cases"),
    "screener": ("/", "/people", "/operations", "/actions", "/map"),
    "appeals": ("/", APPEALS, "/cases", "/orders", "/requests"),
    "custodian": ("/", "/assets", "/cases", "/operations", "/proceedings"),
    "prosecutor": ("/", "/cases", "/assets", "/proceedings", "/law"),
    "lawyer": ("/", "/cases", "/assets", "/proceedings", "/law"),
    "liaison": ("/", "/requests", "/partner-register", "/cases", "/operations"),
    "auditor": ("/", "/audit", "/orders", APPEALS, "/briefing"),
    "admin": ("/officers", "/partner-keys", "/law", "/account"),
}
"""What each role needs hourly, the most needed first; on a phone the first three stand at the bottom."""
# As many as fit in the top line of a laptop. Chosen, not measured.
ENTRIES = 5
ANYBODY = ("signed-in", "public", "enrolling")
"""Entries of the table of access that include every officer."""


def list_open_places(officer: Officer | None) -> list[NavigationPlace]:
    """Every page that is open to an officer, in the order in which the palette names them."""
    return [] if officer is None else [place for place in PLACES if _may_open(place, officer)]


def list_offered_groups(officer: Officer | None) -> list[NavigationGroup]:
    """The pages in which an officer's roles read or act, by question; what else is open to them is found by its name."""
    if officer is None:
        return []
    entries = list_entries(officer)
    offered = [
        NavigationGroup(
            group.question,
            tuple(place for place in group.places if place in entries or _is_offered(place, officer)),
        )
        for group in GROUPS
    ]
    return [group for group in offered if group.places]


def _is_offered(place: NavigationPlace, officer: Officer) -> bool:
    acts = place.is_read or officer.has_role(*_index_acting_roles().get(place.acting_root, ()))
    return acts and _may_open(place, officer)


@cache
def _index_acting_roles() -> dict[str, frozenset[str]]:
    """The roles that send anything, by the first part of the address, as the table of access says."""
    sent = sorted(
        (f"/{endpoint.removeprefix('POST /').split('/')[0]}", who)
        for endpoint, who in build_access_table().items()
        if endpoint.startswith("POST /")
    )
    return {root: _join_roles(who for _, who in same) for root, same in groupby(sent, lambda line: line[0])}


def _join_roles(several: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset(role for roles in several for role in roles if role in ROLES)


def list_entries(officer: Officer | None) -> list[NavigationPlace]:
    """The five entries of an officer's roles; of several roles the first of each come before the second of any."""
    if officer is None:
        return []
    # The administrator's entries come last: an officer who also works on cases needs them rarely.
    own = [_ENTRIES[role] for role in ROLES if officer.has_role(role) and role != "admin"] or [
        _ENTRIES["admin"]
    ]
    ranked = [row[rank] for rank in range(ENTRIES) for row in own if rank < len(row)]
    own_places = [_BY_PATH[path] for path in dict.fromkeys(ranked)]
    return [place for place in own_places if _may_open(place, officer)][:ENTRIES]


def find_start(officer: Officer | None) -> NavigationPlace:
    """Where an officer's work begins: the board, or for an administrator, who sees no case, the officers."""
    return next(iter(list_entries(officer) or list_open_places(officer)), BOARD)


def find_marked_address(path: str, query: str) -> str:
    """The address by which a page is marked among the entries: with its query where a place has one."""
    whole = f"{path}?{query}"
    return whole if whole in _BY_PATH else path


def may_search(officer: Officer | None) -> bool:
    """Whether the search is open to an officer: not to one who manages people and sees no case."""
    return officer is not None and _may_open(SEARCH, officer)


def _may_open(place: NavigationPlace, officer: Officer) -> bool:
    who = build_access_table()[place.door]
    return not who.isdisjoint(ANYBODY) or officer.has_role(*who)
