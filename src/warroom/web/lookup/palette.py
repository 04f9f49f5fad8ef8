"""What the palette and the search page show: hits by kind, each a line that leads somewhere; what to do last; or one answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from warroom.access import role_groups
from warroom.cases.views import BoardRow
from warroom.lake.texts.fold import folded
from warroom.ledger.officers import Officer
from warroom.matches.views import NamedRecord, SubjectKind
from warroom.room.lookup.asked import Asked
from warroom.room.lookup.outside import MOST as MOST_OUTSIDE
from warroom.room.lookup.views import Found, NoteHit, NumberHit, SubjectHit, TextHit
from warroom.subjects.subject import Subject
from warroom.web.kit import language, words
from warroom.web.kit.formats import Say
from warroom.web.kit.navigation import AFTER, places
from warroom.web.lookup.words import LookupWords

TO_PAGES = ">"
"""What is typed before the name of a page."""
FEW = 5
"""Lines of a kind in the palette; the search page has all."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line: where it leads, its name in three parts (the middle one is what was asked), what it is, and where it stands."""

    href: str
    name: tuple[str, str, str]
    text: tuple[str, str, str] = ("", "", "")
    side: str = ""
    number: bool = False
    ask: bool = False
    does: bool = False
    """Whether it does something at its address instead of leading there."""


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one kind; `more` of them are not shown here."""

    code: str
    title: str
    hint: str
    rows: Sequence[Row]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The one sentence where there is no line, what explains it, and where it leads."""

    title: str
    text: str = ""
    links: Sequence[tuple[str, str]] = ()
    ask: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What was found, as shown: lines by kind or an answer."""

    groups: Sequence[Group] = field(default_factory=tuple)
    answer: Answer | None = None

    @property
    def count(self) -> int:
        return sum(len(group.rows) + group.more for group in self.groups if group.code != "do")


def pages(asked: str, officer: Officer, say: Say, rehearsal: bool) -> Shown:
    """Every page open to the officer whose name in either language, or another word for it, holds what stands after `>`."""
    rows = _pages(asked.removeprefix(TO_PAGES), officer, say, rehearsal)
    _ = say.catalog.gettext
    if not rows:
        title = _("No page has that name.")
        return Shown(answer=Answer(title, _("Type > alone to list every page that is open to you.")))
    return Shown((Group("pages", _("Pages"), _("all that are open to you"), rows),))


def _pages(asked: str, officer: Officer, say: Say, rehearsal: bool) -> list[Row]:
    wanted, found = folded(asked).strip(), []
    for place in places(officer):
        # What came of an exercise is a page where there is one.
        if place == AFTER and not rehearsal:
            continue
        names = {one: language.catalog(one).gettext(place.name) for one in ("th", "en")}
        if wanted in folded(f"{names['th']}\n{names['en']}\n{place.also}\n{place.path}"):
            other = names["en" if say.language == "th" else "th"]
            found.append(Row(place.path, (names[say.language], "", ""), (other, "", "")))
    return found


def lately(cases: Sequence[BoardRow], here: str, officer: Officer, say: Say) -> Shown:
    """Before anything is typed: what one opened last elsewhere, and what may be done with the case one is on (`here`)."""
    _ = say.catalog.gettext
    # Nobody looks for where they are: its own acts stand below.
    others = tuple(one for one in cases if one.number != here)
    told = _Told(Found(cases=others), Asked.of(""), officer, say, str)
    rows = list(told.cases())
    groups = [
        Group("lately", _("Lately"), _("opened by you, shown to you alone"), rows),
        Group("do", _("Do"), "", _of_case(here, officer, say)),
    ]
    return Shown(tuple(group for group in groups if group.rows))


def _of_case(number: str, officer: Officer, say: Say) -> list[Row]:
    """What may be done with the case that one is on."""
    _ = say.catalog.gettext
    if not number:
        return []
    rows = [
        Row(
            f"/cases/{number}/wake",
            (_("Wake me for {case}").format(case=number), "", ""),
            (_("on a date, with a note"), "", ""),
        )
    ]
    if officer.may(*role_groups.HOLD_RELEASERS):
        again = (_("Follow {case} again").format(case=number), "", "")
        rows.insert(0, Row(f"/cases/{number}/follow", again, (_("with what is newer"), "", ""), does=True))
    return rows


def shown(
    found: Found,
    asked: Asked,
    officer: Officer,
    say: Say,
    path_of: Callable[[Subject], str],
    *,
    here: str = "",
    most: int = FEW,
) -> Shown:
    """What a search found, at most so many lines of a kind; `here` is the case that one is on."""
    told = _Told(found, asked, officer, say, path_of)
    groups = [_cut(group, most) for group in told.groups() if group.rows]
    commands = told.commands(here)
    if groups:
        return Shown((*groups, *(group for group in (told.do(commands),) if group.rows)))
    if commands:
        return Shown((Group("do", say.catalog.gettext("Do"), "", commands),))
    return Shown(answer=told.answer() if asked.text or found.problem else None)


def beside_names(shown: Shown, named: Sequence[tuple[SubjectKind, NamedRecord]], say: Say) -> Shown:
    """The same with the records whose name is the one typed, before what may be done."""
    if not named:
        return shown
    _ = say.catalog.gettext
    rows = [
        Row(
            f"/matches?{urlencode({'kind': kind, 'find': one.name})}",
            (one.name, "", ""),
            (one.why.th if say.language == "th" else one.why.en, "", ""),
            f"{one.record.source} · {one.record.subject}",
        )
        for kind, one in named
    ]
    group = Group("named", _("The same name, in any script"), _("records brought to be matched"), rows)
    done = [one for one in shown.groups if one.code == "do"]
    return Shown((*(one for one in shown.groups if one.code != "do"), group, *done))


def refusal(found: Found, asked: Asked, officer: Officer, say: Say) -> str:
    """Why a form's field has nothing to offer: too little was typed, or nothing of its kind is known by it."""
    if found.problem is not None or found.short:
        answer = _Told(found, asked, officer, say, str).answer()
        return " ".join(part for part in (answer.title, answer.text) if part)
    return say.catalog.gettext(
        "Nothing of this kind in your cases has that name; it is kept as you typed it."
    )


