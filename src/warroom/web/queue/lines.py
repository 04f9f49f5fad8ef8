"""Rows of the queue for a reader: their texts, bars, clocks and buttons."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from warroom.room.queue.views import GROUPS, CaseQueue, Fold, LossBreakdown, NextStep, Pill, QueueRow
from warroom.sentences.catalogue import find_word
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.later import format_hour, format_later
from warroom.web.kit.tables import Tables
from warroom.web.kit.words import CodeWords

# The same as on the page of a case (`cases.case_view.DUE`).
DUE = timedelta(minutes=15)
NEAR, SOON, MINUTE, DAY_HOURS = timedelta(hours=12), timedelta(hours=3), timedelta(minutes=1), 24
FEW_BANKS = 2
"""Up to this many banks are named; of more, only their number is shown."""
PARTS = ("held", "there", "leaves", "honest", "released", "declined", "gone", "unknown")
"""The parts of a loss, in the order in which every bar shows them."""
ANCHORS = {
    "follow": "#hold-{hold}",
    "call": "#hold-{hold}",
    "hold_call": "#holds",
    "hold": "#holds",
    "decide": "#holds",
    "appeal": "#appeals",
}


@dataclass(frozen=True, slots=True)
class PillLine:
    """A clock as a pill: its look, its words, and what it ticks by; one that stands still has no `clock`. `later` says why
    the time to decide is later than it was, empty where it never was.
    """

    look: str
    words: str
    dash: str
    clock: Clock | None
    later: str = ""


@dataclass(frozen=True, slots=True)
class ForecastBand:
    """A forecast on the one square-root scale of its list, in hundredths of it."""

    low: float
    width: float
    at: float


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A row as it is written. `bar` are the parts of the loss in baht; `note` stands in place of the time of the report where
    the name has it.
    """

    row: QueueRow
    key: str
    name: str
    note: str
    since: str
    bar: tuple[tuple[str, int], ...]
    bar_words: str
    where: str
    band: ForecastBand | None
    pill: PillLine | None
    short: PillLine | None
    href: str
    act: str
    button: str
    is_primary: bool
    row_classes: str


@dataclass(frozen=True, slots=True)
class FoldLine:
    """The small cases as one row."""

    fold: Fold
    bar: tuple[tuple[str, int], ...]
    band: ForecastBand | None
    pill: PillLine | None


def format_forecast(satang: float, say: Say) -> str:
    """A forecast rounded to two significant figures: more would claim a precision it does not have."""
    baht = satang / 100
    if baht < 10:
        return say.catalog.gettext("under {count}").format(count=10) if satang > 0 else "0"
    step = 10 ** (math.floor(math.log10(baht)) - 1)
    return say.count(round(baht / step) * step)


