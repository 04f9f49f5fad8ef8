"""A mapping proposed for a file, as the tree of its TOML file, with every doubt said.

It is right or it asks: what has one likely reading is proposed, what has two is a doubt that names both, and what a file
cannot say (the zone of its times, its currency, whose statement it is) is always asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from warroom import clock
from warroom.records.guess.amounts import choose_amount
from warroom.records.guess.clocks import Cells, Written, days_of, find_jumps
from warroom.records.guess.direction import Stated, direction
from warroom.records.guess.doubts import Doubt, called, doubt, quoted, written_as
from warroom.records.guess.evidence import (
    ask_about_afternoons,
    ask_about_branches,
    ask_about_lines_between,
    ask_about_references,
    ask_about_repeats,
    ask_about_shared_numbers,
    ask_about_zeros,
    turn_by_balance,
)
from warroom.records.guess.look import Look, look, sheets
from warroom.records.guess.matching import File, Matched, match
from warroom.records.guess.names import Names, find_names
from warroom.records.guess.oddities import ask_about_amounts, odd_values
from warroom.records.guess.outcomes import FEW, ask_about_rows, find_statuses, words_in
from warroom.records.guess.profile import Profile
from warroom.records.guess.units import currency_above, find_unit, find_unit_column
from warroom.records.guess.values import currency_in, units_of, values_of
from warroom.records.guess.words import bank_within, heading, is_never, known_value, score
from warroom.records.guess.zones import (
    BANGKOK,
    ask_about_halves,
    ask_about_zones,
    find_zone_column,
    says_time,
    zone_in,
    zone_within,
)
from warroom.records.job import Job
from warroom.records.mapping import Mapping
from warroom.records.plan import STATED
from warroom.records.reader import table_of
from warroom.records.table import Column, Table
from warroom.records.written import DOLLAR, close_gaps

_THAI = re.compile("[ก-๛]")
_COMMA = re.compile(r"^-?\d{1,3}(?:\.\d{3})*,\d{1,2}$|^-?\d+,\d{1,2}$")
_POINT = re.compile(r"^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$|^-?\d+\.\d+$")
HIDDEN = 0.5
"""What a hidden sheet's likeness to the table counts beside that of a shown one."""


@dataclass(frozen=True)
class Guess:
    """What is proposed: the tree of the mapping, the doubts, and what the file has: its columns, and those not used.

    `file` says how it is written, for people: what stands in the tree is only what the readers would not find themselves.
    `message`: it is a message of ISO 20022, which needs no mapping.
    """

    table: Table
    tree: dict[str, Any]
    doubts: list[Doubt]
    file: dict[str, Any]
    found: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    examples: dict[str, str] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    """Of columns with few different values, these values."""
    sheets: list[str] = field(default_factory=list)
    message: bool = False
    thai: bool = False


def guess(path: Path, table: Table | str, name: str = "", sheet: str | None = None) -> Guess:
    """Propose a mapping for a file, or for one sheet of a workbook. Raises RecordsError for what cannot be read at all, as the readers do."""
    job = Job(path, table_of(table), Mapping(sheet=sheet), clock.now(), name or str(path))
    first = look(job)
    if first.format == "message":
        return _message(job)
    seen, names, doubts = _sheet(job, first)
    if names is None:
        return Guess(job.table, {}, [doubt("file.header", "guess.no-names")], _written(seen, None))
    return _Proposal(job, seen, names, doubts).made()


def _message(job: Job) -> Guess:
    tree = {"time": {"zone": BANGKOK}}
    file = dict.fromkeys(("sheet", "header", "encoding", "delimiter"))
    found = [doubt("time.zone", "guess.message", file=Path(job.name).name)]
    return Guess(job.table, tree, found, file, message=True)


