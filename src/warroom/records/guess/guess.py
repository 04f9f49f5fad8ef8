"""A mapping proposed for a file, as the tree of its TOML file, with a question for every doubt.

What has one likely reading is proposed; what has two becomes a question that names both; what a file cannot
say (the zone of its times, its currency, whose statement it is) is always asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from warroom import clock
from warroom.records.guess.amounts import choose_amount
from warroom.records.guess.clocks import DateCells, TimeStyle, find_date_jumps, parse_days
from warroom.records.guess.direction import DirectionGuess, guess_direction
from warroom.records.guess.doubts import Doubt, describe_time_format, join_labels, make_doubt, quote_names
from warroom.records.guess.evidence import (
    ask_about_afternoons,
    ask_about_branches,
    ask_about_lines_between,
    ask_about_lost_zeros,
    ask_about_references,
    ask_about_repeats,
    ask_about_shared_numbers,
    reverse_by_balance,
)
from warroom.records.guess.look import FileSample, sample_file, sample_sheets
from warroom.records.guess.matching import ColumnMatch, ProfiledFile, match_columns
from warroom.records.guess.names import HeaderGuess, guess_header
from warroom.records.guess.oddities import ask_about_amounts, ask_about_odd_values
from warroom.records.guess.outcomes import FEW, ask_about_unpaid_rows, guess_statuses, list_words
from warroom.records.guess.profile import Profile
from warroom.records.guess.units import find_currency_above, guess_unit, guess_unit_by_column
from warroom.records.guess.values import find_currency_in_heading, guess_values, list_written_currencies
from warroom.records.guess.words import (
    find_bank_in_text,
    find_known_value,
    is_forbidden_heading,
    parse_heading,
    score_heading,
)
from warroom.records.guess.zones import (
    BANGKOK,
    ask_about_half_days,
    ask_about_zones,
    find_common_zone,
    find_zone_column,
    find_zone_in_text,
    is_zone_or_half_day,
)
from warroom.records.job import ReadJob
from warroom.records.mapping import FileMapping
from warroom.records.plan import STATED
from warroom.records.reader import get_table
from warroom.records.table import Table, TableColumn
from warroom.records.written import DOLLAR, remove_digit_gaps

_THAI = re.compile("[ก-๛]")
_COMMA = re.compile(r"^-?\d{1,3}(?:\.\d{3})*,\d{1,2}$|^-?\d+,\d{1,2}$")
_POINT = re.compile(r"^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$|^-?\d+\.\d+$")
HIDDEN = 0.5
"""Factor on a hidden sheet's score: it has to fit the table twice as well as a visible one. Chosen."""


@dataclass(frozen=True)
class Guess:
    """A proposed mapping: its tree, the open questions, and the file's columns, used and unused.

    `file` describes for people how the file is written; the tree has only what the readers would not find
    themselves. `is_message`: an ISO 20022 message, which needs no mapping.
    """

    table: Table
    tree: dict[str, Any]
    doubts: list[Doubt]
    file: dict[str, Any]
    columns_found: list[str] = field(default_factory=list)
    columns_unused: list[str] = field(default_factory=list)
    examples: dict[str, str] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    """Of columns with few different values, these values."""
    sheets: list[str] = field(default_factory=list)
    is_message: bool = False
    is_thai: bool = False


def guess_mapping(path: Path, table: Table | str, name: str = "", sheet: str | None = None) -> Guess:
    """Propose a mapping for a file, or for one sheet of a workbook. Raises RecordsError for what cannot be read at all, as the readers do."""
    job = ReadJob(path, get_table(table), FileMapping(sheet=sheet), clock.get_now(), name or str(path))
    first = sample_file(job)
    if first.format == "message":
        return _guess_message(job)
    seen, names, doubts = _choose_sheet(job, first)
    if names is None:
        return Guess(job.table, {}, [make_doubt("file.header", "guess.no-names")], _describe_file(seen, None))
    return _GuessBuilder(job, seen, names, doubts).build()


