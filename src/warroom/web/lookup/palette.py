"""What the palette and the search page show: hits by kind, each a line that leads somewhere; what to do last; or one answer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from warroom.access import role_groups
from warroom.cases.views import BoardRow
from warroom.lake.texts.fold import fold_text
from warroom.ledger.officers import Officer
from warroom.matches.views import MatchKind, NamedRecord
from warroom.room.lookup.asked import LookupQuestion
from warroom.room.lookup.digit_runs import DigitRun
from warroom.room.lookup.outside import MOST as MOST_OUTSIDE
from warroom.room.lookup.views import LookupResult, NoteHit, NumberHit, SubjectHit, TextHit
from warroom.subjects.subject import Subject
from warroom.web.kit import language, words
from warroom.web.kit.formats import Say
from warroom.web.kit.navigation import AFTER, NavigationPlace, list_offered_groups, list_open_places
from warroom.web.lookup.scope import format_scope
from warroom.web.lookup.words import LookupWords

TO_PAGES = ">"
"""The prefix of a search for pages."""
FEW = 5
"""Lines per kind in the palette; the search page has all."""


@dataclass(frozen=True, slots=True)
class PaletteRow:
    """A line: where it leads, its name in three parts (the middle one is what was asked), what it is, and where it stands."""

    href: str
    name: tuple[str, str, str]
    text: tuple[str, str, str] = ("", "", "")
    side: str = ""
    is_number: bool = False
    asks_request: bool = False
    is_command: bool = False
    """Whether it is an action (POST) instead of a link."""


@dataclass(frozen=True, slots=True)
class PaletteGroup:
    """The lines of one kind; `more` of them are not shown here."""

    code: str
    title: str
    hint: str
    rows: Sequence[PaletteRow]
    hidden_count: int = 0


@dataclass(frozen=True, slots=True)
class PaletteAnswer:
    """The one sentence where there is no line, what explains it, and where it leads."""

    title: str
    text: str = ""
    links: Sequence[tuple[str, str]] = ()
    asks_request: bool = False


@dataclass(frozen=True, slots=True)
class PaletteHits:
    """The results as shown: lines by kind, or a single answer; and what was looked at."""

    groups: Sequence[PaletteGroup] = field(default_factory=tuple)
    answer: PaletteAnswer | None = None
    scope: Sequence[str] = ()

    @property
    def count(self) -> int:
        return sum(len(group.rows) + group.hidden_count for group in self.groups if group.code != "do")


def list_page_hits(asked: str, officer: Officer, say: Say, rehearsal: bool) -> PaletteHits:
    """The pages the officer may open whose name or synonym, in either language, contains the text after `>`; without a text
    those in which they read or act, by question.
    """
    _, wanted = say.catalog.gettext, asked.removeprefix(TO_PAGES).strip()
    if not wanted:
        groups = [
            PaletteGroup(
                f"pages-{place}", _(group.question), "", _match_pages("", group.places, say, rehearsal)
            )
            for place, group in enumerate(list_offered_groups(officer))
        ]
        return PaletteHits(tuple(group for group in groups if group.rows))
    rows = _match_pages(wanted, list_open_places(officer), say, rehearsal)
    if not rows:
        title = _("No page has that name.")
        return PaletteHits(
            answer=PaletteAnswer(title, _("Type > alone to list every page that is open to you."))
        )
    return PaletteHits((PaletteGroup("pages", _("Pages"), _("all that are open to you"), rows),))


def _match_pages(
    asked: str, places: Iterable[NavigationPlace], say: Say, rehearsal: bool
) -> list[PaletteRow]:
    wanted, rows = fold_text(asked).strip(), []
    for place in places:
        # The page with the results of an exercise exists in an exercise only.
        if place == AFTER and not rehearsal:
            continue
        names = {
            language_code: language.load_catalog(language_code).gettext(place.name)
            for language_code in ("th", "en")
        }
        if wanted in fold_text(f"{names['th']}\n{names['en']}\n{place.also}\n{place.path}"):
            other = names["en" if say.language == "th" else "th"]
            rows.append(PaletteRow(place.path, (names[say.language], "", ""), (other, "", "")))
    return rows


def list_recent_cases(cases: Sequence[BoardRow], here: str, officer: Officer, say: Say) -> PaletteHits:
    """The lines for an empty search: recently opened pages, and the actions on the current case (`here`)."""
    _ = say.catalog.gettext
    # The current case is left out of the recent pages; its actions are listed below.
    others = tuple(case for case in cases if case.number != here)
    hit_lines = _HitBuilder(LookupResult(cases=others), LookupQuestion.parse(""), officer, say, str)
    rows = list(hit_lines.iter_case_rows())
    groups = [
        PaletteGroup("lately", _("Lately"), _("opened by you, shown to you alone"), rows),
        PaletteGroup("do", _("Do"), "", _list_case_commands(here, officer, say)),
    ]
    return PaletteHits(tuple(group for group in groups if group.rows))


def _list_case_commands(number: str, officer: Officer, say: Say) -> list[PaletteRow]:
    """The actions on the current case."""
    _ = say.catalog.gettext
    if not number:
        return []
    rows = [
        PaletteRow(
            f"/cases/{number}/wake",
            (_("Wake me for {case}").format(case=number), "", ""),
            (_("on a date, with a note"), "", ""),
        )
    ]
    if officer.has_role(*role_groups.HOLD_RELEASERS):
        again = (_("Follow {case} again").format(case=number), "", "")
        rows.insert(
            0,
            PaletteRow(f"/cases/{number}/follow", again, (_("with what is newer"), "", ""), is_command=True),
        )
    return rows


def build_hits(
    search_result: LookupResult,
    asked: LookupQuestion,
    officer: Officer,
    say: Say,
    path_of: Callable[[Subject], str],
    *,
    here: str = "",
    most: int = FEW,
) -> PaletteHits:
    """The results of a search, at most `most` lines per kind. `here`: the current case."""
    hit_lines = _HitBuilder(search_result, asked, officer, say, path_of)
    groups = [_cut_group(group, most) for group in hit_lines.iter_groups() if group.rows]
    commands = hit_lines.list_commands(here)
    scope = format_scope(search_result, asked, say)
    if groups:
        return PaletteHits(
            (*groups, *(group for group in (hit_lines.build_command_group(commands),) if group.rows)),
            scope=scope,
        )
    if commands:
        return PaletteHits((PaletteGroup("do", say.catalog.gettext("Do"), "", commands),), scope=scope)
    answer = hit_lines.build_answer() if asked.text or search_result.problem else None
    return PaletteHits(answer=answer, scope=scope)


def add_name_matches(
    shown: PaletteHits, named: Sequence[tuple[MatchKind, NamedRecord]], say: Say
) -> PaletteHits:
    """The same results with matching records inserted before the actions."""
    if not named:
        return shown
    _ = say.catalog.gettext
    rows = [
        PaletteRow(
            f"/matches?{urlencode({'kind': kind, 'find': named_record.name})}",
            (named_record.name, "", ""),
            (named_record.why.th if say.language == "th" else named_record.why.en, "", ""),
            f"{named_record.record.source} · {named_record.record.subject}",
        )
        for kind, named_record in named
    ]
    group = PaletteGroup("named", _("The same name, in any script"), _("records brought to be matched"), rows)
    done = [shown_group for shown_group in shown.groups if shown_group.code == "do"]
    return PaletteHits(
        (*(shown_group for shown_group in shown.groups if shown_group.code != "do"), group, *done),
        scope=shown.scope,
    )


def explain_refusal(found: LookupResult, asked: LookupQuestion, officer: Officer, say: Say) -> str:
    """Why a form's field has no suggestions: the text is too short, or nothing of the field's kinds matches."""
    if found.problem is not None or found.short:
        answer = _HitBuilder(found, asked, officer, say, str).build_answer()
        return " ".join(part for part in (answer.title, answer.text) if part)
    return say.catalog.gettext(
        "Nothing of this kind in your cases has that name; it is kept as you typed it."
    )


def _cut_group(group: PaletteGroup, most: int) -> PaletteGroup:
    rest = max(0, len(group.rows) - most)
    return PaletteGroup(group.code, group.title, group.hint, group.rows[:most], rest)


class _HitBuilder:
    """Builds the lines of one search for one officer."""

    def __init__(
        self,
        found: LookupResult,
        asked: LookupQuestion,
        officer: Officer,
        say: Say,
        path_of: Callable[[Subject], str],
    ) -> None:
        self.found, self.asked, self.officer, self.say, self.path_of = found, asked, officer, say, path_of
        self.words, self.told = words.CodeWords(say), LookupWords(say)
        self._, self.ngettext = say.catalog.gettext, say.catalog.ngettext
        self.marked = partial(mark_match, asked=asked)

    def iter_groups(self) -> Iterator[PaletteGroup]:
        _ = self._
        accounts = [hit for hit in self.found.subjects if hit.subject.kind == "account"]
        others = [hit for hit in self.found.subjects if hit.subject.kind != "account"]
        hint = _("with these digits") if self.asked.run and not self.asked.may_tell_outside else ""
        signals = [hit for hit in self.found.numbers if hit.kind == "signal"]
        numbers = [hit for hit in self.found.numbers if hit.kind != "signal"]
        yield PaletteGroup(
            "accounts",
            _("Accounts"),
            hint,
            [*map(self._build_subject_row, accounts), *map(self._build_number_row, signals)],
        )
        yield PaletteGroup("cases", _("Cases"), "", list(self.iter_case_rows()))
        things = [*map(self._build_subject_row, others), *map(self._build_number_row, numbers)]
        yield PaletteGroup("things", _("Telephones, devices, pages, places and papers"), "", things)
        texts = [
            *map(self._build_text_row, self.found.texts),
            *(self._build_note_row(note) for note in self.found.notes if not note.mine),
        ]
        yield PaletteGroup("words", _("In the words of your cases"), "", texts)
        mine = [self._build_note_row(note) for note in self.found.notes if note.mine]
        yield PaletteGroup("mine", _("My words"), _("written by you"), mine)

    def list_commands(self, here: str) -> list[PaletteRow]:
        """The actions on the current case that match the text."""
        wanted = fold_text(self.asked.text).strip()
        rows = _list_case_commands(here, self.officer, self.say) if len(wanted) > 1 else []
        return [row for row in rows if wanted in fold_text(row.name[0])]

    def build_command_group(self, rows: list[PaletteRow]) -> PaletteGroup:
        """The follow-up actions, shown last."""
        _ = self._
        if len(self.found.cases) == 1:
            number = self.found.cases[0].number
            rows.append(
                PaletteRow(
                    f"/cases/{number}/wake",
                    (_("Wake me for {case}").format(case=number), "", ""),
                    (_("on a date, with a note"), "", ""),
                )
            )
        if self.found.outside and self.officer.has_role(*role_groups.REQUEST_DRAFTERS):
            rows.append(
                PaletteRow(
                    "",
                    (_("Ask with a purpose"), "", ""),
                    (self._format_outside_hits(), "", ""),
                    _("request"),
                    asks_request=True,
                )
            )
        elif self.found.outside:
            rows.append(
                PaletteRow(
                    "/search?" + urlencode({"q": self.asked.text}), (self._format_outside_hits(), "", "")
                )
            )
        rows += (
            _match_pages(self.asked.text, list_open_places(self.officer), self.say, False)[:2]
            if self.asked.query.is_long_enough
            else []
        )
        return PaletteGroup("do", _("Do"), "", rows)

    def build_answer(self) -> PaletteAnswer:
        """The sentence for an empty result; it says what to do instead."""
        _, search_result = self._, self.found
        if search_result.problem is not None:
            return PaletteAnswer(search_result.problem.render_in(self.say.language))
        if search_result.outside:
            text = _("You see that they exist, not where. With a purpose you can ask the one who holds them.")
            return PaletteAnswer(
                self._format_outside_hits(),
                text,
                asks_request=self.officer.has_role(*role_groups.REQUEST_DRAFTERS),
            )
        if self.asked.case_number:
            return self._explain_unknown_case()
        if search_result.short and self.asked.digits:
            title = self.ngettext(
                "Type {count} more digit.", "Type {count} more digits.", search_result.short
            )
            return PaletteAnswer(
                title.format(count=search_result.short),
                _("Any 4 digits of a number in a row are enough, spaces and dashes do not count."),
            )
        if search_result.short:
            title = self.ngettext(
                "Type {count} more letter.", "Type {count} more letters.", search_result.short
            )
            return PaletteAnswer(
                title.format(count=search_result.short),
                _("A name needs 2 letters; a title (นาย, นางสาว, Mr) is skipped."),
            )
        if search_result.weary:
            title = _("You have reached this hour's limit of searches outside your cases.")
            return PaletteAnswer(
                title, _("Ask for it by a request, or try again in an hour."), asks_request=True
            )
        return PaletteAnswer(
            _("Nothing that is open to you matches."),
            _(
                "Type a number or any 4 of its digits in a row (000-118-8204, 1188), a case (C-12), or words of a record."
            ),
        )

    def _explain_unknown_case(self) -> PaletteAnswer:
        _, search_result = self._, self.found
        text = _("Looked in all cases that you may know of.")
        links = (
            [(f"/cases/{search_result.newest}", _("The newest is {case}").format(case=search_result.newest))]
            if search_result.newest
            else []
        )
        digits = self.asked.case_number.removeprefix("C-")
        if len(digits) >= 4:
            links.append(
                (f"/search?q={digits}", _("Search {digits} in accounts and telephones").format(digits=digits))
            )
        return PaletteAnswer(_("There is no {case}.").format(case=self.asked.case_number), text, links)

    def _format_outside_hits(self) -> str:
        count = self.found.outside
        if count >= MOST_OUTSIDE:
            return self._("{count} or more hits in cases that are not yours.").format(count=count)
        said = self.ngettext(
            "{count} hit in cases that are not yours.", "{count} hits in cases that are not yours.", count
        )
        return said.format(count=count)

    def _build_subject_row(self, hit: SubjectHit) -> PaletteRow:
        cases = hit.cases or (hit.case,)
        text = (
            f"{hit.subject.bank} · {self.told.format_match_reason(hit.columns)}"
            if hit.subject.bank
            else self.told.format_subject_kind(hit.subject)
        )
        text = self._say_near(text) if hit.is_near else text
        href = f"{self.path_of(hit.subject)}?{urlencode({'case': cases[0]})}"
        side = self._("in {cases}").format(cases=", ".join(cases[:3]) + (" …" if len(cases) > 3 else ""))
        return PaletteRow(href, self.marked(hit.shown), (text, "", ""), side, is_number=True)

    def _build_number_row(self, one: NumberHit) -> PaletteRow:
        kind = self.told.format_record_kind(one.kind)
        text = self._say_near(kind) if one.is_near else kind
        return PaletteRow(one.address, self.marked(one.number), (text, "", ""), is_number=True)

    def _say_near(self, text: str) -> str:
        return f"{self._('1 digit differs')} · {text}"

    def iter_case_rows(self) -> Iterator[PaletteRow]:
        for row in self.found.cases:
            kind = self.words.format_case_name(
                row.scam_type, bank=row.victim_bank, loss=row.loss, reported_at=row.reported_at
            )
            name = f"{row.number} · {kind}"
            still = self._("{sum} still there").format(sum=self.say.baht(row.still_there))
            held = self._("{sum} held").format(sum=self.say.baht(row.held))
            side = self._("closed") if row.state == "closed" else self.say.date(row.reported_at)
            yield PaletteRow(f"/cases/{row.number}", self.marked(name), (f"{still} · {held}", "", ""), side)

    def _build_text_row(self, hit: TextHit) -> PaletteRow:
        what = self._("{column} of the {record}").format(
            column=self.told.format_column(hit.fact.origin.table, hit.column),
            record=self.told.format_record_kind(hit.fact.origin.table),
        )
        return PaletteRow(
            f"/cases/{hit.case}",
            (what, "", ""),
            _shorten_context(hit.before, hit.at, hit.after),
            self._format_side(hit.case, hit.fact.time),
        )

    def _build_note_row(self, one: NoteHit) -> PaletteRow:
        return PaletteRow(
            one.address,
            (self.told.format_record_kind(one.kind), "", ""),
            _shorten_context(one.before, one.at, one.after),
            self._format_side(one.case, one.time),
        )

    def _format_side(self, case: str, at: datetime) -> str:
        return " · ".join(part for part in (case, self.say.date(at)) if part)


# Characters of text shown before the match, so that the match itself fits on the line.
AROUND = 28


def _shorten_context(before: str, at: str, after: str) -> tuple[str, str, str]:
    """Shorten the text around a match so that it fits on one line."""
    return ("…" + before[-AROUND:] if len(before) > AROUND else before), at, after


def mark_match(text: str, asked: LookupQuestion) -> tuple[str, str, str]:
    """Split a name around the matched text; what people write between the signs of a number does not count."""
    places = [place for place, sign in enumerate(text) if sign.isalnum()]
    plain = "".join(fold_text(text[place])[:1] or text[place] for place in places)
    at, size = plain.rfind(asked.run or asked.plain), len(asked.run or asked.plain)
    if asked.run and at < 0:
        # Letters between the digits of a number are counted here and not there, so only plain digits are marked.
        fit = DigitRun(asked.run).find_match(plain) if plain.isdigit() else None
        at, size = (fit.start, fit.end - fit.start) if fit else (-1, 0)
    if at < 0 or not size:
        return text, "", ""
    start, end = places[at], places[at + size - 1] + 1
    return text[:start], text[start:end], text[end:]
