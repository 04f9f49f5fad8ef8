"""Every page of the room, by the line of the table of access that opens it: where it stands in the walked room, its main
heading, and whose it is. What answers no page, and what is looked at elsewhere, is named with the reason.
"""

from dataclasses import dataclass, replace

from tests.signals.made import signal
from tests.signals.made_adverts import LOOKED
from warroom.bilingual.texts import Texts
from warroom.law.kinds.declarations import load_kind
from warroom.sentences.catalogue import list_words
from warroom.signals.adverts.score import VERSION
from warroom.subjects.subject import Subject
from warroom.web.kit.words.mark import N_


@dataclass(frozen=True, slots=True)
class Place:
    """A page as somebody comes to it. `heading` is a sentence of the catalogs, a text in both languages, or what somebody
    wrote; `status` what it answers; `why_not` says why no link of another page leads there.
    """

    endpoint: str
    address: str
    heading: str | Texts
    who: str = "all"
    status: int = 200
    why_not: str = ""


CUT = load_kind("power-cut").title
LOST = list_words("pages.problem-title")["404"]
ORDERED = N_("A hold of %(sum)s baht in your account is ordered; the bank has not answered yet")
ACCOUNT = "/subjects/account/B01:0001447101"
SIGNAL = signal("M-1", screening=True)
LURING = replace(
    SIGNAL, kind="adverts", subject=Subject("page", "PG-1"), as_of=LOOKED, model_version=VERSION
).record_id
CHOSEN = "chosen on the page before"
PAGES = (
    Place("GET /", "/", N_("Board")),
    Place("GET /work", "/work", N_("Work")),
    Place("GET /files", "/files", N_("Files")),
    Place("GET /wall", "/wall", N_("The room now")),
    Place("GET /walls", "/walls", N_("Screens on the wall")),
    Place(
        "GET /wall/open",
        "/wall/open",
        N_("Open the wall on this screen"),
        who="",
        why_not="stands in the link of a screen",
    ),
    Place("GET /cases", "/cases", N_("Cases")),
    Place(
        "GET /cases/small",
        "/cases/small",
        N_("Small cases"),
        why_not="from the row of at least three of them",
    ),
    Place("GET /cases/{number}/give", "/cases/C-1/give", N_("Give %(number)s to an officer")),
    Place("GET /cases/{number}", "/cases/C-1", "C-1"),
    Place("GET /cases/{number}", "/cases/C-2", N_("Why do you open case %(number)s?"), who="kim"),
    Place("GET /cases/{number}/chart", "/cases/C-1/chart", N_("Link chart of %(case)s")),
    Place(
        "GET /cases/{number}/chart/with/{other}", "/cases/C-1/chart/with/C-2", N_("Link chart of %(case)s")
    ),
    Place("GET /cases/{number}/timeline", "/cases/C-1/timeline", N_("Time line of %(number)s")),
    Place("GET /cases/{number}/evidence", "/cases/C-1/evidence", N_("Evidence of %(number)s")),
    Place("GET /cases/{number}/wake", "/cases/C-1/wake", N_("Wake me for %(number)s")),
    Place("GET /cases/{number}/seal", "/cases/C-1/seal", N_("Who may see %(number)s")),
    Place("GET /evidence/{item}", "/evidence/1", "E-1"),
    Place(
        "GET /search",
        "/search?q=%E0%B9%82%E0%B8%AD%E0%B8%99%E0%B9%80%E0%B8%87%E0%B8%B4%E0%B8%99",
        N_("Search"),
    ),
    Place("GET /subjects/{kind}/{name:path}", f"{ACCOUNT}?case=C-1", "0001447101"),
    Place(
        "GET /subjects/{kind}/{name:path}/timeline",
        f"{ACCOUNT}/timeline?case=C-1",
        N_("Time line of %(number)s"),
    ),
    Place("GET /requests", "/requests", N_("Requests to partners")),
    Place("GET /requests/new", "/requests/new", N_("New request")),
    Place("GET /requests/new", "/requests/new?kind=stop-payment", N_("New request")),
    Place("GET /requests/{request_id}", "/requests/1", "Q-1"),
    Place("GET /partners", "/partners", N_("How fast partners answer")),
    Place("GET /assets", "/assets", N_("Assets")),
    Place("GET /assets/new", "/assets/new?kind=car", N_("New asset")),
    Place("GET /assets/{asset_id}", "/assets/1", "A-1"),
    Place("GET /proceedings", "/proceedings", N_("Proceedings and pay-outs")),
    Place("GET /proceedings/{proceeding_id}", "/proceedings/1", "P-1"),
    Place("GET /refunds", "/refunds", N_("Refunds without a forfeiture")),
    Place("GET /refunds/{refund_id}", "/refunds/1", "RF-1"),
    Place("GET /actions", "/actions", N_("Actions")),
    Place("GET /actions/new", "/actions/new", N_("Which action?")),
    Place("GET /actions/new", "/actions/new?kind=power-cut", CUT),
    Place("GET /actions/together", "/actions/together?id=1&id=2", N_("Actions together"), why_not=CHOSEN),
    Place("GET /actions/{measure_id}", "/actions/2", CUT),
    Place("GET /operations", "/operations", N_("Joint operations")),
    Place("GET /operations/new", "/operations/new", N_("Plan an operation")),
    Place("GET /operations/plans/{draft_id}/{step}", "/operations/plans/1/where", "Three doors"),
    *(
        Place(
            "GET /operations/plans/{draft_id}/{step}",
            f"/operations/plans/1/{step}",
            "Three doors",
            why_not="from the step before",
        )
        for step in ("what", "who", "hand", "more", "more?kind=watch")
    ),
    Place("GET /operations/{operation_id}", "/operations/1", "Twenty houses"),
    Place("GET /operations/{operation_id}", "/operations/2", "Three doors"),
    Place("GET /operations/{operation_id}/papers", "/operations/2/papers", "Three doors"),
    Place("GET /networks", "/networks", N_("Groups")),
    Place("GET /signals", "/signals", N_("Signals")),
    Place("GET /signals", "/signals?kind=messages", N_("Signals")),
    Place("GET /signals", "/signals?kind=domains", N_("Signals")),
    Place("GET /signals/{record_id}", f"/signals/{SIGNAL.record_id}", SIGNAL.subject.number),
    Place("GET /signal-trails/{trail_id}", "/signal-trails/1", SIGNAL.subject.number),
    Place("GET /adverts", "/adverts", N_("Adverts that look like lures")),
    Place("GET /adverts/{record_id}", f"/adverts/{LURING}", "PG-1"),
    Place("GET /adverts/scripts/{number}", "/adverts/scripts/1", N_("Script %(number)s")),
    Place("GET /matches", "/matches", N_("Matches")),
    Place("GET /public-reports", "/public-reports", N_("Public reports")),
    Place("GET /campaigns", "/campaigns", N_("Campaigns")),
    Place("GET /campaigns/new", "/campaigns/new", N_("Write an alert")),
    Place("GET /flags", "/flags", N_("Flags")),
    Place("GET /flags/{flag_id}", "/flags/1", "7008"),
    Place("GET /flags/{flag_id}", "/flags/2", "7007", why_not="from the list of flags in effect"),
    Place("GET /flags/effect", "/flags/effect", N_("What flags bring about")),
    Place("GET /flags/advice", "/flags/advice", N_("Advice on payments")),
    Place("GET /partner-register", "/partner-register", N_("Register of partners")),
    Place("GET /matching", "/matching", N_("Matching without telling")),
    Place("GET /frontier", "/frontier", N_("How much may wait")),
    Place("GET /incoming", "/incoming", N_("Incoming payments that wait")),
    Place("GET /incoming/new", "/incoming/new", N_("Which account?")),
    Place("GET /map", "/map", N_("Map")),
    Place("GET /map", "/map?chosen=places:K1", N_("Map")),
    Place("GET /map", "/map?chosen=supply:F1&cut=B1", N_("Map")),
    Place("GET /supply/{supply_id:path}", "/supply/F1", "F1"),
    Place("GET /sites", "/sites", N_("Suspected buildings")),
    Place("GET /sites/{site:path}", "/sites/K1", "K1"),
    Place("GET /plans/{site:path}", "/plans/K1", N_("Plan for %(site)s")),
    Place("GET /people", "/people", N_("People found"), who="siri"),
    Place("GET /people/{number}", "/people/P-1", "P-1", who="siri"),
    Place("GET /people/{number}", "/people/P-2", "P-2", who="pim"),
    Place(
        "GET /people/{number}/told", "/people/P-1/told", N_("What %(number)s said in confidence"), who="siri"
    ),
    Place(
        "GET /people/{number}/screening", "/people/P-4/screening", N_("Screening of %(number)s"), who="siri"
    ),
    Place("GET /briefing", "/briefing", N_("Briefing")),
    Place("GET /orders", "/orders", N_("Orders")),
    Place("GET /law", "/law", N_("What may be done, by which law")),
    Place("GET /officers", "/officers", N_("Officers")),
    Place("GET /partner-keys", "/partner-keys", N_("Keys of banks' programs")),
    Place("GET /audit", "/audit", N_("The log")),
    Place("GET /account", "/account", N_("Your account")),
    Place("GET /design", "/design", N_("Design")),
    Place("GET /sign-in", "/sign-in", N_("Sign in"), who="", why_not="a stranger's first page"),
    Place(
        "GET /appeal",
        "/appeal",
        N_("Is money held in your account?"),
        who="",
        why_not="stands in a bank's notice",
    ),
    Place("GET /appeal/{code}", "/appeal/{code}", ORDERED, who="", why_not="stands in a bank's notice"),
    Place("GET /", "/nothing-here", Texts(LOST["th"], LOST["en"]), status=404, why_not="there is none"),
)
NO_PAGES = {
    "GET /campaigns/{campaign_id}/messages/{number}": "a CAP message",
    "GET /public-reports/{report_id}/files/{submission}/{place}": "a file that somebody attached",
    "GET /adverts/{record_id}/package/{platform}": "a file for a platform",
    "GET /adverts/scripts/{number}/package/{platform}": "a file for a platform",
    "GET /static": "styles, scripts and fonts",
    "GET /events": "the stream of changes",
    "GET /healthz": "for machines",
    "GET /metrics": "for machines",
    "GET /briefing.pdf": "a paper",
    "GET /cases/{number}/now": "what changed on a case's open page",
    "GET /cases/{number}/chart/file/{form}": "files of the chart",
    "GET /subjects/{kind}/{name:path}/dossier": "a paper",
    "GET /sites/{site:path}/paper": "a paper",
    "GET /cases/{number}/chart/with": "leads to the joined chart",
    "GET /evidence/{item}/file": "the item itself",
    "GET /appeals/{appeal_id}/receipt": "what a holder attached, itself",
    "GET /exercise/state": "for the bar of an exercise",
    "GET /map/data": "for the map",
    "GET /map/ground": "for the map",
    "GET /map/tiles": "for the map",
    "GET /sign-in/provider": "leads to the agency's sign-in",
    "GET /sign-in/provider/back": "comes from the agency's sign-in",
}
ELSEWHERE = {
    "GET /answer/{token}": "tests/web/test_answer_links.py, with a link that was made",
    "GET /partner-register/{code}": "tests/web/test_partners.py, with a partner that was added",
    "GET /networks/{number}": "tests/web/test_networks.py, with a group that was found",
    "GET /incoming/{hold_id}": "tests/web/test_incoming.py, with a hold that was begun",
    "GET /campaigns/{campaign_id}": "test_campaigns.py, with an alert that was written",
    "GET /campaigns/{campaign_id}/edit": "test_campaigns.py, with an alert that was written",
    "GET /public-reports/{report_id}": "tests/public/test_inbox.py, with a report that was sent",
    "GET /exercise/after": "test_exercise.py, after an exercise that was played",
    "GET /files/{token}": "test_files.py, with a file that was brought",
    "GET /files/corrections/{correction_id}": "tests/web/test_files_pages.py, with a correction that waits",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that is refused: by the browser while its fields are empty, by the server with these `fields`. `holding` tells
    it from others of the page that post to the same address.
    """

    address: str
    action: str
    who: str
    fields: dict[str, str]
    holding: str = ""


WHY = "The act was done for own profit months before and has nothing to do with any trafficking."
REFUSED = (
    Refused("/people/P-1", "/people/P-1/charges", "pim", {"act": "online_fraud", "statement": WHY}),
    Refused(
        f"/signals/{SIGNAL.record_id}",
        f"/signals/{SIGNAL.record_id}/words",
        "all",
        {"reason": " "},
        holding="textarea",
    ),
    Refused("/flags/effect", "/flags/effect", "all", {"share": "80", "reason": "To know."}),
    Refused(
        "/flags/advice",
        "/flags/advice",
        "all",
        {"wait": "90", "ask": "50", "held": "5", "reason": "To know."},
    ),
    Refused("/officers", "/officers", "first", {"name": "A", "username": "Not fit", "password": "x" * 12}),
    Refused("/requests/new?kind=information", "/requests/new", "all", {"subject": " "}),
    Refused("/actions/new?kind=power-cut", "/actions/new", "all", {"subjects": " "}),
    Refused("/operations/new", "/operations/new", "all", {"title": " "}),
    Refused(
        "/operations/new",
        "/operations/new",
        "all",
        {"title": "A", "hour": "2030-01-01T05:30", "why": "So.", "typing": "?"},
    ),
    Refused("/assets/new?kind=car", "/assets/new", "all", {"title": " "}),
    Refused("/cases/C-1/evidence", "/cases/C-1/evidence/thing", "all", {"name": " "}),
    Refused("/account", "/account/password", "all", {"old": "wrong", "new": "long enough for all"}),
    Refused("/sign-in", "/sign-in", "", {"username": "nobody", "password": "wrong"}),
)