def _sheet(job: Job, first: Look) -> tuple[Look, Names | None, list[Doubt]]:
    """The sheet that most looks like the table; asked about where another has the same names."""
    if not first.others or job.mapping.sheet:
        return first, find_names(first, job.table), []
    found = [(each, find_names(each, job.table)) for each in sheets(job, first)]
    best, names = max(found, key=lambda each: _likeness(*each))
    level = names.known if names else 0
    alike = [
        each.sheet or "" for each, other in found if each is not best and other and other.known >= level * 0.8
    ]
    doubts = []
    if best.sheet in best.hidden:
        doubts.append(doubt("file.sheet", "guess.hidden-sheet", sheet=best.sheet))
    if shown := [name for name in alike if name not in best.hidden]:
        doubts.append(doubt("file.sheet", "guess.which-sheet", sheet=best.sheet, others=quoted(shown)))
    if hidden := [name for name in alike if name in best.hidden]:
        doubts.append(doubt("file.sheet", "guess.hidden-too", sheet=best.sheet, others=quoted(hidden)))
    return best, names, doubts


def _likeness(seen: Look, names: Names | None) -> float:
    """How much a sheet looks like the table; a hidden one must do so far more than one that people see."""
    known = names.known if names else -1.0
    return known * HIDDEN if seen.sheet in seen.hidden else known


def _written(seen: Look, names: Names | None) -> dict[str, Any]:
    lines = list(names.lines) if names else []
    header = None if not lines else lines[0] if len(lines) == 1 else lines
    return {"sheet": seen.sheet, "header": header, "encoding": seen.encoding, "delimiter": seen.delimiter}


