"""A mapping proposed for a file, as the tree of its TOML file, with every doubt said.

It is right or it asks: what has one likely reading is proposed, what has two is a doubt that names both, and what a file
cannot say (the zone of its times, its currency, whose statement it is) is always asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from warroom import clock
from warroom.records.guess.clocks import Written
from warroom.records.guess.direction import Stated, direction
from warroom.records.guess.doubts import Doubt, called, doubt, quoted, written_as
from warroom.records.guess.look import Look, look, sheets
from warroom.records.guess.matching import File, Matched, match
from warroom.records.guess.names import Names, find_names
from warroom.records.guess.profile import Profile
from warroom.records.guess.values import values_of
from warroom.records.guess.words import bank_within, heading, is_never, score
from warroom.records.job import Job
from warroom.records.mapping import Mapping
from warroom.records.plan import STATED
from warroom.records.reader import table_of
from warroom.records.table import Column, Table

_THAI = re.compile("[ก-๛]")
_COMMA = re.compile(r"^-?\d{1,3}(?:\.\d{3})*,\d{1,2}$|^-?\d+,\d{1,2}$")
_POINT = re.compile(r"^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$|^-?\d+\.\d+$")
_ZONES = re.compile(
    r"\b(?:UTC|GMT)\b(?! ?[+-])|\bBangkok\b|\b(?:UTC|GMT) ?\+0?7(?::?00)?\b|\bICT\b", re.IGNORECASE
)
FEW = 30
"""Different values up to which they are taken for words."""
BANGKOK = "Asia/Bangkok"


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
    best, names = max(found, key=lambda each: each[1].known if each[1] else -1)
    level = names.known if names else 0
    alike = [
        each.sheet or "" for each, other in found if each is not best and other and other.known >= level * 0.8
    ]
    if not alike:
        return best, names, []
    return best, names, [doubt("file.sheet", "guess.which-sheet", sheet=best.sheet, others=quoted(alike))]


def _written(seen: Look, names: Names | None) -> dict[str, Any]:
    lines = list(names.lines) if names else []
    header = None if not lines else lines[0] if len(lines) == 1 else lines
    return {"sheet": seen.sheet, "header": header, "encoding": seen.encoding, "delimiter": seen.delimiter}


class _Proposal:
    """One file's proposal while it is made, section by section."""

    def __init__(self, job: Job, seen: Look, names: Names, doubts: list[Doubt]) -> None:
        self._job, self._seen, self._names, self._doubts = job, seen, names, doubts
        cells = list(zip(*names.records, strict=True)) or [()] * len(names.columns)
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
        if not self._names.records:
            self._doubts.append(doubt("file", "guess.no-records"))
        matched, stated = self._matched()
        columns: dict[str, Any] = dict(matched.columns)
        self._doubts += matched.doubts
        if stated:
            self._tree["direction"] = stated.section
            self._doubts += stated.doubts
        joined = self._times(columns)
        self._tree["columns"] = {**columns, **joined}
        # The banks of both sides of a statement come from one column, so that one bank has one spelling in it.
        other = stated.section.get("counterparty_bank") if stated else None
        sides = {"payer_bank": other, "payee_bank": other} if other else {}
        values, doubts = values_of(self._file, columns | sides)
        self._doubts += doubts
        if values:
            self._tree["values"] = values
        self._constants(columns, stated)
        self._written()
        return self._guess(stated)

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
        if how.share < 0.9:
            self._doubts.append(
                doubt(slot, "guess.other-times", theirs=theirs, percent=round(100 * (1 - how.share)))
            )
        if name == self._file.table.time_column and not how.clock and beside is None:
            self._doubts.append(
                doubt(
                    "time.day_only",
                    "guess.days-only",
                    f'[columns] {name} = ["{theirs}", "..."], or [time] day_only = true',
                    theirs=theirs,
                )
            )

    def _sections(self, rules: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """One rule for all times, and the keys that differ for a column of its own; with the zone, which is always asked."""
        main = self._file.table.time_column if self._file.table.time_column in rules else next(iter(rules))
        section = {key: value for key, value in rules[main].items() if key != "zoned"}
        if not all(rule.get("zoned") for rule in rules.values()):
            if zone := self._zone_said():
                section["zone"] = zone
            elif self._thai or section.get("calendar") == "buddhist":
                section["zone"] = BANGKOK
                self._doubts.append(doubt("time.zone", "guess.zone-thai"))
            else:
                self._doubts.append(doubt("time.zone", "guess.zone"))
        for name, rule in rules.items():
            own = {key: value for key, value in rule.items() if key != "zoned"}
            if name != main and own != {key: value for key, value in section.items() if key != "zone"}:
                section[name] = own
        return section

    def _zone_said(self) -> str | None:
        """The zone that a heading or a title names; it is asked about all the same."""
        for text in (*self._names.columns, *self._names.titles):
            if found := _ZONES.search(text):
                zone = "UTC" if found[0].upper() in ("UTC", "GMT") else BANGKOK
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
        said = [each.name for each in self._file.columns if "baht" in heading(each.name).concepts]
        units = {
            text[-4:]
            for each in self._file.columns
            if each.numbers > 0.8
            for text in each.values
            if not text[-1].isdigit()
        }
        constants["currency"] = "THB"
        if said:
            self._doubts.append(doubt("constants.currency", "guess.currency-said", theirs=said[0]))
        elif any("บาท" in unit or "THB" in unit.upper() for unit in units) or self._thai:
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
        texts = [text for each in self._file.columns if each.name in theirs for text in each.values]
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
        self._ask_about_failed(unused)
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

    def _ask_about_number(self, theirs: str) -> None:
        """A reference or a place in a list comes again for another record; a number of transactions says that it does not."""
        record_id = self._file.table.by_name["record_id"]
        if score(theirs, self._file.table, record_id) < 1 and self._file.named(theirs).uuids < 0.9:
            self._doubts.append(doubt("columns.record_id", "guess.number-for-good", theirs=theirs))

    def _ask_about_failed(self, unused: Sequence[str]) -> None:
        """Banks list payments that failed beside those that went through; read alike, a trail would follow money that stayed."""
        for each in self._file.columns:
            said = heading(each.name).concepts
            if (
                self._file.table.name == "transfers"
                and each.name in unused
                and "status" in said
                and len(each.counts) <= FEW
            ):
                words = quoted(list(each.counts))
                self._doubts.append(doubt("columns", "guess.failed", theirs=each.name, words=words))

    def _words(self) -> dict[str, list[str]]:
        few = [
            each for each in self._file.columns
            if len(each.counts) <= FEW and (each.plain_numbers < 0.5 or "bank" in heading(each.name).concepts)
        ]  # fmt: skip
        return {each.name: list(each.counts) for each in few}


def _once(doubts: Sequence[Doubt]) -> list[Doubt]:
    return list({each.told("en"): each for each in doubts}.values())