def _guess_message(job: ReadJob) -> Guess:
    tree = {"time": {"zone": BANGKOK}}
    file = dict.fromkeys(("sheet", "header", "encoding", "delimiter"))
    found = [make_doubt("time.zone", "guess.message", file=Path(job.name).name)]
    return Guess(job.table, tree, found, file, is_message=True)


def _choose_sheet(job: ReadJob, first: FileSample) -> tuple[FileSample, HeaderGuess | None, list[Doubt]]:
    """The sheet that most looks like the table; asked about where another has the same names."""
    if not first.other_sheets or job.mapping.sheet:
        return first, guess_header(first, job.table), []
    named_looks = [
        (sheet_look, guess_header(sheet_look, job.table)) for sheet_look in sample_sheets(job, first)
    ]
    best, names = max(named_looks, key=lambda look: _score_sheet(*look))
    level = names.known_score if names else 0
    alike = [
        sheet_look.sheet or ""
        for sheet_look, other in named_looks
        # Four fifths as known as the best: the other sheet may be the same export of another month.
        if sheet_look is not best and other and other.known_score >= level * 0.8
    ]
    doubts = []
    if best.sheet in best.hidden_sheets:
        doubts.append(make_doubt("file.sheet", "guess.hidden-sheet", sheet=best.sheet))
    if shown := [name for name in alike if name not in best.hidden_sheets]:
        doubts.append(
            make_doubt("file.sheet", "guess.which-sheet", sheet=best.sheet, others=quote_names(shown))
        )
    if hidden := [name for name in alike if name in best.hidden_sheets]:
        doubts.append(
            make_doubt("file.sheet", "guess.hidden-too", sheet=best.sheet, others=quote_names(hidden))
        )
    return best, names, doubts


def _score_sheet(seen: FileSample, names: HeaderGuess | None) -> float:
    """How much a sheet looks like the table; a hidden one must do so far more than one that people see."""
    known = names.known_score if names else -1.0
    return known * HIDDEN if seen.sheet in seen.hidden_sheets else known


def _describe_file(seen: FileSample, names: HeaderGuess | None) -> dict[str, Any]:
    lines = list(names.lines) if names else []
    header = None if not lines else lines[0] if len(lines) == 1 else lines
    return {"sheet": seen.sheet, "header": header, "encoding": seen.encoding, "delimiter": seen.delimiter}


