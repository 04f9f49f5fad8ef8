"""The field's words on pages: codes of the ledger and the lake as words in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from warroom.bilingual.texts import Texts
from warroom.cases.views import UNKNOWN_KINDS
from warroom.ledger.audit.leaf import SYSTEM
from warroom.reasons.reason import Reason, render
from warroom.sentences.catalogue import find_word, list_words
from warroom.subjects.kinds import WORDS
from warroom.units import Satang
from warroom.web.kit.formats import Say
from warroom.web.kit.kept import render_kept_sentence
from warroom.web.kit.words.mark import N_

ANSWERED_AS = {
    "expiry": "release",
    "request": "measure",
    "reminder": "measure",
    "withdraw": "lift",
}
"""Kinds of order whose answers mean what they mean to another kind."""
ANSWER_SIGNS = {"received": "open", "partly": "part", "refused": "refused"}


LONGEST = 80
"""Signs of a source's words in a line of a list; its record shows all of them."""


def mark_foreign(text: str) -> Markup:
    """A source's text for a page: escaped, shortened, with unknown language (`lang=""`) and isolated direction (`<bdi>`)."""
    short = text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
    return Markup('<bdi lang="">{}</bdi>').format(short)


@dataclass(frozen=True, slots=True)
class CodeWords:
    """Looks up codes for one reader; an unknown code is shown unchanged."""

    say: Say

    def format_code(self, table: str, code: str) -> str:
        """The word for a code in a table of the catalogue."""
        return find_word(table, code, self.say.language) or code.replace("_", " ").replace("-", " ")

    def scam(self, said: str) -> str:
        """A kind of fraud: a known code in the reader's language, else its source's own words, as they came.

        To call a false police call "another kind of fraud" would hide from an officer what the victim said.
        """
        if not said.strip():
            return self.say.catalog.gettext(N_("Kind not stated"))
        return find_word("cases.scam", said, self.say.language) or mark_foreign(said)

    def format_case_name(self, kind: str, *, bank: str, loss: Satang, reported_at: datetime) -> str:
        """What a case is called wherever it is named: its kind of fraud; where that is not known its victim's bank (empty:
        left out), the loss and when it was reported.
        """
        if not self.find_kind_note(kind, loss):
            return self.scam(kind)
        named = {"sum": self.say.headline(loss), "time": self.say.time(reported_at)}
        if not bank:
            return self.say.catalog.gettext("{sum} baht, {time}").format(**named)
        return self.say.catalog.gettext("{bank}: {sum} baht, {time}").format(bank=bank, **named)

    def find_kind_note(self, kind: str, loss: Satang) -> str:
        """That a case's kind is not known, to be said beside a name without it; empty for any other case."""
        return self.scam(kind) if kind.strip() in UNKNOWN_KINDS and loss else ""

    def channel(self, code: str) -> str:
        return self.format_code("trace.channel", code)

    def end(self, code: str) -> str:
        return self.format_code("trace.end", code)

    def lane(self, code: str) -> str:
        return self.format_code("trace.lane", code)

    def state(self, of: str, code: str) -> str:
        """The state of a hold, an order, an action ... (`of`, as `states.toml` has them)."""
        return find_word(f"states.{of}", code, self.say.language) or code

    def find_state_sign(self, of: str, code: str) -> str:
        """The shape of a state's sign."""
        return list_words(f"states.{of}").get(code, {}).get("sign", "")

    def states(self, of: str) -> list[tuple[str, str]]:
        """Every state of such things with its words, in order."""
        return [(code, self.state(of, code)) for code in list_words(f"states.{of}")]

    def order_kind(self, code: str) -> str:
        return self.format_code("orders.kind", code)

    def answer(self, kind: str, status: str) -> str:
        """The word for a bank's answer to an order of this kind."""
        return self.format_code(f"orders.answer-{ANSWERED_AS.get(kind, kind)}", status)

    def answer_sign(self, status: str) -> str:
        return ANSWER_SIGNS.get(status, "")

    def role(self, code: str) -> str:
        return self.format_code("access.role", code)

    def purpose(self, code: str) -> str:
        return self.format_code("access.purpose", code)

    def format_sign_in_way(self, code: str) -> str:
        """The word for a method of signing in."""
        return self.format_code("access.way", code)

    def method(self, code: str) -> str:
        return self.format_code("trace.method", code)

    def person(self, name: str) -> str:
        """Who did something: an officer's user name, or the program itself."""
        _ = self.say.catalog.gettext
        if name in ("", SYSTEM):
            return _("the program")
        return _("the holder, with the code") if name == "public" else name

    def verb(self, code: str, detail: Mapping[str, Any] | None = None) -> str:
        """A row of the log in words. `detail`: its further content, if the page has it."""
        # The desk is not asked for a purpose: the program records it, without an officer's text.
        unasked = code == "purpose.stated" and detail is not None and not detail.get("text")
        return self.format_code("log.verb", "purpose.noted" if unasked else code)

    def format_log_subject(self, verb: str, subject: str) -> str:
        """What a row of the log is about: a list by its name, anything else by its code."""
        known = find_word("log.list", subject, self.say.language) if verb == "list.read" else None
        return known or subject

    def fault(self, code: str) -> str:
        return self.format_code("ledger.fault", code)

    def home(self, code: str) -> str:
        return self.format_code("home.kind", code)

    def subject(self, code: str) -> str:
        """A kind of subject, as declarations call it."""
        return self.text(WORDS[code]) if code in WORDS else code

    def subject_example(self, code: str) -> str:
        """What would be right in a field for a subject of this kind."""
        return self.format_code("pages.example", code)

    def text(self, texts: Texts) -> str:
        """The reader's language of a text that exists in both."""
        return texts.th if self.say.language == "th" else texts.en

    def problem(self, sentence: str) -> str:
        """What went wrong, as a service says it or the ledger kept it, in the reader's language."""
        return render_kept_sentence(sentence, self.say.language)

    def reason(self, reason: dict[str, Any]) -> str:
        """A frozen reason, in the wording frozen with it."""
        said = reason.get("text") or {}
        if self.say.language in said:
            return str(said[self.say.language])
        return render(Reason(reason["code"], reason.get("params", {})), self.say.language)