class _Proposal:
    """One file's proposal while it is made, section by section."""

    def __init__(self, job: Job, seen: Look, names: Names, doubts: list[Doubt]) -> None:
        self._job, self._seen, self._names, self._doubts = job, seen, names, doubts
        # A row that is another's in every cell says nothing new of a column, as where a page ends with the row that begins the next.
        records = list(dict.fromkeys(map(tuple, names.records)))
        cells = list(zip(*records, strict=True)) or [()] * len(names.columns)
        profiles = [
            Profile.of(name, at, column)
            for at, (name, column) in enumerate(zip(names.columns, cells, strict=True))
        ]
        kept = [each for each in profiles if each.name and not is_never(each.name)]
        self._file = File(job.table, kept, clock.now())
        self._never = [each.name for each in profiles if is_never(each.name)]
        texts = [*names.columns, *names.titles, *(cell for row in names.records[:50] for cell in row)]
        self._thai = any(_THAI.search(text) for text in texts)
        self._tree: dict[str, Any] = {}

    def made(self) -> Guess:
        """The whole proposal."""
        if self._never:
            self._doubts.append(doubt("columns", "guess.never", names=quoted(self._never)))
        matched, stated = self._matched()
        if not self._names.records:
            return self._without_records(matched)
        columns: dict[str, Any] = dict(matched.columns)
        self._doubts += matched.doubts
        if self._is_list(stated):
            columns, asked = choose_amount(self._file, columns)
            self._doubts = [
                each
                for each in self._doubts
                if not asked or each.slot not in ("columns.amount", "columns.currency")
            ]
            self._doubts += asked
        if stated:
            self._tree["direction"] = stated.section
            self._doubts += stated.doubts
        joined = self._times(columns)
        self._tree["columns"] = {**columns, **joined}
        # The banks of both sides of a statement come from one column, so that one bank has one spelling in it.
        other = stated.section.get("counterparty_bank") if stated else None
        sides = {"payer_bank": other, "payee_bank": other} if other else {}
        if stated and (account := stated.section.get("counterparty")):
            sides["payee"] = account
        values, doubts = values_of(self._file, columns | sides, is_statement=stated is not None)
        self._doubts += doubts
        if values:
            self._tree["values"] = values
        self._constants(columns, stated)
        self._written()
        self._amounts(columns, stated)
        self._balance(columns)
        return self._guess(stated)

    def _is_list(self, stated: Stated | None) -> bool:
        """Whether rows are transfers with an amount each, and not a statement with columns of money out and money in."""
        two = stated is not None and "column" not in stated.section and "sign" not in stated.section
        return self._file.table.name == "transfers" and not two

    def _without_records(self, matched: Matched) -> Guess:
        """A file that has no row to look at: the names alone are proposed, and one thing is said."""
        code = "guess.torn" if self._names.is_torn else "guess.no-records"
        self._doubts.append(doubt("file", code, columns=len(self._names.columns)))
        self._tree["columns"] = dict(matched.columns)
        used = set(matched.columns.values())
        unused = [name for name in self._names.columns if name and name not in used]
        found = [name for name in self._names.columns if name and name not in self._never]
        tree = {name: section for name, section in self._tree.items() if section}
        return Guess(
            self._job.table,
            tree,
            self._doubts,
            _written(self._seen, self._names),
            found,
            unused,
            thai=self._thai,
        )

    def _amounts(self, columns: dict[str, Any], stated: Stated | None) -> None:
        """[amount], and the amounts that cannot be read."""
        way = stated.section if stated else {}
        named = [way[key] for key in ("out", "in") if isinstance(way.get(key), str)]
        named += [
            theirs for ours, theirs in columns.items() if self._file.table.by_name[ours].kind == "money"
        ]
        unit, doubts = (
            find_unit(named, [*self._names.titles, *self._names.beside], self._seen.sheet or "")
            if named
            else (None, [])
        )
        if not doubts and named:
            unit, doubts = find_unit_column([each for each in self._file.columns if each.name not in named])
        self._doubts += doubts
        if unit:
            self._tree["amount"] = {"unit": unit}
        decimal = self._tree.get("file", {}).get("decimal", ".")
        currencies = self._currencies(columns.get("currency"))
        self._doubts += ask_about_amounts(self._file, columns, way, decimal, unit or "one", currencies)

    def _currencies(self, theirs: str | None) -> list[str]:
        """The currencies that a column names, else the one that is proposed for all rows."""
        if theirs is None:
            return [self._tree.get("constants", {}).get("currency", "")]
        texts = self._file.named(theirs).counts
        return [known_value(text, "currency") or text.upper() for text in texts]

    def _balance(self, columns: dict[str, Any]) -> None:
        """A statement's running balance proves which way money went."""
        way = self._tree.get("direction", {})
        decimal = self._tree.get("file", {}).get("decimal", ".")
        theirs = self._tree["columns"].get(self._file.table.time_column or "")
        is_newest_first = self._is_newest_first([theirs] if isinstance(theirs, str) else theirs or [])
        if not way or is_newest_first is None:
            return
        amount = columns.get("amount")
        if turned := turn_by_balance(self._file, way, amount, decimal, is_newest_first=is_newest_first):
            self._tree["direction"] = turned[0]
            self._doubts = [each for each in self._doubts if each.sentence.code != "guess.sign"] + turned[1]

    def _is_newest_first(self, theirs: Sequence[str]) -> bool | None:
        """Whether the rows go back in time; None where the first and the last do not say it."""
        how = self._file.times.get(theirs[0]) if theirs else None
        values = [self._file.named(name).cells for name in theirs]
        if how is None or not values or len(values[0]) < 2:
            return None
        first, last = ([cells[at] for cells in values] for at in (0, -1))
        begin, end = days_of([first[0], last[0]], how)
        if begin is None or end is None:
            return None
        if begin != end:
            return begin > end
        # Within a day what stands behind it is the time of day; of one format, its texts are in its order.
        return None if first == last or "%I" in (how.format or "") else first > last

    def _matched(self) -> tuple[Matched, Stated | None]:
        record_id = self._file.table.by_name["record_id"]
        ours: list[Column] = [record_id, *self._file.table]
        found = match(self._file, ours)
        if self._file.table.name != "transfers":
            return found, None
        stated = direction(self._file, found.scores, found.columns.get("amount"), self._names.titles)
        if stated is None:
            return found, None
        two = "column" not in stated.section and "sign" not in stated.section
        taken = [name for name in STATED if two or name != "amount"]
        used = {value for value in stated.section.values() if isinstance(value, str)}
        rest = replace(self._file, columns=[each for each in self._file.columns if each.name not in used])
        return match(rest, [column for column in ours if column.name not in taken]), stated

    def _times(self, columns: dict[str, Any]) -> dict[str, list[str]]:
        """[time], and the columns that are a day and a time of day."""
        joined: dict[str, list[str]] = {}
        rules: dict[str, dict[str, Any]] = {}
        for name in [name for name in columns if self._file.table.by_name[name].kind == "time"]:
            theirs = columns[name]
            how = self._file.times.get(theirs)
            if how is None and theirs not in self._file.clocks:
                each = self._file.named(theirs)
                if not all(text.isdigit() for text in each.counts):
                    odd = list(each.counts)
                    asked = odd_values(self._file.table.by_name[name], each, odd)
                    self._doubts.append(replace(asked, slot="time.format"))
                    rules[name] = {"zoned": False}
                    continue
                self._doubts.append(
                    doubt(
                        "time",
                        "guess.steps",
                        '[time] epoch = 2017-01-01, step = "1h"',
                        theirs=theirs,
                        name=called([self._file.table.by_name[name]]),
                    )
                )
                continue
            beside = self._clock_for(name, theirs, how)
            if beside:
                joined[name] = [theirs, beside]
                del columns[name]
            rules[name] = self._rule(name, theirs, how, beside)
        if rules:
            self._tree["time"] = self._sections(rules)
        return joined

    def _clock_for(self, name: str, theirs: str, how: Written | None) -> str | None:
        """The column of the times of day that belongs to one of days."""
        if how is None or not how.day or name != self._file.table.time_column:
            return None
        if how.clock and not self._midnight(theirs):
            return None
        clocks = [each for each in self._file.clocks if each != theirs]
        if len(clocks) > 1:
            self._doubts.append(
                doubt(f"columns.{name}", "guess.which-clock", theirs=clocks[0], others=quoted(clocks[1:]))
            )
        return clocks[0] if clocks else None

    def _midnight(self, theirs: str) -> bool:
        return all(text.endswith("00:00:00") for text in self._file.named(theirs).values)

    def _rule(self, name: str, theirs: str, how: Written | None, beside: str | None) -> dict[str, Any]:
        """The keys of [time] for one of our columns, with its doubts."""
        if how is None or not how.day:
            self._doubts.append(
                doubt(
                    f"columns.{name}",
                    "guess.clock-alone",
                    f'[columns] {name} = ["...", "{theirs}"]',
                    theirs=theirs,
                )
            )
            return {}
        self._ask_about(name, theirs, how, beside)
        rule: dict[str, Any] = {"zoned": how.zoned}
        if how.unit:
            return {**rule, "unit": how.unit}
        if how.serial:
            return {**rule, "epoch": "1899-12-30", "step": "1d"}
        if how.calendar != "gregorian":
            rule["calendar"] = how.calendar
        if how.century:
            rule["century"] = how.century
        if how.cells and how.cells.are_swapped:
            rule["cells_swapped"] = True
        if written := self._format(theirs, how, beside):
            rule["format"] = written
        return rule

    def _format(self, theirs: str, how: Written, beside: str | None) -> str | None:
        if beside is None:
            return how.format
        clocks = self._file.clocks[beside]
        day = how.format or "%Y-%m-%d"
        if how.clock:  # a date of a spreadsheet, with a midnight that says nothing
            day = f"{day.partition(' ')[0]} 00:00:00"
            return f"{day} {clocks}"
        return None if how.format is None and clocks in ("%H:%M:%S", "%H:%M") else f"{day} {clocks}"

    def _ask_about(self, name: str, theirs: str, how: Written, beside: str | None) -> None:
        slot = "time.format"
        if how.either:
            shown = next(iter(self._file.named(theirs).values), "")
            self._doubts.append(
                doubt(
                    slot,
                    "guess.day-or-month",
                    theirs=theirs,
                    example=shown,
                    format=written_as(how.format or "%Y-%m-%d"),
                )
            )
        if how.two:
            self._doubts.append(
                doubt(
                    "time.calendar",
                    "guess.two-digits",
                    theirs=theirs,
                    example=self._file.named(theirs).values[0],
                )
            )
        if how.mixed:
            self._doubts.append(doubt("time.calendar", "guess.both-calendars", theirs=theirs))
        if how.serial:
            self._doubts.append(doubt("time", "guess.serial", "[time] epoch, step", theirs=theirs))
        if how.both:
            first, second = how.both
            asked = doubt(
                slot,
                "guess.days-both-ways",
                theirs=theirs,
                first=first,
                second=second,
                format=written_as(how.format or ""),
            )
            self._doubts.append(asked)
        if jumps := find_jumps(self._file.named(theirs).values, how):
            self._doubts.append(
                doubt(slot, "guess.days-jump", theirs=theirs, count=len(jumps), words=quoted(jumps, 4))
            )
        if how.cells:
            self._doubts.append(_ask_about_cells(theirs, how.cells))
        if how.share < 0.995:
            self._doubts.append(self._odd_times(name, theirs, how))
        if name == self._file.table.time_column:
            values = self._file.named(beside or theirs).values
            written = replace(how, format=self._file.clocks[beside]) if beside else how
            self._doubts += ask_about_afternoons(beside or theirs, values, written)
        if name == self._file.table.time_column and not how.clock and beside is None:
            self._doubts.append(
                doubt(
                    "time.day_only",
                    "guess.days-only",
                    f'[columns] {name} = ["{theirs}", "..."], or [time] day_only = true',
                    theirs=theirs,
                )
            )

    def _odd_times(self, name: str, theirs: str, how: Written) -> Doubt:
        """Values that are written otherwise than the rest, with some of them."""
        each = self._file.named(theirs)
        odd = [
            text
            for text, day in zip(each.counts, days_of(list(each.counts), how), strict=True)
            if day is None
        ]
        percent = max(1, round(100 * (1 - how.share)))
        return doubt("time.format", "guess.other-times", theirs=theirs, percent=percent, words=quoted(odd, 4))

    def _sections(self, rules: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """One rule for all times, and the keys that differ for a column of its own; with the zone, which is always asked."""
        main = self._file.table.time_column if self._file.table.time_column in rules else next(iter(rules))
        section = {key: value for key, value in rules[main].items() if key != "zoned"}
        if not all(rule.get("zoned") for rule in rules.values()):
            if column := find_zone_column(self._file):
                self._doubts.append(ask_about_zones(column))
                if zone := zone_in(column):
                    section["zone"] = zone
            elif zone := self._zone_said():
                section["zone"] = zone
            elif section.get("calendar") == "buddhist" or (self._thai and not self._is_foreign()):
                section["zone"] = BANGKOK
                self._doubts.append(doubt("time.zone", "guess.zone-thai"))
            else:
                self._doubts.append(doubt("time.zone", "guess.zone"))
        for name, rule in rules.items():
            own = {key: value for key, value in rule.items() if key != "zoned"}
            if name != main and own != {key: value for key, value in section.items() if key != "zone"}:
                section[name] = own
        return section

    def _is_foreign(self) -> bool:
        """Whether a column names currencies and baht is none of them."""
        named = [self._currencies(each.name) for each in self._file.columns if each.currencies > 0.9]
        return bool(named) and not any("THB" in codes for codes in named)

    def _zone_said(self) -> str | None:
        """The zone that a heading, a title or the times themselves name; it is asked about all the same."""
        values = [next(iter(self._file.named(name).values), "") for name in self._file.times]
        for text in (*self._names.columns, *self._names.titles, *values):
            if zone := zone_within(text):
                self._doubts.append(doubt("time.zone", "guess.zone-said", zone=zone, text=text[:60]))
                return zone
        return None

    def _constants(self, columns: dict[str, Any], stated: Stated | None) -> None:
        """What no column says."""
        constants: dict[str, str] = {}
        given = {*self._tree["columns"], *(STATED if stated else ())}
        for column in self._file.table:
            if column.name in given:
                continue
            if column.kind == "currency":
                self._currency(constants)
            elif column.name == "channel" and column.default:
                self._doubts.append(doubt("constants.channel", "guess.no-channel"))
            elif column.required:
                self._lacks(column, constants)
        if constants:
            self._tree["constants"] = constants

    def _currency(self, constants: dict[str, str]) -> None:
        way = self._tree.get("direction", {})
        read = [self._tree["columns"].get("amount"), way.get("out"), way.get("in")]
        amounts = [name for name in read if isinstance(name, str)]
        code, said = next(((code, name) for name in amounts if (code := currency_in(name))), ("", ""))
        if not code:
            code, said = currency_above(self._names.titles)
        units = {unit for name in amounts for unit in units_of(self._file.named(name))}
        constants["currency"] = "THB"
        if code:
            constants["currency"] = code
            self._doubts.append(
                doubt("constants.currency", "guess.currency-said", theirs=said, currency=code)
            )
        elif len(units) == 1 and (unit := next(iter(units))) not in ("THB", DOLLAR):
            constants["currency"] = unit
            self._doubts.append(doubt("constants.currency", "guess.currency-written", currency=unit))
        elif "THB" in units or self._thai:
            self._doubts.append(doubt("constants.currency", "guess.currency-thai"))
        else:
            self._doubts.append(doubt("constants.currency", "guess.currency"))

    def _lacks(self, column: Column, constants: dict[str, str]) -> None:
        bank = (
            next(filter(None, map(bank_within, self._names.titles)), None) if column.kind == "bank" else None
        )
        if bank:
            constants[column.name] = bank
            self._doubts.append(
                doubt(f"constants.{column.name}", "guess.bank-said", name=called([column]), bank=bank)
            )
            return
        self._doubts.append(doubt(f"constants.{column.name}", "guess.lacks", name=called([column])))

    def _written(self) -> None:
        """[file]: what the readers would not find by themselves."""
        section: dict[str, Any] = {}
        lines, seen = self._names.lines, self._seen
        if len(lines) == 2:
            section["header"] = list(lines)
        elif lines and self._names.above:
            section["header"] = lines[0]
        if seen.others and seen.sheet:
            section["sheet"] = seen.sheet
        if seen.encoding and seen.encoding not in ("utf-8", "ascii") and not seen.encoding.startswith("utf-"):
            section["encoding"] = seen.encoding
        if self._comma():
            section["decimal"] = ","
        if section:
            self._tree["file"] = section

    def _comma(self) -> bool:
        """Whether commas mark the decimals; asked about where amounts can be read both ways."""
        theirs = [name for ours, name in self._tree["columns"].items() if self._is_number(ours)]
        rule = self._tree.get("direction", {})
        theirs += [rule[key] for key in ("out", "in") if isinstance(rule.get(key), str)]
        written = [text for each in self._file.columns if each.name in theirs for text in each.values]
        texts = close_gaps(pa.array(written, pa.string())).to_pylist()
        comma, point = (sum(bool(one.match(text)) for text in texts) for one in (_COMMA, _POINT))
        if (comma and point) or (
            not comma
            and texts
            and self._seen.delimiter == ";"
            and all(re.fullmatch(r"-?\d{1,3},\d{3}", text) for text in texts)
        ):
            self._doubts.append(doubt("file.decimal", "guess.decimals", theirs=quoted(theirs)))
        return comma > point

    def _is_number(self, ours: str) -> bool:
        return self._file.table.by_name[ours].kind in ("money", "number")

    def _guess(self, stated: Stated | None) -> Guess:
        used = {
            each
            for value in self._tree["columns"].values()
            for each in (value if isinstance(value, list) else [value])
        }
        used |= {value for value in (stated.section.values() if stated else ()) if isinstance(value, str)}
        unused = [name for name in self._names.columns if name and name not in used]
        examples = {each.name: next(iter(each.values), "") for each in self._file.columns}
        order = [self._file.table.by_name["record_id"].name, *(column.name for column in self._file.table)]
        self._tree["columns"] = {
            name: self._tree["columns"][name] for name in order if name in self._tree["columns"]
        }
        self._rows(unused)
        self._doubts += [
            doubt("columns", "guess.hidden-column", theirs=each.name)
            for each in self._file.columns
            if each.name in used and each.place in self._seen.hidden_columns
        ]
        if "record_id" not in self._tree["columns"]:
            self._doubts.append(doubt("columns.record_id", "guess.no-number"))
        else:
            self._ask_about_number(self._tree["columns"]["record_id"])
        tree = {name: section for name, section in self._tree.items() if section}
        return Guess(
            self._job.table,
            tree,
            _once(self._doubts),
            _written(self._seen, self._names),
            [name for name in self._names.columns if name and name not in self._never],
            unused,
            examples,
            self._words(),
            [name for name in (self._seen.sheet, *self._seen.others) if name],
            thai=self._thai,
        )

    def _rows(self, unused: Sequence[str]) -> None:
        """[status], and what else says that a row is no payment of its own; read alike, a trail would follow money that stayed."""
        self._doubts += ask_about_halves(self._file, unused)
        if self._file.table.name != "transfers":
            return
        unused = [each.name for each in self._file.columns if each.name in unused and not says_time(each)]
        status, doubts = find_statuses(self._file, unused)
        if status:
            self._tree["status"] = status
        signed = "sign" in self._tree.get("direction", {})
        amount = None if signed else self._tree["columns"].get("amount")
        rest = [name for name in unused if name not in status]
        self._doubts += [
            *doubts,
            *ask_about_lines_between(self._names.beside),
            *ask_about_references(self._file, rest),
            *ask_about_zeros(self._file, self._accounts()),
            *ask_about_branches(self._file, self._accounts(), unused),
            *ask_about_rows(self._file, amount, rest),
        ]
        if "record_id" not in self._tree["columns"]:
            self._doubts += ask_about_repeats(self._file, self._names.records)
            self._doubts += ask_about_shared_numbers(self._file)

    def _accounts(self) -> list[str]:
        """The columns of the accounts of both sides."""
        way, columns = self._tree.get("direction", {}), self._tree["columns"]
        named = [
            columns.get("payer"),
            columns.get("payee"),
            way.get("counterparty"),
            way.get("account_column"),
        ]
        return [name for name in named if isinstance(name, str)]

    def _ask_about_number(self, theirs: str) -> None:
        """A reference or a place in a list comes again for another record; a number of transactions says that it does not."""
        record_id = self._file.table.by_name["record_id"]
        if score(theirs, self._file.table, record_id) < 1 and self._file.named(theirs).uuids < 0.9:
            self._doubts.append(doubt("columns.record_id", "guess.number-for-good", theirs=theirs))

    def _words(self) -> dict[str, list[str]]:
        few = [
            each for each in self._file.columns
            if len(each.counts) <= FEW and (each.plain_numbers < 0.5 or "bank" in heading(each.name).concepts)
        ]  # fmt: skip
        asked = {
            each.slot.partition(".")[2]
            for each in self._doubts
            if each.slot.startswith(("status.", "turned."))
        }
        said = {each.name: words_in(each) for each in self._file.columns if each.name in asked}
        return {each.name: list(each.counts) for each in few} | said


def _ask_about_cells(theirs: str, cells: Cells) -> Doubt:
    code = "guess.cells-swapped" if cells.are_swapped else "guess.cells-beside"
    return doubt(
        "time.cells_swapped", code, "[time] cells_swapped = true",
        theirs=theirs, percent=round(100 * cells.share), cell=cells.example, text=cells.text,
    )  # fmt: skip


def _once(doubts: Sequence[Doubt]) -> list[Doubt]:
    return list({each.told("en"): each for each in doubts}.values())
