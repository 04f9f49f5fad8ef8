"""The field's words on pages: codes of the ledger and the lake as words in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from warroom.bilingual.texts import Texts
from warroom.ledger.audit.leaf import SYSTEM
from warroom.reasons.reason import Reason, render
from warroom.subjects.kinds import WORDS
from warroom.web.kit.formats import Say
from warroom.web.kit.kept import told_again
from warroom.web.kit.words.log import LISTS, VERBS
from warroom.web.kit.words.mark import N_
from warroom.web.kit.words.orders import ANSWER_SIGNS, ANSWERS, ORDER_KINDS
from warroom.web.kit.words.states import STATES
from warroom.web.kit.words.subjects import SUBJECT_EXAMPLES

__all__ = [
    "ANSWERS",
    "ANSWER_SIGNS",
    "CHANNELS",
    "ENDS",
    "FAULTS",
    "HOME_KINDS",
    "LANES",
    "LISTS",
    "METHODS",
    "N_",
    "ORDER_KINDS",
    "PURPOSES",
    "ROLES",
    "SCAMS",
    "VERBS",
    "WAYS",
    "Words",
    "foreign",
]


# Sources call one kind of fraud by several words, and readers are told one.
SCAMS = {
    "investment": N_("Investment"),
    "job": N_("Online job"),
    "impersonation": N_("Sham official"),
    "authority": N_("Sham official"),
    "police": N_("Sham police"),
    "police-impersonation": N_("Sham police"),
    "bank-impersonation": N_("Sham bank"),
    "bank": N_("Sham bank"),
    "shopping": N_("Goods never sent"),
    "purchase": N_("Goods never sent"),
    "romance": N_("Love scam"),
    "loan": N_("Loan fee"),
    "remote_access": N_("Remote control of a phone"),
    "parcel": N_("Parcel fraud"),
    "lottery": N_("False prize"),
    "reward": N_("False prize"),
    "refund": N_("False refund"),
    "extortion": N_("Extortion"),
    "crypto": N_("Crypto fraud"),
    "other": N_("Kind not known yet"),
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
    "return": N_("return by a bank"),
    "charge": N_("bank charges"),
}
ENDS = {"exited": N_("gone"), "spent": N_("honest shop"), "beyond_horizon": N_("not followed further")}
LANES = {"gone": N_("gone"), "spent": N_("honest shop"), "beyond": N_("not followed further")}
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


LONGEST = 80
"""Signs of a source's words in a line of a list; its record shows all of them."""


def foreign(text: str) -> Markup:
    """Words of a source within a page: escaped, bounded, in a language that nobody stated and a direction of their own."""
    short = text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
    return Markup('<bdi lang="">{}</bdi>').format(short)


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

    def scam(self, said: str) -> str:
        """A kind of fraud: a known code in the reader's language, else its source's own words, as they came.

        Whoever calls a false police call "another kind of fraud" hides from an officer what the victim said.
        """
        if not said.strip():
            return self.say.catalog.gettext(N_("Kind not stated"))
        return self.of(SCAMS, said) if said in SCAMS else foreign(said)

    def channel(self, code: str) -> str:
        return self.of(CHANNELS, code)

    def end(self, code: str) -> str:
        return self.of(ENDS, code)

    def lane(self, code: str) -> str:
        return self.of(LANES, code)

    def state(self, of: str, code: str) -> str:
        """The state of a hold, an order, an action ... (`of`, as STATES has them)."""
        known = STATES[of].get(code)
        return self.say.catalog.gettext(known[0]) if known else code

    def sign(self, of: str, code: str) -> str:
        """The shape of a state's sign."""
        return STATES[of].get(code, ("", ""))[1]

    def states(self, of: str) -> list[tuple[str, str]]:
        """Every state of such things with its words, in order."""
        return [(code, self.state(of, code)) for code in STATES[of]]

    def order_kind(self, code: str) -> str:
        return self.of(ORDER_KINDS, code)

    def answer(self, kind: str, status: str) -> str:
        """What a bank answered to an order of this kind."""
        return self.of(ANSWERS[kind], status)

    def answer_sign(self, status: str) -> str:
        return ANSWER_SIGNS.get(status, "")

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

    def verb(self, code: str, detail: Mapping[str, Any] | None = None) -> str:
        """What a row of the log tells; `detail` is what it says beside, where the page has it."""
        # The desk is not asked why: its purpose is noted by the program, and has no words of an officer.
        unasked = code == "purpose.stated" and detail is not None and not detail.get("text")
        return self.of(VERBS, "purpose.noted" if unasked else code)

    def about(self, verb: str, subject: str) -> str:
        """What a row of the log is about: a list by its name, anything else by its code."""
        known = verb == "list.read" and subject in LISTS
        return self.of(LISTS, subject) if known else subject

    def fault(self, code: str) -> str:
        return self.of(FAULTS, code)

    def home(self, code: str) -> str:
        return self.of(HOME_KINDS, code)

    def subject(self, code: str) -> str:
        """A kind of subject, as declarations call it."""
        return self.text(WORDS[code]) if code in WORDS else code

    def subject_example(self, code: str) -> str:
        """What would be right in a field for a subject of this kind."""
        return self.of(SUBJECT_EXAMPLES, code)

    def text(self, texts: Texts) -> str:
        """A sentence that comes in both languages."""
        return texts.th if self.say.language == "th" else texts.en

    def problem(self, sentence: str) -> str:
        """What went wrong, as a service says it or the ledger kept it, in the reader's language."""
        return told_again(sentence, self.say.language)

    def reason(self, reason: dict[str, Any]) -> str:
        """A frozen reason, in the words that were frozen with it."""
        said = reason.get("text") or {}
        if self.say.language in said:
            return str(said[self.say.language])
        return render(Reason(reason["code"], reason.get("params", {})), self.say.language)