def _cut(group: Group, most: int) -> Group:
    rest = max(0, len(group.rows) - most)
    return Group(group.code, group.title, group.hint, group.rows[:most], rest)


class _Told:
    """One search, told to one officer."""

    def __init__(
        self, found: Found, asked: Asked, officer: Officer, say: Say, path_of: Callable[[Subject], str]
    ) -> None:
        self.found, self.asked, self.officer, self.say, self.path_of = found, asked, officer, say, path_of
        self.words, self.told = words.Words(say), LookupWords(say)
        self._, self.ngettext = say.catalog.gettext, say.catalog.ngettext
        self.marked = partial(marked, asked=asked)

    def groups(self) -> Iterator[Group]:
        _ = self._
        accounts = [one for one in self.found.subjects if one.subject.kind == "account"]
        others = [one for one in self.found.subjects if one.subject.kind != "account"]
        hint = _("by the last digits") if self.asked.end and not self.asked.telling else ""
        signals = [one for one in self.found.numbers if one.kind == "signal"]
        numbers = [one for one in self.found.numbers if one.kind != "signal"]
        yield Group(
            "accounts", _("Accounts"), hint, [*map(self._subject, accounts), *map(self._number, signals)]
        )
        yield Group("cases", _("Cases"), "", list(self.cases()))
        things = [*map(self._subject, others), *map(self._number, numbers)]
        yield Group("things", _("Telephones, devices, pages, places and papers"), "", things)
        texts = [
            *map(self._text, self.found.texts),
            *(self._note(one) for one in self.found.notes if not one.mine),
        ]
        yield Group("words", _("In the words of your cases"), "", texts)
        mine = [self._note(one) for one in self.found.notes if one.mine]
        yield Group("mine", _("My words"), _("written by you"), mine)

    def commands(self, here: str) -> list[Row]:
        """What may be done with the case that one is on, by the words typed."""
        wanted = folded(self.asked.text).strip()
        rows = _of_case(here, self.officer, self.say) if len(wanted) > 1 else []
        return [row for row in rows if wanted in folded(row.name[0])]

    def do(self, rows: list[Row]) -> Group:
        """What may be done next, last of all."""
        _ = self._
        if len(self.found.cases) == 1:
            number = self.found.cases[0].number
            rows.append(
                Row(
                    f"/cases/{number}/wake",
                    (_("Wake me for {case}").format(case=number), "", ""),
                    (_("on a date, with a note"), "", ""),
                )
            )
        if self.found.outside and self.officer.may(*role_groups.REQUEST_DRAFTERS):
            rows.append(
                Row("", (_("Ask with a purpose"), "", ""), (self._outside(), "", ""), _("request"), ask=True)
            )
        elif self.found.outside:
            rows.append(Row("/search?" + urlencode({"q": self.asked.text}), (self._outside(), "", "")))
        rows += _pages(self.asked.text, self.officer, self.say, False)[:2] if self.asked.query.enough else []
        return Group("do", _("Do"), "", rows)

    def answer(self) -> Answer:
        """The one sentence where nothing is shown: each of them says what to do instead."""
        _, found = self._, self.found
        if found.problem is not None:
            return Answer(found.problem.told(self.say.language))
        if found.outside:
            text = _("You see that they exist, not where. With a purpose you can ask the one who holds them.")
            return Answer(self._outside(), text, ask=self.officer.may(*role_groups.REQUEST_DRAFTERS))
        if self.asked.case:
            return self._no_case()
        if found.short and self.asked.digits:
            title = self.ngettext("Type {count} more digit.", "Type {count} more digits.", found.short)
            return Answer(
                title.format(count=found.short),
                _("4 digits at the end of a number are enough, spaces and dashes do not count."),
            )
        if found.short:
            title = self.ngettext("Type {count} more letter.", "Type {count} more letters.", found.short)
            return Answer(
                title.format(count=found.short),
                _("A name needs 2 letters; a title (นาย, นางสาว, Mr) is skipped."),
            )
        if found.weary:
            title = _("You have reached this hour's limit of searches outside your cases.")
            return Answer(title, _("Ask for it by a request, or try again in an hour."), ask=True)
        return Answer(
            _("Nothing that is open to you matches."),
            _(
                "Type a number or its last 4 digits (000-118-8204, 8204), a case (C-12), or words of a record."
            ),
        )

    def _no_case(self) -> Answer:
        _, found = self._, self.found
        text = _("Looked in all cases that you may know of.")
        links = (
            [(f"/cases/{found.newest}", _("The newest is {case}").format(case=found.newest))]
            if found.newest
            else []
        )
        digits = self.asked.case.removeprefix("C-")
        if len(digits) >= 4:
            links.append(
                (f"/search?q={digits}", _("Search {digits} in accounts and telephones").format(digits=digits))
            )
        return Answer(_("There is no {case}.").format(case=self.asked.case), text, links)

    def _outside(self) -> str:
        count = self.found.outside
        if count >= MOST_OUTSIDE:
            return self._("{count} or more hits in cases that are not yours.").format(count=count)
        said = self.ngettext(
            "{count} hit in cases that are not yours.", "{count} hits in cases that are not yours.", count
        )
        return said.format(count=count)

    def _subject(self, one: SubjectHit) -> Row:
        cases = one.cases or (one.case,)
        text = (
            f"{one.subject.bank} · {self.told.matched(one.columns)}"
            if one.subject.bank
            else self.told.subject(one.subject)
        )
        href = f"{self.path_of(one.subject)}?{urlencode({'case': cases[0]})}"
        side = self._("in {cases}").format(cases=", ".join(cases[:3]) + (" …" if len(cases) > 3 else ""))
        return Row(href, self.marked(one.shown), (text, "", ""), side, number=True)

    def _number(self, one: NumberHit) -> Row:
        return Row(one.address, self.marked(one.number), (self.told.record(one.kind), "", ""), number=True)

    def cases(self) -> Iterator[Row]:
        for row in self.found.cases:
            name = f"{row.number} · {self.words.scam(row.scam_type)}"
            still = self._("{sum} still there").format(sum=self.say.baht(row.still_there))
            held = self._("{sum} held").format(sum=self.say.baht(row.held))
            side = self._("closed") if row.state == "closed" else self.say.date(row.reported_at)
            yield Row(f"/cases/{row.number}", self.marked(name), (f"{still} · {held}", "", ""), side)

    def _text(self, one: TextHit) -> Row:
        what = self._("{column} of the {record}").format(
            column=self.told.column(one.fact.origin.table, one.column),
            record=self.told.record(one.fact.origin.table),
        )
        return Row(
            f"/cases/{one.case}",
            (what, "", ""),
            _shortened(one.before, one.at, one.after),
            self._side(one.case, one.fact.time),
        )

    def _note(self, one: NoteHit) -> Row:
        return Row(
            one.address,
            (self.told.record(one.kind), "", ""),
            _shortened(one.before, one.at, one.after),
            self._side(one.case, one.time),
        )

    def _side(self, case: str, at: datetime) -> str:
        return " · ".join(part for part in (case, self.say.date(at)) if part)


AROUND = 28


def _shortened(before: str, at: str, after: str) -> tuple[str, str, str]:
    """A place in a text, so short that it fits a line."""
    return ("…" + before[-AROUND:] if len(before) > AROUND else before), at, after


def marked(text: str, asked: Asked) -> tuple[str, str, str]:
    """A name with what was asked marked in it, from the end back: dashes between digits do not part a number."""
    wanted = asked.end or asked.plain
    place, end = len(wanted), None
    for at in range(len(text) - 1, -1, -1):
        if place and folded(text[at]) == wanted[place - 1]:
            end, place = (at + 1 if end is None else end), place - 1
            if not place:
                return text[:at], text[at:end], text[end:]
        elif end is not None and text[at].isalnum():
            break
    return text, "", ""