class QueueLines:
    """The rows of one list for one reader."""

    def __init__(self, queue: CaseQueue, say: Say, *, fills: bool = True) -> None:
        """`fills`: the first row that is the reader's own has the page's one filled button."""
        self.queue, self.say, self.words = queue, say, CodeWords(say)
        self._told = Tables(say, "queue")
        self._leads = next((row for row in queue.rows if row.mine and fills and row.group == "open"), None)
        self.lines = [self._build_line(row) for row in queue.rows]
        self.fold = self._build_fold(queue.fold) if queue.fold else None
        self.leftovers = self._format_leftovers(queue.leftovers) if queue.leftovers else ""

    def list_groups(self) -> list[tuple[str, list[QueueLine]]]:
        """The lines by group, each with its heading: none over what is to be decided."""
        lines_of = {group: [line for line in self.lines if line.row.group == group] for group in GROUPS}
        return [
            (self._told("group", group) if group != "open" else "", lines_of[group])
            for group in GROUPS
            if lines_of[group] or (group == "open" and self.fold)
        ]

    def format_leftover(self, row: QueueRow) -> str:
        """What is left undecided of a decided case, in a few words; "" for nothing."""
        if row.leftover is None:
            return ""
        left = row.leftover
        pattern = self._("{count} left, {sum}, speaks for the holder")
        words = pattern if left.for_holder else self._("{count} left, {sum}")
        return words.format(count=self.say.count(left.count), sum=self.say.headline(left.amount))

    def _format_leftovers(self, fold: Fold) -> str:
        _, say = self.say.catalog.ngettext, self.say
        cases = _(
            "{count} case with little left to decide",
            "{count} cases with little left to decide",
            fold.sum.cases,
        )
        left = _(
            "{sum} in {count} account, small or speaks for the holder",
            "{sum} in {count} accounts, small or speaks for the holder",
            fold.accounts,
        )
        return ": ".join(
            (
                cases.format(count=say.count(fold.sum.cases)),
                left.format(count=say.count(fold.accounts), sum=say.headline(fold.sum.there)),
            )
        )

    def format_waiting_time(self, since: datetime) -> str:
        """The waiting time in the wall's large figures: `57 min`, `1 h 57`, `3 d`."""
        minutes = max(int((self.say.now - since) / MINUTE), 0)
        hours, rest = divmod(minutes, 60)
        if hours >= DAY_HOURS:
            return f"{hours // DAY_HOURS} {self._('d')}"
        return f"{hours} {self._('h')} {rest:02d}" if hours else f"{rest} {self._('min')}"

    def format_tab(self, code: str) -> str:
        """The name of a filter."""
        return self._told("tab", code)

    def format_forecast(self, satang: int) -> str:
        return format_forecast(satang, self.say)

    def format_forecast_range(self, low: int, high: int) -> str:
        """The range of a forecast in words."""
        said = self.say.catalog.gettext("{low} to {high}")
        return said.format(low=format_forecast(low, self.say), high=format_forecast(high, self.say))

    def _build_line(self, row: QueueRow) -> QueueLine:
        step = row.step
        where = row.state == "open" and row.what == "case"
        return QueueLine(
            row=row,
            key=f"{row.what}-{row.id}",
            name=self._format_name(row),
            note=self.words.find_kind_note(row.kind, row.loss) if row.what == "case" else "",
            since=self._format_since(row),
            bar=split_bar(row.money, row.leaves if where else 0),
            bar_words=self._format_bar(row.money),
            where=self._format_location(row),
            band=self.build_band(row.leaves, row.leaves_low, row.leaves_high)
            if where and row.leaves
            else None,
            pill=self.build_pill(row.pill) if row.what == "case" else self._build_appeal_pill(row),
            short=self.build_short_pill(row.pill),
            href=f"/cases/{row.case}",
            act=f"/cases/{row.case}" + ANCHORS.get(step.code, "").format(hold=step.hold),
            button=self._format_button(step),
            is_primary=row is self._leads,
            row_classes=" ".join(name for name, on in (("mine", row.mine), ("bad", row.late)) if on),
        )

    def _(self, text: str) -> str:
        return self.say.catalog.gettext(text)

    def _format_name(self, row: QueueRow) -> str:
        if row.what == "appeal":
            return self._("Appeal against a hold")
        return self.words.format_case_name(
            row.kind, bank=row.victim_bank, loss=row.loss, reported_at=row.reported_at
        )

    def _format_since(self, row: QueueRow) -> str:
        if row.what == "appeal":
            return self._("since {time}").format(time=self.say.time(row.reported_at))
        return self.say.time(row.reported_at)

    def _format_location(self, row: QueueRow) -> str:
        if flag := find_word("queue.flag", row.flag, self.say.language):
            return flag
        if row.what == "appeal":
            return self._("at {bank}").format(bank=row.banks[0])
        return self.format_places(row.accounts, row.banks)

    def format_places(self, accounts: int, banks: tuple[str, ...]) -> str:
        """In how many accounts, and at which banks where they are few."""
        if not accounts:
            return ""
        _, ngettext = self._, self.say.catalog.ngettext
        accounts_text = ngettext("{count} account", "{count} accounts", accounts).format(
            count=self.say.count(accounts)
        )
        many = ngettext("{count} bank", "{count} banks", len(banks)).format(count=self.say.count(len(banks)))
        named = " ".join(banks) if len(banks) <= FEW_BANKS else many
        return _("{accounts}, {banks}").format(accounts=accounts_text, banks=named)

    def _format_bar(self, money: LossBreakdown) -> str:
        _ = self._
        named = (
            (money.held, _("{sum} held")),
            (money.there, _("{sum} still there")),
            (money.honest, _("{sum} at an honest shop")),
            (money.released, _("{sum} released")),
            (money.declined, _("{sum} declined")),
            (money.gone, _("{sum} gone")),
            (money.unknown, _("{sum} not known")),
        )
        return ", ".join(text.format(sum=self.say.baht(amount)) for amount, text in named if amount)

    def build_band(self, mean: int, low: int, high: int) -> ForecastBand | None:
        """A forecast on this list's scale."""
        return _scale_band(mean, low, high, self.queue.scale)

    def build_total_band(self) -> ForecastBand | None:
        """The forecast of all cases together, on a scale of its own."""
        all_ = self.queue.all
        return _scale_band(all_.leaves, all_.leaves_low, all_.leaves_high, all_.leaves_high)

    def build_pill(self, pill: Pill) -> PillLine | None:
        """The clock of a case."""
        _, say = self._, self.say
        if pill.at is None or not pill.kind:
            return None
        time = format_hour(pill.at, self.say)
        if pill.kind in ("left", "old", "asked"):
            words = {
                "left": _("left before {time}"),
                "old": _("records end {time}, {span} ago"),
                "asked": _("{bank} usually by {time}"),
            }[pill.kind].format(time=time, bank=pill.bank, span=say.span(say.now - pill.at))
            return PillLine("calm" if pill.kind == "asked" else "late", words, self._format_dash(pill), None)
        # The span that is left is of use where it is short; a time far off is shown with its day.
        left = _("by {time}") if pill.at - say.now >= SOON else _("by {time}, {span}")
        over = _("{span} too late")
        if pill.kind == "silent":
            over = _("{bank} silent, +{span}")
        left, over = (
            pattern.replace("{time}", time).replace("{bank}", pill.bank) for pattern in (left, over)
        )
        clock = say.clock(pill.at, min(pill.start or pill.at, pill.at), DUE, left, over)
        later = format_later(pill.later, pill.was, pill.seen, say)
        return PillLine(clock.state, clock.words, clock.dash, clock, later)

    def build_short_pill(self, pill: Pill) -> PillLine | None:
        """The clock in few words, for the wall screen."""
        _, long = self._, self.build_pill(pill)
        if long is None or pill.at is None:
            return None
        if pill.kind == "silent":
            return PillLine("late", _("{bank} silent").format(bank=pill.bank), "100 100", None)
        if pill.kind == "old":
            return PillLine("late", _("old records"), "100 100", None)
        if pill.kind in ("left", "asked"):
            time = format_hour(pill.at, self.say)
            words = _("left") if pill.kind == "left" else _("by {time}").format(time=time)
            return PillLine(long.look, words, long.dash, None)
        clock = self.say.clock(
            pill.at, min(pill.start or pill.at, pill.at), DUE, "{span}", _("{span} too late")
        )
        was = pill.was if pill.later else None
        later = _("was {time}").format(time=format_hour(was, self.say)) if was else ""
        return PillLine(clock.state, clock.words, clock.dash, clock, later)

    def _format_dash(self, pill: Pill) -> str:
        if pill.kind != "asked" or pill.start is None or pill.at is None or pill.at <= pill.start:
            return "100 100"
        share = (self.say.now - pill.start) / (pill.at - pill.start)
        return f"{100 * min(1.0, max(0.0, share)):.1f} 100"

    def _build_appeal_pill(self, row: QueueRow) -> PillLine | None:
        assert row.decide_by is not None
        left = self._("by {time}, {span}").replace("{time}", format_hour(row.decide_by, self.say))
        over = self._("answer {span} late")
        clock = self.say.clock(row.decide_by, row.reported_at, timedelta(hours=1), left, over)
        return PillLine(clock.state, clock.words, clock.dash, clock)

    def _format_button(self, step: NextStep) -> str:
        """What the button does, with what it is about."""
        said = self._told("button", step.code)
        return said.format(
            sum=self.say.headline(step.amount), count=self.say.count(step.count), bank=step.bank
        )

    def _build_fold(self, fold: Fold) -> FoldLine:
        sum_ = fold.sum
        gone = max(sum_.loss - sum_.there, 0)
        money = LossBreakdown(there=sum_.there, gone=gone)
        kind = Pill("calm" if fold.decide_by else "", fold.decide_by, fold.since)
        return FoldLine(
            fold,
            split_bar(money, sum_.leaves),
            self.build_band(sum_.leaves, sum_.leaves_low, sum_.leaves_high),
            self.build_pill(kind),
        )


def _scale_band(mean: int, low: int, high: int, scale: int) -> ForecastBand | None:
    """The band on a square-root scale, so that small cases are visible next to large ones."""
    if scale <= 0:
        return None
    from_, to, at = (100 * math.sqrt(min(one / scale, 1.0)) for one in (low, high, mean))
    return ForecastBand(round(from_, 1), round(max(to - from_, 0.6), 1), round(at, 1))


def split_bar(money: LossBreakdown, leaves: int) -> tuple[tuple[str, int], ...]:
    """The non-empty parts of a bar, in baht. What is expected to leave is taken from what is still there."""
    leaving = min(leaves, money.there)
    sizes = {
        "held": money.held,
        "there": money.there - leaving,
        "leaves": leaving,
        "honest": money.honest,
        "released": money.released,
        "declined": money.declined,
        "gone": money.gone,
        "unknown": money.unknown,
    }
    return tuple((name, max(sizes[name] // 100, 1)) for name in PARTS if sizes[name] > 0)
