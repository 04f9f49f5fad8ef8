"""The field's words on pages: codes of the ledger and the lake as words in the reader's language."""

from dataclasses import dataclass
from typing import Any

from warroom.operations.audit import SYSTEM
from warroom.operations.views import Texts
from warroom.reasons import Reason, render
from warroom.web.formats import Say
from warroom.web.sentences import translate


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Marks a sentence for the catalogs; it is translated where it is shown."""
    return text


SCAMS = {
    "investment": N_("Investment fraud"),
    "job": N_("Online job fraud"),
    "impersonation": N_("Pretending to be an official"),
    "authority": N_("Pretending to be an official"),
    "police": N_("Pretending to be the police"),
    "police-impersonation": N_("Pretending to be the police"),
    "bank-impersonation": N_("Pretending to be a bank"),
    "bank": N_("Pretending to be a bank"),
    "shopping": N_("Goods that never came"),
    "purchase": N_("Goods that never came"),
    "romance": N_("Romance fraud"),
    "loan": N_("Loan fraud"),
    "remote_access": N_("Remote control of a phone"),
    "parcel": N_("Parcel fraud"),
    "lottery": N_("False prize"),
    "reward": N_("False prize"),
    "refund": N_("False refund"),
    "extortion": N_("Extortion"),
    "crypto": N_("Crypto fraud"),
    "other": N_("Another kind of fraud"),
}
CHANNELS = {
    "transfer": N_("transfer"),
    "qr": N_("QR payment"),
    "card": N_("card"),
    "cash": N_("cash"),
    "crypto": N_("crypto exchange"),
    "abroad": N_("abroad"),
    "goods": N_("goods"),
    "batch": N_("batch"),
    "other": N_("other"),
}
ENDS = {"exited": N_("exited"), "spent": N_("honest shop"), "beyond_horizon": N_("not followed further")}
LANES = {"gone": N_("exited"), "spent": N_("honest shop"), "beyond": N_("not followed further")}
HOLD_STATES = {
    "proposed": N_("waits for a second officer"),
    "approved": N_("approved, not yet sent"),
    "sent": N_("sent, the bank has not answered"),
    "in_effect": N_("in effect"),
    "partly": N_("in effect for a part"),
    "refused": N_("refused by the bank"),
    "released": N_("released"),
    "expired": N_("lapsed"),
    "declined": N_("declined"),
}
ORDER_KINDS = {
    "hold": N_("hold"),
    "release": N_("release"),
    "expiry": N_("lapse"),
    "extend": N_("extension"),
    "measure": N_("action"),
    "lift": N_("lifting of an action"),
    "withdraw": N_("withdrawal of an action"),
    "request": N_("request"),
    "reminder": N_("reminder"),
}
ORDER_STATES = {
    "waiting": N_("waits"),
    "sent": N_("sent"),
    "acknowledged": N_("answered"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
}
# What a bank's answer means depends on what it was told.
ANSWERS = {
    "hold": {
        "received": N_("order received, not yet answered"),
        "done": N_("held in full"),
        "partly": N_("held for a part"),
        "refused": N_("refused: nothing is held"),
        "lifted": N_("lifted by the bank itself"),
    },
    "extend": {
        "received": N_("order received, not yet answered"),
        "done": N_("held for longer"),
        "partly": N_("held for longer, for a part"),
        "refused": N_("refused to hold for longer"),
        "lifted": N_("lifted by the bank itself"),
    },
    "release": {
        "received": N_("order received, not yet answered"),
        "done": N_("lifted: the money is free"),
        "partly": N_("lifted for a part"),
        "refused": N_("refused to let go"),
        "lifted": N_("lifted: the money is free"),
    },
}
ANSWERS["expiry"] = ANSWERS["release"]
ANSWERS["measure"] = ANSWERS["request"] = ANSWERS["reminder"] = {
    "received": N_("order received, not yet answered"),
    "done": N_("done"),
    "partly": N_("done in part"),
    "refused": N_("refused"),
    "lifted": N_("lifted by the partner itself"),
}
ANSWERS["lift"] = ANSWERS["withdraw"] = {
    "received": N_("order received, not yet answered"),
    "done": N_("lifted"),
    "partly": N_("lifted in part"),
    "refused": N_("refused to lift"),
    "lifted": N_("lifted"),
}
ANSWER_SIGNS = {"received": "open", "partly": "part", "refused": "refused"}
APPEALS = {"open": N_("open"), "upheld": N_("hold kept"), "granted": N_("hold lifted")}
ROLES = {
    "officer": N_("officer"),
    "supervisor": N_("second officer"),
    "appeals": N_("appeals"),
    "infrastructure": N_("infrastructure officer"),
    "logistics": N_("logistics analyst"),
    "investigator": N_("investigator"),
    "prosecutor": N_("prosecutor"),
    "commander": N_("commander"),
    "liaison": N_("partners abroad"),
    "custodian": N_("evidence and assets"),
    "screener": N_("victim screening"),
    "lawyer": N_("lawyer"),
    "auditor": N_("auditor"),
    "admin": N_("administrator"),
}
PURPOSES = {
    "desk": N_("fraud desk: work on the case"),
    "investigation": N_("investigation"),
    "asset": N_("finding and returning assets"),
    "victim": N_("helping a victim"),
    "prosecution": N_("prosecution"),
    "request": N_("answering a partner's request"),
    "supervision": N_("supervision of the room"),
    "audit": N_("audit"),
}
WAYS = {
    "password": N_("password"),
    "code": N_("password and code"),
    "passkey": N_("passkey"),
    "provider": N_("the agency's sign-in"),
}
METHODS = {
    "fifo": N_("First in, first out"),
    "lifo": N_("Last in, first out"),
    "pro-rata": N_("In proportion"),
}
VERBS = {
    "case.opened": N_("case opened"),
    "case.joined": N_("another report joined"),
    "case.corrected": N_("report corrected"),
    "case.traced": N_("money followed again"),
    "case.read": N_("case read"),
    "case.searched": N_("case searched"),
    "case.closed": N_("case closed"),
    "case.taken": N_("case taken"),
    "case.not_followed": N_("money not followed"),
    "case.sealed": N_("case sealed"),
    "case.unsealed": N_("case opened to all agencies"),
    "purpose.stated": N_("purpose stated"),
    "exercise.paused": N_("exercise paused"),
    "exercise.resumed": N_("exercise resumed"),
    "exercise.speed": N_("exercise at another speed"),
    "exercise.ended": N_("exercise ended"),
    "hold.approved": N_("hold approved"),
    "hold.declined": N_("hold declined"),
    "hold.released": N_("hold released"),
    "hold.expired": N_("hold lapsed"),
    "hold.ended": N_("hold ended"),
    "extension.requested": N_("extension asked for"),
    "extension.approved": N_("extension approved"),
    "order.sent": N_("order sent"),
    "order.failed": N_("order not sent"),
    "order.cancelled": N_("order taken back"),
    "answer.recorded": N_("bank's answer recorded"),
    "appeal.filed": N_("appeal filed"),
    "appeal.upheld": N_("appeal answered: hold kept"),
    "appeal.granted": N_("appeal answered: hold lifted"),
    "appeal.answered": N_("appeal answered"),
    "alert.raised": N_("alert raised"),
    "alert.cleared": N_("alert cleared"),
    "clock.struck": N_("clock struck"),
    "law.confirmed": N_("rule confirmed"),
    "lake.compacted": N_("small files of the lake joined"),
    "lake.erased": N_("records erased at the end of their time"),
    "log.read": N_("log read"),
    "home.restored": N_("restored from a backup"),
    "hold.read": N_("hold looked up by its code"),
    "lake.searched": N_("records searched"),
    "list.read": N_("list looked at"),
    "log.handed-over": N_("checkpoint handed to a witness"),
    "log.proved": N_("row of the log proved"),
    "log.verified": N_("log verified"),
    "quarantine.exported": N_("rejected rows exported"),
    "quarantine.read": N_("rejected rows looked at"),
    "trail.traced": N_("money followed"),
    "witness.refused": N_("a witness refused a checkpoint"),
    "officer.added": N_("officer added"),
    "officer.deactivated": N_("access ended"),
    "roles.asked": N_("other roles asked for"),
    "roles.changed": N_("roles changed"),
    "roles.refused": N_("other roles refused"),
    "factor.added": N_("second factor set up"),
    "factor.removed": N_("second factor taken away"),
    "factor.reset": N_("second factors reset"),
    "password.changed": N_("password changed"),
    "provider.bound": N_("known to the agency's sign-in from now on"),
    "provider.unbound": N_("no longer known to the agency's sign-in"),
    "sign-in.ended": N_("sign-in ended by its owner"),
    "sign-in": N_("signed in"),
    "sign-in.refused": N_("sign-in refused"),
    "sign-out": N_("signed out"),
    "person.registered": N_("person registered"),
    "person.read": N_("person looked at"),
    "people.listed": N_("list of people looked at"),
    "people.counted": N_("people counted"),
    "person.age": N_("age corrected"),
    "person.assigned": N_("screener assigned"),
    "person.unassigned": N_("screener relieved"),
    "person.clock.extended": N_("clock of a person extended"),
    "person.suspected": N_("person suspected"),
    "person.identified": N_("person identified as a victim"),
    "person.not_identified": N_("person not found a victim"),
    "person.withdrew": N_("person withdrew from the status"),
    "screening.begun": N_("screening begun"),
    "screening.draft": N_("draft of a screening kept"),
    "screening.completed": N_("screening completed"),
    "screening.stopped": N_("screening stopped"),
    "wall.read": N_("wall of survivors opened"),
    "wall.refused": N_("wall of survivors not opened"),
    "wall.erased": N_("what a person told erased"),
    "consent.given": N_("consent recorded"),
    "consent.withdrawn": N_("consent taken back"),
    "referral.made": N_("help asked for a person"),
    "referral.answered": N_("help answered"),
    "return.assessed": N_("return home assessed"),
    "charge.requested": N_("charge asked for"),
    "charge.confirmed": N_("charge confirmed"),
    "charge.dropped": N_("charge dropped"),
    "glass.broken": N_("glass broken"),
    "glass.reviewed": N_("broken glass reviewed"),
    "glass.listed": N_("list of broken glass looked at"),
    "notice.seen": N_("notice seen"),
    "agency.added": N_("agency added"),
    "agency.ended": N_("agency ended"),
    "agency.invented": N_("invented agencies of the exercise added"),
    "measure.proposed": N_("action proposed"),
    "measure.document": N_("document laid with an action"),
    "measure.approved": N_("action approved"),
    "measure.declined": N_("action declined"),
    "measure.read": N_("action looked at"),
    "measure.ordered": N_("action ordered"),
    "measure.carried_out": N_("action carried out"),
    "measure.done": N_("action done"),
    "measure.withdrawn": N_("action withdrawn"),
    "measure.lifted": N_("action lifted"),
    "joint.planned": N_("operation planned"),
    "joint.readiness": N_("readiness said"),
    "joint.document": N_("document laid with an operation"),
    "joint.go": N_("go said"),
    "joint.no_go": N_("operation called off"),
    "joint.said": N_("line added to the time line"),
    "joint.found": N_("result reported"),
    "joint.ended": N_("operation ended"),
    "joint.read": N_("operation looked at"),
    "deadline.struck": N_("deadline passed"),
    "request.drafted": N_("request drafted"),
    "request.approved": N_("request approved"),
    "request.reminded": N_("partner reminded"),
    "request.withdrawn": N_("request withdrawn"),
    "request.lift-asked": N_("partner asked to let go"),
    "request.replied": N_("reply to a request noted"),
    "request.document": N_("document of an answer noted"),
    "request.read": N_("request read"),
    "asset.traced": N_("asset traced"),
    "asset.frozen": N_("asset frozen"),
    "asset.seized": N_("asset seized"),
    "asset.moved": N_("asset moved"),
    "asset.kept": N_("asset kept by a court"),
    "asset.forfeited": N_("asset forfeited by a court"),
    "asset.realised": N_("asset sold"),
    "asset.returned": N_("asset given back"),
    "asset.valued": N_("asset valued"),
    "asset.cost": N_("cost of an asset booked"),
    "asset.claimed": N_("owner's claim taken down"),
    "asset.claim-decided": N_("owner's claim decided"),
    "asset.read": N_("asset looked at"),
    "proceeding.opened": N_("proceeding opened"),
    "proceeding.notice": N_("notice to victims given"),
    "proceeding.read": N_("proceeding looked at"),
    "loss.registered": N_("loss registered"),
    "loss.decided": N_("registered loss decided"),
    "payout.drafted": N_("pay-out drafted"),
    "payout.approved": N_("pay-out approved"),
    "payout.withdrawn": N_("pay-out withdrawn"),
    "payout.paid": N_("victims paid"),
    "evidence.received": N_("evidence taken in"),
    "evidence.sealed": N_("evidence sealed"),
    "evidence.moved": N_("evidence moved"),
    "evidence.offered": N_("hand-over of evidence offered"),
    "evidence.accepted": N_("hand-over of evidence accepted"),
    "evidence.declined": N_("hand-over of evidence ended"),
    "evidence.opened": N_("working copy of evidence made"),
    "evidence.returned": N_("evidence returned"),
    "evidence.destroyed": N_("evidence destroyed by a court's order"),
    "evidence.listed": N_("list of evidence looked at"),
    "evidence.read": N_("evidence looked at"),
    "evidence.downloaded": N_("file of evidence given out"),
    "evidence.bundled": N_("court bundle asked for"),
}
# Lists that somebody looked at, as the log names them.
LISTS = {
    "board": N_("board"),
    "orders": N_("orders"),
    "measures": N_("actions"),
    "joint operations": N_("joint operations"),
    "requests": N_("requests"),
    "assets": N_("assets"),
    "proceedings": N_("proceedings"),
    "appeals": N_("appeals"),
    "alerts": N_("alerts"),
}
FAULTS = {
    "changed": N_("not what was written"),
    "missing": N_("missing"),
    "added": N_("added by somebody else"),
    "reordered": N_("in another row's place"),
    "subtree": N_("one of 256 rows was changed"),
    "checkpoint": N_("does not fit a signed checkpoint"),
    "stamp": N_("does not fit its time stamp"),
    "witness": N_("does not fit a witness's copy"),
}
HOME_KINDS = {
    "demo": N_("DEMONSTRATION: every name and figure is invented; no order leaves this machine"),
    "exercise": N_("EXERCISE: no order leaves this machine"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """Looks codes up for one reader; a code that no table knows is shown as it stands."""

    say: Say

    def of(self, table: dict[str, str], code: str) -> str:
        return (
            self.say.catalog.gettext(table[code])
            if code in table
            else code.replace("_", " ").replace("-", " ")
        )

    def scam(self, code: str) -> str:
        return self.of(SCAMS, code) if code else self.say.catalog.gettext(N_("Kind not stated"))

    def channel(self, code: str) -> str:
        return self.of(CHANNELS, code)

    def end(self, code: str) -> str:
        return self.of(ENDS, code)

    def lane(self, code: str) -> str:
        return self.of(LANES, code)

    def hold_state(self, code: str) -> str:
        return self.of(HOLD_STATES, code)

    def order_kind(self, code: str) -> str:
        return self.of(ORDER_KINDS, code)

    def order_state(self, code: str) -> str:
        return self.of(ORDER_STATES, code)

    def answer(self, kind: str, status: str) -> str:
        """What a bank answered to an order of this kind."""
        return self.of(ANSWERS[kind], status)

    def answer_sign(self, status: str) -> str:
        return ANSWER_SIGNS.get(status, "")

    def appeal(self, code: str) -> str:
        return self.of(APPEALS, code)

    def role(self, code: str) -> str:
        return self.of(ROLES, code)

    def purpose(self, code: str) -> str:
        return self.of(PURPOSES, code)

    def way(self, code: str) -> str:
        """How somebody signed in."""
        return self.of(WAYS, code)

    def method(self, code: str) -> str:
        return self.of(METHODS, code)

    def person(self, name: str) -> str:
        """Who did something: an officer's user name, or the program itself."""
        _ = self.say.catalog.gettext
        if name in ("", SYSTEM):
            return _("the program")
        return _("the holder, with the code") if name == "public" else name

    def verb(self, code: str) -> str:
        return self.of(VERBS, code)

    def about(self, verb: str, subject: str) -> str:
        """What a row of the log is about: a list by its name, anything else by its code."""
        known = verb == "list.read" and subject in LISTS
        return self.of(LISTS, subject) if known else subject

    def fault(self, code: str) -> str:
        return self.of(FAULTS, code)

    def home(self, code: str) -> str:
        return self.of(HOME_KINDS, code)

    def text(self, texts: Texts) -> str:
        """A sentence that comes in both languages."""
        return texts.th if self.say.language == "th" else texts.en

    def problem(self, sentence: str) -> str:
        """What went wrong, as a service says it in English, in the reader's language."""
        return translate(sentence, self.say.language)

    def reason(self, reason: dict[str, Any]) -> str:
        """A frozen reason, in the words that were frozen with it."""
        said = reason.get("text") or {}
        if self.say.language in said:
            return str(said[self.say.language])
        return render(Reason(reason["code"], reason.get("params", {})), self.say.language)
