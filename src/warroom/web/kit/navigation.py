"""The pages of the room: five entries by role at the top of every page, and all of them by name in the palette."""

from dataclasses import dataclass

from warroom.ledger.officers import ROLES, Officer
from warroom.web.doors.access_table import table
from warroom.web.kit.words.mark import N_


@dataclass(frozen=True, slots=True)
class Place:
    """A page and what it is called; `also` are other words that people type for it, in either language."""

    path: str
    name: str
    also: str = ""

    @property
    def door(self) -> str:
        """The line of the table of access that opens it."""
        return f"GET {self.path.partition('?')[0]}"


SEARCH = Place("/search", N_("Search"), "find ค้นหา")
AFTER = Place("/exercise/after", N_("After the exercise"), "result missed หลังการฝึก")
BOARD = Place("/", N_("Board"), "queue home รายการรอ")
PLACES = (
    BOARD,
    Place("/cases", N_("Cases"), "queue"),
    Place("/work", N_("Work"), "for me tasks งานของฉัน"),
    Place("/wall", N_("Room screen"), "wall จอ"),
    Place("/walls", N_("Screens on the wall"), "wall devices จอ"),
    Place("/orders", N_("Orders"), "banks silent คำสั่ง ธนาคาร"),
    Place("/signals", N_("Signals"), "mules บัญชีม้า"),
    Place("/adverts", N_("Adverts that look like lures"), "jobs pages takedown recruit ประกาศ งาน"),
    Place("/matches", N_("Matches"), "resolution merge duplicates same person รวมระเบียน คนเดียวกัน"),
    Place("/public-reports", N_("Public reports"), "inbox tips citizens เรื่องแจ้ง เบาะแส"),
    Place("/campaigns", N_("Campaigns"), "alerts rising warn public CAP RSS ประกาศเตือน รณรงค์"),
    Place("/campaigns/new", N_("Write an alert"), "new campaign rising ประกาศเตือน"),
    Place("/flags", N_("Flags"), "payee warn ธงเตือน ผู้รับโอน"),
    Place("/flags/effect", N_("What flags bring about"), "trial held out measure ธงเตือน"),
    Place("/map", N_("Map"), "feeders places power สายไฟ"),
    Place("/operations", N_("Operations"), "raid joint ปฏิบัติการ"),
    Place("/operations/new", N_("Plan an operation"), "new raid joint ปฏิบัติการ"),
    Place("/actions", N_("Actions"), "measures มาตรการ"),
    Place("/actions/new", N_("Propose an action"), "new measure takedown cut มาตรการ"),
    Place("/actions/together", N_("Decide on several actions"), "approve together batch"),
    Place("/requests", N_("Requests"), "letters partners หนังสือ"),
    Place("/requests/new", N_("Ask a partner"), "new request letter หนังสือ"),
    Place("/partners", N_("Partners"), "answer times agencies หน่วยงาน"),
    Place("/people", N_("People"), "screening victims shelter คัดแยก"),
    Place("/assets", N_("Assets"), "seized frozen ยึด อายัด"),
    Place("/assets/new", N_("Record an asset"), "new seized"),
    Place("/proceedings", N_("Proceedings"), "court victims pay back คดี"),
    Place("/work?what=appeal&sort=all", N_("Appeals"), "objections คัดค้าน"),
    Place("/briefing", N_("Briefing"), "figures night สรุป"),
    Place("/files", N_("Files"), "import records นำเข้า"),
    Place("/law", N_("Law"), "rules กฎหมาย"),
    Place("/audit", N_("Log"), "audit บันทึก"),
    Place("/officers", N_("Officers"), "roles access เจ้าหน้าที่"),
    Place("/partner-keys", N_("Keys of partners' programs"), "api tokens"),
    AFTER,
    SEARCH,
    Place("/account", N_("My account"), "password passkey sign-ins บัญชีของฉัน"),
    Place("/appeal", N_("A holder's page"), "code notice object เจ้าของบัญชี"),
    Place("/design", N_("Design"), "colours type"),
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
ENTRIES = 5
ANYBODY = ("signed-in", "public", "enrolling")
"""Words of the table of access that every officer fits."""


def places(officer: Officer | None) -> list[Place]:
    """Every page that is open to an officer, in the order in which the palette names them."""
    return [] if officer is None else [place for place in PLACES if _opens(place, officer)]


def entries(officer: Officer | None) -> list[Place]:
    """The five entries of an officer's roles; of several roles the first of each come before the second of any."""
    if officer is None:
        return []
    # What manages people stands last: whoever works on cases too needs it seldom.
    own = [_ENTRIES[role] for role in ROLES if officer.may(role) and role != "admin"] or [_ENTRIES["admin"]]
    ranked = [row[rank] for rank in range(ENTRIES) for row in own if rank < len(row)]
    found = [_BY_PATH[path] for path in dict.fromkeys(ranked)]
    return [place for place in found if _opens(place, officer)][:ENTRIES]


def start(officer: Officer | None) -> Place:
    """Where an officer's work begins: the board, or for an administrator, who sees no case, the officers."""
    return next(iter(entries(officer) or places(officer)), BOARD)


def standing(path: str, query: str) -> str:
    """The address by which a page is marked among the entries: with its query where a place has one."""
    whole = f"{path}?{query}"
    return whole if whole in _BY_PATH else path


def searches(officer: Officer | None) -> bool:
    """Whether the search is open to an officer: not to one who manages people and sees no case."""
    return officer is not None and _opens(SEARCH, officer)


def _opens(place: Place, officer: Officer) -> bool:
    who = table()[place.door]
    return not who.isdisjoint(ANYBODY) or officer.may(*who)
