"""The pages of the room: five entries by role in the top line of every page, and all pages in the palette."""

from dataclasses import dataclass

from warroom.ledger.officers import ROLES, Officer
from warroom.web.doors.access_table import build_access_table
from warroom.web.kit.words.mark import N_


@dataclass(frozen=True, slots=True)
class NavigationPlace:
    """A page and what it is called; `also` are other words that people type for it, in either language."""

    path: str
    name: str
    also: str = ""

    @property
    def door(self) -> str:
        """The line of the table of access that opens it."""
        return f"GET {self.path.partition('?')[0]}"


SEARCH = NavigationPlace("/search", N_("Search"), "find ค้นหา")
AFTER = NavigationPlace("/exercise/after", N_("After the exercise"), "result missed หลังการฝึก")
BOARD = NavigationPlace("/", N_("Board"), "queue home รายการรอ")
PLACES = (
    BOARD,
    NavigationPlace("/cases", N_("Cases"), "queue"),
    NavigationPlace("/work", N_("Work"), "for me tasks งานของฉัน"),
    NavigationPlace("/wall", N_("Room screen"), "wall จอ"),
    NavigationPlace("/walls", N_("Screens on the wall"), "wall devices จอ"),
    NavigationPlace("/orders", N_("Orders"), "banks silent คำสั่ง ธนาคาร"),
    NavigationPlace("/signals", N_("Signals"), "mules บัญชีม้า"),
    NavigationPlace("/adverts", N_("Adverts that look like lures"), "jobs pages takedown recruit ประกาศ งาน"),
    NavigationPlace("/matches", N_("Matches"), "resolution merge duplicates same person รวมระเบียน คนเดียวกัน"),
    NavigationPlace("/public-reports", N_("Public reports"), "inbox tips citizens เรื่องแจ้ง เบาะแส"),
    NavigationPlace("/campaigns", N_("Campaigns"), "alerts rising warn public CAP RSS ประกาศเตือน รณรงค์"),
    NavigationPlace("/campaigns/new", N_("Write an alert"), "new campaign rising ประกาศเตือน"),
    NavigationPlace("/flags", N_("Flags"), "payee warn ธงเตือน ผู้รับโอน"),
    NavigationPlace("/flags/effect", N_("What flags bring about"), "trial held out measure ธงเตือน"),
    NavigationPlace("/map", N_("Map"), "feeders places power สายไฟ"),
    NavigationPlace("/operations", N_("Operations"), "raid joint ปฏิบัติการ"),
    NavigationPlace("/operations/new", N_("Plan an operation"), "new raid joint ปฏิบัติการ"),
    NavigationPlace("/actions", N_("Actions"), "measures มาตรการ"),
    NavigationPlace("/actions/new", N_("Propose an action"), "new measure takedown cut มาตรการ"),
    NavigationPlace("/actions/together", N_("Decide on several actions"), "approve together batch"),
    NavigationPlace("/requests", N_("Requests"), "letters partners หนังสือ"),
    NavigationPlace("/requests/new", N_("Ask a partner"), "new request letter หนังสือ"),
    NavigationPlace("/partners", N_("Partners"), "answer times agencies หน่วยงาน"),
    NavigationPlace("/people", N_("People"), "screening victims shelter คัดแยก"),
    NavigationPlace("/assets", N_("Assets"), "seized frozen ยึด อายัด"),
    NavigationPlace("/assets/new", N_("Record an asset"), "new seized"),
    NavigationPlace("/proceedings", N_("Proceedings"), "court victims pay back คดี"),
    NavigationPlace("/work?what=appeal&sort=all", N_("Appeals"), "objections คัดค้าน"),
    NavigationPlace("/briefing", N_("Briefing"), "figures night สรุป"),
    NavigationPlace("/files", N_("Files"), "import records นำเข้า"),
    NavigationPlace("/law", N_("Law"), "rules กฎหมาย"),
    NavigationPlace("/audit", N_("Log"), "audit บันทึก"),
    NavigationPlace("/officers", N_("Officers"), "roles access เจ้าหน้าที่"),
    NavigationPlace("/partner-keys", N_("Keys of partners' programs"), "api tokens"),
    AFTER,
    SEARCH,
    NavigationPlace("/account", N_("My account"), "password passkey sign-ins บัญชีของฉัน"),
    NavigationPlace("/appeal", N_("A holder's page"), "code notice object เจ้าของบัญชี"),
    NavigationPlace("/design", N_("Design"), "colours type"),
)
_BY_PATH = {place.path: place for place in PLACES}
APPEALS = "/work?what=appeal&sort=all"
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
    "liaison": ("/", "/requests", "/partners", "/cases", "/operations"),
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