class _GuessBuilder:
    """One file's proposal while it is made, section by section."""

    def __init__(self, job: ReadJob, seen: FileSample, names: HeaderGuess, doubts: list[Doubt]) -> None:
        self._job, self._seen, self._names, self._doubts = job, seen, names, doubts
        # A row that is another's in every cell says nothing new of a column, as where a page ends with the row that begins the next.
        records = list(dict.fromkeys(map(tuple, names.records)))
        cells = list(zip(*records, strict=True)) or [()] * len(names.columns)
        profiles = [
            Profile.from_cells(name, at, column)
            for at, (name, column) in enumerate(zip(names.columns, cells, strict=True))
        ]
        kept = [profile for profile in profiles if profile.name and not is_forbidden_heading(profile.name)]
        self._file = ProfiledFile(job.table, kept, clock.get_now())
        self._never = [profile.name for profile in profiles if is_forbidden_heading(profile.name)]
        texts = [*names.columns, *names.titles, *(cell for row in names.records[:50] for cell in row)]
        self._thai = any(_THAI.search(text) for text in texts)
        self._tree: dict[str, Any] = {}

    def build(self) -> Guess:
        """The whole proposal."""
        if self._never:
            # Said, not silently dropped: the officer should know that these columns are never read.
            self._doubts.append(make_doubt("columns", "guess.never", names=quote_names(self._never)))
        matched, stated = self._match_columns()
        if not self._names.records:
            return self._build_without_records(matched)
        columns: dict[str, Any] = dict(matched.columns)
        self._doubts += matched.doubts
        if self._is_transfer_list(stated):
            columns, asked = choose_amount(self._file, columns)
            self._doubts = [
                earlier_doubt
                for earlier_doubt in self._doubts
                if not asked or earlier_doubt.slot not in ("columns.amount", "columns.currency")
            ]
            self._doubts += asked
        if stated:
            self._tree["direction"] = stated.section
            self._doubts += stated.doubts
        joined = self._add_time_section(columns)
        self._tree["columns"] = {**columns, **joined}
        # The banks of both sides of a statement come from one column, so that one bank has one spelling in it.
        other = stated.section.get("counterparty_bank") if stated else None
        sides = {"payer_bank": other, "payee_bank": other} if other else {}
        if stated and (account := stated.section.get("counterparty")):
            sides["payee"] = account
        values, doubts = guess_values(self._file, columns | sides, is_statement=stated is not None)
        self._doubts += doubts
        if values:
            self._tree["values"] = values
        self._add_constants(columns, stated)
        self._add_file_section()
        self._add_amount_section(columns, stated)
        self._check_against_balance(columns)
        return self._build_guess(stated)

    def _is_transfer_list(self, stated: DirectionGuess | None) -> bool:
        """Whether rows are transfers with an amount each, and not a statement with columns of money out and money in."""
        two = stated is not None and "column" not in stated.section and "sign" not in stated.section
        return self._file.table.name == "transfers" and not two

    def _build_without_records(self, matched: ColumnMatch) -> Guess:
        """A file that has no row to look at: the names alone are proposed, and one thing is said."""
        code = "guess.torn" if self._names.is_torn else "guess.no-records"
        self._doubts.append(make_doubt("file", code, columns=len(self._names.columns)))
        self._tree["columns"] = dict(matched.columns)
        used = set(matched.columns.values())
        unused = [name for name in self._names.columns if name and name not in used]
        readable_names = [name for name in self._names.columns if name and name not in self._never]
        tree = {name: section for name, section in self._tree.items() if section}
        return Guess(
            self._job.table,
            tree,
            self._doubts,
            _describe_file(self._seen, self._names),
            readable_names,
            unused,
            is_thai=self._thai,
        )

    def _add_amount_section(self, columns: dict[str, Any], stated: DirectionGuess | None) -> None:
        """[amount], and the amounts that cannot be read."""
        way = stated.section if stated else {}
        named = [way[key] for key in ("out", "in") if isinstance(way.get(key), str)]
        named += [
            theirs for ours, theirs in columns.items() if self._file.table.by_name[ours].kind == "money"
        ]
        unit, doubts = (
            guess_unit(named, [*self._names.titles, *self._names.texts_below], self._seen.sheet or "")
            if named
            else (None, [])
        )
        if not doubts and named:
            unit, doubts = guess_unit_by_column(
                [profile for profile in self._file.columns if profile.name not in named]
            )
        self._doubts += doubts
        if unit:
            self._tree["amount"] = {"unit": unit}
        decimal = self._tree.get("file", {}).get("decimal", ".")
        currencies = self._list_currencies(columns.get("currency"))
        self._doubts += ask_about_amounts(self._file, columns, way, decimal, unit or "one", currencies)

    def _list_currencies(self, theirs: str | None) -> list[str]:
        """The currencies that a column names, else the one that is proposed for all rows."""
        if theirs is None:
            return [self._tree.get("constants", {}).get("currency", "")]
        texts = self._file.get_column(theirs).counts_by_value
        return [find_known_value(text, "currency") or text.upper() for text in texts]

    def _check_against_balance(self, columns: dict[str, Any]) -> None:
        """A statement's running balance proves which way money went."""
        way = self._tree.get("direction", {})
        decimal = self._tree.get("file", {}).get("decimal", ".")
        theirs = self._tree["columns"].get(self._file.table.time_column or "")
        is_newest_first = self._is_newest_first([theirs] if isinstance(theirs, str) else theirs or [])
        if not way or is_newest_first is None:
            return
        amount = columns.get("amount")
        if turned := reverse_by_balance(self._file, way, amount, decimal, is_newest_first=is_newest_first):
            self._tree["direction"] = turned[0]
            self._doubts = [
                earlier_doubt for earlier_doubt in self._doubts if earlier_doubt.sentence.code != "guess.sign"
            ] + turned[1]

    def _is_newest_first(self, theirs: Sequence[str]) -> bool | None:
        """Whether the rows go back in time; None where the first and the last do not say it."""
        how = self._file.time_styles.get(theirs[0]) if theirs else None
        values = [self._file.get_column(name).cells for name in theirs]
        if how is None or not values or len(values[0]) < 2:
            return None
        first, last = ([cells[at] for cells in values] for at in (0, -1))
        begin, end = parse_days([first[0], last[0]], how)
        if begin is None or end is None:
            return None
        if begin != end:
            return begin > end
        # Within a day what stands behind it is the time of day; of one format, its texts are in its order.
        return None if first == last or "%I" in (how.format or "") else first > last

    def _match_columns(self) -> tuple[ColumnMatch, DirectionGuess | None]:
        record_id = self._file.table.by_name["record_id"]
        ours: list[TableColumn] = [record_id, *self._file.table]
        matched = match_columns(self._file, ours)
        if self._file.table.name != "transfers":
            return matched, None
        stated = guess_direction(
            self._file, matched.scores, matched.columns.get("amount"), self._names.titles
        )
        if stated is None:
            return matched, None
        two = "column" not in stated.section and "sign" not in stated.section
        taken = [name for name in STATED if two or name != "amount"]
        used = {value for value in stated.section.values() if isinstance(value, str)}
        rest = replace(
            self._file, columns=[profile for profile in self._file.columns if profile.name not in used]
        )
        return match_columns(rest, [column for column in ours if column.name not in taken]), stated

    def _add_time_section(self, columns: dict[str, Any]) -> dict[str, list[str]]:
        """[time], and the columns that are a day and a time of day."""
        joined: dict[str, list[str]] = {}
        rules: dict[str, dict[str, Any]] = {}
        for name in [name for name in columns if self._file.table.by_name[name].kind == "time"]:
            theirs = columns[name]
            how = self._file.time_styles.get(theirs)
            if how is None and theirs not in self._file.clock_formats:
                profile = self._file.get_column(theirs)
                if not all(text.isdigit() for text in profile.counts_by_value):
                    odd = list(profile.counts_by_value)
                    asked = ask_about_odd_values(self._file.table.by_name[name], profile, odd)
                    self._doubts.append(replace(asked, slot="time.format"))
                    rules[name] = {"zoned": False}
                    continue
                self._doubts.append(
                    make_doubt(
                        "time",
                        "guess.steps",
                        '[time] epoch = 2017-01-01, step = "1h"',
                        theirs=theirs,
                        name=join_labels([self._file.table.by_name[name]]),
                    )
                )
                continue
            beside = self._find_clock_column(name, theirs, how)
            if beside:
                joined[name] = [theirs, beside]
                del columns[name]
            rules[name] = self._make_time_rule(name, theirs, how, beside)
        if rules:
            self._tree["time"] = self._merge_time_rules(rules)
        return joined

    def _find_clock_column(self, name: str, theirs: str, how: TimeStyle | None) -> str | None:
        """The column of the times of day that belongs to one of days."""
        if how is None or not how.has_day or name != self._file.table.time_column:
            return None
        if how.has_time_of_day and not self._has_only_midnights(theirs):
            return None
        clocks = [clock_column for clock_column in self._file.clock_formats if clock_column != theirs]
        if len(clocks) > 1:
            self._doubts.append(
                make_doubt(
                    f"columns.{name}", "guess.which-clock", theirs=clocks[0], others=quote_names(clocks[1:])
                )
            )
        return clocks[0] if clocks else None

    def _has_only_midnights(self, theirs: str) -> bool:
        return all(text.endswith("00:00:00") for text in self._file.get_column(theirs).values)

    def _make_time_rule(
        self, name: str, theirs: str, how: TimeStyle | None, beside: str | None
    ) -> dict[str, Any]:
        """The keys of [time] for one of our columns, with its doubts."""
        if how is None or not how.has_day:
            self._doubts.append(
                make_doubt(
                    f"columns.{name}",
                    "guess.clock-alone",
                    f'[columns] {name} = ["...", "{theirs}"]',
                    theirs=theirs,
                )
            )
            return {}
        self._ask_about_times(name, theirs, how, beside)
        rule: dict[str, Any] = {"zoned": how.is_zoned}
        if how.unit:
            return {**rule, "unit": how.unit}
        if how.is_serial_number:
            return {**rule, "epoch": "1899-12-30", "step": "1d"}
        if how.calendar != "gregorian":
            rule["calendar"] = how.calendar
        if how.century:
            rule["century"] = how.century
        if how.date_cells and how.date_cells.are_swapped:
            rule["cells_swapped"] = True
        if written := self._join_time_formats(theirs, how, beside):
            rule["format"] = written
        return rule

    def _join_time_formats(self, theirs: str, how: TimeStyle, beside: str | None) -> str | None:
        if beside is None:
            return how.format
        clocks = self._file.clock_formats[beside]
        day = how.format or "%Y-%m-%d"
        if how.has_time_of_day:  # a date of a spreadsheet, with a midnight that says nothing
            day = f"{day.partition(' ')[0]} 00:00:00"
            return f"{day} {clocks}"
        return None if how.format is None and clocks in ("%H:%M:%S", "%H:%M") else f"{day} {clocks}"

    def _ask_about_times(self, name: str, theirs: str, how: TimeStyle, beside: str | None) -> None:
        slot = "time.format"
        if how.ambiguous_part:
            shown = next(iter(self._file.get_column(theirs).values), "")
            self._doubts.append(
                make_doubt(
                    slot,
                    "guess.day-or-month",
                    theirs=theirs,
                    example=shown,
                    format=describe_time_format(how.format or "%Y-%m-%d"),
                )
            )
        if how.has_two_digit_years:
            self._doubts.append(
                make_doubt(
                    "time.calendar",
                    "guess.two-digits",
                    theirs=theirs,
                    example=self._file.get_column(theirs).values[0],
                )
            )
        if how.has_both_calendars:
            self._doubts.append(make_doubt("time.calendar", "guess.both-calendars", theirs=theirs))
        if how.is_serial_number:
            self._doubts.append(make_doubt("time", "guess.serial", "[time] epoch, step", theirs=theirs))
        if how.conflicting_examples:
            first, second = how.conflicting_examples
            asked = make_doubt(
                slot,
                "guess.days-both-ways",
                theirs=theirs,
                first=first,
                second=second,
                format=describe_time_format(how.format or ""),
            )
            self._doubts.append(asked)
        if jumps := find_date_jumps(self._file.get_column(theirs).values, how):
            self._doubts.append(
                make_doubt(
                    slot, "guess.days-jump", theirs=theirs, count=len(jumps), words=quote_names(jumps, 4)
                )
            )
        if how.date_cells:
            self._doubts.append(_ask_about_cells(theirs, how.date_cells))
        # One value in 200: fewer are single slips, which the reader quarantines anyway.
        if how.share < 0.995:
            self._doubts.append(self._ask_about_odd_times(name, theirs, how))
        if name == self._file.table.time_column:
            values = self._file.get_column(beside or theirs).values
            written = replace(how, format=self._file.clock_formats[beside]) if beside else how
            self._doubts += ask_about_afternoons(beside or theirs, values, written)
        if name == self._file.table.time_column and not how.has_time_of_day and beside is None:
            self._doubts.append(
                make_doubt(
                    "time.day_only",
                    "guess.days-only",
                    f'[columns] {name} = ["{theirs}", "..."], or [time] day_only = true',
                    theirs=theirs,
                )
            )

    def _ask_about_odd_times(self, name: str, theirs: str, how: TimeStyle) -> Doubt:
        """Values that are written otherwise than the rest, with some of them."""
        profile = self._file.get_column(theirs)
        odd = [
            text
            for text, day in zip(
                profile.counts_by_value, parse_days(list(profile.counts_by_value), how), strict=True
            )
            if day is None
        ]
        percent = max(1, round(100 * (1 - how.share)))
        return make_doubt(
            "time.format", "guess.other-times", theirs=theirs, percent=percent, words=quote_names(odd, 4)
        )

    def _merge_time_rules(self, rules: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """One rule for all times, and the keys that differ for a column of its own; with the zone, which is always asked."""
        main = self._file.table.time_column if self._file.table.time_column in rules else next(iter(rules))
        section = {key: value for key, value in rules[main].items() if key != "zoned"}
        if not all(rule.get("zoned") for rule in rules.values()):
            if column := find_zone_column(self._file):
                self._doubts.append(ask_about_zones(column))
                if zone := find_common_zone(column):
                    section["zone"] = zone
            elif zone := self._find_stated_zone():
                section["zone"] = zone
            # Signs of a Thai file; still a question, since a Thai bank may export in UTC.
            elif section.get("calendar") == "buddhist" or (self._thai and not self._is_foreign_currency()):
                section["zone"] = BANGKOK
                self._doubts.append(make_doubt("time.zone", "guess.zone-thai"))
            else:
                self._doubts.append(make_doubt("time.zone", "guess.zone"))
        for name, rule in rules.items():
            own = {key: value for key, value in rule.items() if key != "zoned"}
            if name != main and own != {key: value for key, value in section.items() if key != "zone"}:
                section[name] = own
        return section

    def _is_foreign_currency(self) -> bool:
        """Whether a column names currencies and baht is none of them."""
        named = [self._list_currencies(each.name) for each in self._file.columns if each.currency_share > 0.9]
        return bool(named) and not any("THB" in codes for codes in named)

    def _find_stated_zone(self) -> str | None:
        """The zone that a heading, a title or the times themselves name; it is asked about all the same."""
        values = [next(iter(self._file.get_column(name).values), "") for name in self._file.time_styles]
        for text in (*self._names.columns, *self._names.titles, *values):
            if zone := find_zone_in_text(text):
                self._doubts.append(make_doubt("time.zone", "guess.zone-said", zone=zone, text=text[:60]))
                return zone
        return None

    def _add_constants(self, columns: dict[str, Any], stated: DirectionGuess | None) -> None:
        """What no column says."""
        constants: dict[str, str] = {}
        given = {*self._tree["columns"], *(STATED if stated else ())}
        for column in self._file.table:
            if column.name in given:
                continue
            if column.kind == "currency":
                self._guess_constant_currency(constants)
            elif column.name == "channel" and column.default:
                self._doubts.append(make_doubt("constants.channel", "guess.no-channel"))
            elif column.required:
                self._ask_about_missing(column, constants)
        if constants:
            self._tree["constants"] = constants

    def _guess_constant_currency(self, constants: dict[str, str]) -> None:
        way = self._tree.get("direction", {})
        read = [self._tree["columns"].get("amount"), way.get("out"), way.get("in")]
        amounts = [name for name in read if isinstance(name, str)]
        code, source_text = next(
            ((code, name) for name in amounts if (code := find_currency_in_heading(name))), ("", "")
        )
        if not code:
            code, source_text = find_currency_above(self._names.titles)
        units = {unit for name in amounts for unit in list_written_currencies(self._file.get_column(name))}
        # Baht where nothing says otherwise, and always with a question below.
        constants["currency"] = "THB"
        if code:
            constants["currency"] = code
            self._doubts.append(
                make_doubt("constants.currency", "guess.currency-said", theirs=source_text, currency=code)
            )
        elif len(units) == 1 and (unit := next(iter(units))) not in ("THB", DOLLAR):
            constants["currency"] = unit
            self._doubts.append(make_doubt("constants.currency", "guess.currency-written", currency=unit))
        elif "THB" in units or self._thai:
            self._doubts.append(make_doubt("constants.currency", "guess.currency-thai"))
        else:
            self._doubts.append(make_doubt("constants.currency", "guess.currency"))

    def _ask_about_missing(self, column: TableColumn, constants: dict[str, str]) -> None:
        bank = (
            next(filter(None, map(find_bank_in_text, self._names.titles)), None)
            if column.kind == "bank"
            else None
        )
        if bank:
            constants[column.name] = bank
            self._doubts.append(
                make_doubt(
                    f"constants.{column.name}", "guess.bank-said", name=join_labels([column]), bank=bank
                )
            )
            return
        self._doubts.append(make_doubt(f"constants.{column.name}", "guess.lacks", name=join_labels([column])))

    def _add_file_section(self) -> None:
        """[file]: what the readers would not find by themselves."""
        section: dict[str, Any] = {}
        lines, seen = self._names.lines, self._seen
        if len(lines) == 2:
            section["header"] = list(lines)
        elif lines and self._names.has_lines_above:
            section["header"] = lines[0]
        if seen.other_sheets and seen.sheet:
            section["sheet"] = seen.sheet
        if seen.encoding and seen.encoding not in ("utf-8", "ascii") and not seen.encoding.startswith("utf-"):
            section["encoding"] = seen.encoding
        if self._has_decimal_comma():
            section["decimal"] = ","
        if section:
            self._tree["file"] = section

    def _has_decimal_comma(self) -> bool:
        """Whether commas mark the decimals; asked about where amounts can be read both ways."""
        theirs = [name for ours, name in self._tree["columns"].items() if self._is_number_column(ours)]
        rule = self._tree.get("direction", {})
        theirs += [rule[key] for key in ("out", "in") if isinstance(rule.get(key), str)]
        written = [
            text for profile in self._file.columns if profile.name in theirs for text in profile.values
        ]
        texts = remove_digit_gaps(pa.array(written, pa.string())).to_pylist()
        comma, point = (sum(bool(pattern.match(text)) for text in texts) for pattern in (_COMMA, _POINT))
        if (comma and point) or (
            not comma
            and texts
            and self._seen.delimiter == ";"
            and all(re.fullmatch(r"-?\d{1,3},\d{3}", text) for text in texts)
        ):
            self._doubts.append(make_doubt("file.decimal", "guess.decimals", theirs=quote_names(theirs)))
        return comma > point

    def _is_number_column(self, ours: str) -> bool:
        return self._file.table.by_name[ours].kind in ("money", "number")

    def _build_guess(self, stated: DirectionGuess | None) -> Guess:
        used = {
            column_name
            for value in self._tree["columns"].values()
            for column_name in (value if isinstance(value, list) else [value])
        }
        used |= {value for value in (stated.section.values() if stated else ()) if isinstance(value, str)}
        unused = [name for name in self._names.columns if name and name not in used]
        examples = {profile.name: next(iter(profile.values), "") for profile in self._file.columns}
        order = [self._file.table.by_name["record_id"].name, *(column.name for column in self._file.table)]
        self._tree["columns"] = {
            name: self._tree["columns"][name] for name in order if name in self._tree["columns"]
        }
        self._ask_about_rows(unused)
        self._doubts += [
            make_doubt("columns", "guess.hidden-column", theirs=profile.name)
            for profile in self._file.columns
            if profile.name in used and profile.position in self._seen.hidden_columns
        ]
        if "record_id" not in self._tree["columns"]:
            self._doubts.append(make_doubt("columns.record_id", "guess.no-number"))
        else:
            self._ask_about_record_id(self._tree["columns"]["record_id"])
        tree = {name: section for name, section in self._tree.items() if section}
        return Guess(
            self._job.table,
            tree,
            _without_repeats(self._doubts),
            _describe_file(self._seen, self._names),
            [name for name in self._names.columns if name and name not in self._never],
            unused,
            examples,
            self._list_known_words(),
            [name for name in (self._seen.sheet, *self._seen.other_sheets) if name],
            is_thai=self._thai,
        )

    def _ask_about_rows(self, unused: Sequence[str]) -> None:
        """[status], and what else says that a row is no payment of its own; read alike, a trail would follow money that stayed."""
        self._doubts += ask_about_half_days(self._file, unused)
        if self._file.table.name != "transfers":
            return
        unused = [
            profile.name
            for profile in self._file.columns
            if profile.name in unused and not is_zone_or_half_day(profile)
        ]
        status, doubts = guess_statuses(self._file, unused)
        if status:
            self._tree["status"] = status
        signed = "sign" in self._tree.get("direction", {})
        amount = None if signed else self._tree["columns"].get("amount")
        rest = [name for name in unused if name not in status]
        self._doubts += [
            *doubts,
            *ask_about_lines_between(self._names.texts_below),
            *ask_about_references(self._file, rest),
            *ask_about_lost_zeros(self._file, self._list_account_columns()),
            *ask_about_branches(self._file, self._list_account_columns(), unused),
            *ask_about_unpaid_rows(self._file, amount, rest),
        ]
        if "record_id" not in self._tree["columns"]:
            self._doubts += ask_about_repeats(self._file, self._names.records)
            self._doubts += ask_about_shared_numbers(self._file)

    def _list_account_columns(self) -> list[str]:
        """The columns of the accounts of both sides."""
        way, columns = self._tree.get("direction", {}), self._tree["columns"]
        named = [
            columns.get("payer"),
            columns.get("payee"),
            way.get("counterparty"),
            way.get("account_column"),
        ]
        return [name for name in named if isinstance(name, str)]

    def _ask_about_record_id(self, theirs: str) -> None:
        """A reference or a place in a list comes again for another record; a number of transactions says that it does not."""
        record_id = self._file.table.by_name["record_id"]
        if (
            score_heading(theirs, self._file.table, record_id) < 1
            and self._file.get_column(theirs).uuid_share < 0.9
        ):
            self._doubts.append(make_doubt("columns.record_id", "guess.number-for-good", theirs=theirs))

    def _list_known_words(self) -> dict[str, list[str]]:
        few = [
            profile for profile in self._file.columns
            if len(profile.counts_by_value) <= FEW and (profile.plain_number_share < 0.5 or "bank" in parse_heading(profile.name).concepts)
        ]  # fmt: skip
        asked = {
            open_doubt.slot.partition(".")[2]
            for open_doubt in self._doubts
            if open_doubt.slot.startswith(("status.", "turned."))
        }
        asked_words = {
            profile.name: list_words(profile) for profile in self._file.columns if profile.name in asked
        }
        return {profile.name: list(profile.counts_by_value) for profile in few} | asked_words


def _ask_about_cells(theirs: str, cells: DateCells) -> Doubt:
    code = "guess.cells-swapped" if cells.are_swapped else "guess.cells-beside"
    return make_doubt(
        "time.cells_swapped", code, "[time] cells_swapped = true",
        theirs=theirs, percent=round(100 * cells.share), cell=cells.example, text=cells.text,
    )  # fmt: skip


def _without_repeats(doubts: Sequence[Doubt]) -> list[Doubt]:
    return list({each.render_in("en"): each for each in doubts}.values())
