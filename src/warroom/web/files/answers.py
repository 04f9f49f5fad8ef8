"""A proposed mapping as fields of a form, and the mapping that the filled form says."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData

from warroom.records.guess.doubts import describe_time_format
from warroom.records.guess.guess import Guess
from warroom.records.mapping import SCALES
from warroom.records.plan import STATED
from warroom.records.table import TableColumn
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import read_text_field, render_texts
from warroom.web.kit.words import CodeWords
from warroom.web.kit.words.mark import N_

# The zones of likely partners, the room's first; a mapping file may name any other of the IANA database.
ZONES = (
    "Asia/Bangkok",
    "UTC",
    "Asia/Singapore",
    "Asia/Hong_Kong",
    "Asia/Tokyo",
    "Asia/Dubai",
    "Europe/London",
    "America/New_York",
)
CALENDARS = (("gregorian", N_("Gregorian years")), ("buddhist", N_("Thai years")))
# Day first and month first: only the officer can tell 3/4 from 4/3.
FORMATS = (
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y",
)
SIGNS = (
    ("minus is out", N_("Negative amounts are money out")),
    ("minus is in", N_("Negative amounts are money in")),
)
WAY = {
    "bank": N_("Bank of the statement's own account"),
    "account": N_("The statement's own account"),
    "account_column": N_("Column of the statement's own account"),
    "out": N_("Column of money out"),
    "in": N_("Column of money in"),
    "column": N_("Column that says which way"),
    "counterparty": N_("Column of the other side's account"),
    "counterparty_bank": N_("Column of the other side's bank"),
}
UNITS = (
    ("one", N_("whole, as written")),
    ("satang", N_("satang or other hundredths")),
    ("hundred", N_("hundreds")),
    ("thousand", N_("thousands")),
    ("ten-thousand", N_("ten thousands")),
    ("hundred-thousand", N_("hundred thousands")),
    ("million", N_("millions")),
)
OUTCOMES = (("paid", N_("went through")), ("back", N_("was taken back")))
TURNED = (("turned", N_("payer and payee change places")),)
TYPED = ("bank", "account")
SIDES = ("payer_bank", "payee_bank")
"""The bank columns of a statement's two sides: both are read from the one column of the other side's bank."""


@dataclass(frozen=True)
class MappingFieldRow:
    """A field of the form: `options` are a select's values with their words; none: it is typed. `asked` are its doubts, `open`
    that it must be answered.
    """

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]] = ()
    example: str = ""
    required: bool = False
    asked: list[str] = field(default_factory=list)
    constant: "MappingFieldRow | None" = None

    @property
    def open(self) -> bool:
        """Whether it must be answered and is not."""
        return self.required and not self.value and not (self.constant and self.constant.value)


class MappingFields:
    """The rows of the form for the current proposal."""

    def __init__(self, found: Guess, tree: Mapping[str, Any], say: Say) -> None:
        self._found, self._tree, self._say = found, tree, say
        self._way = tree.get("direction", {})

    def build_column_rows(self) -> list[MappingFieldRow]:
        """A row for each of our columns; of a statement the sides follow from its direction,
        and a message names its own.
        """
        if self._found.is_message:
            return []
        names = self._found.table.by_name
        ours = [names["record_id"], *self._found.table]
        follow = ("payer_bank", "payer", "payee_bank", "payee") if self._way else ()
        if self._way and "column" not in self._way and "sign" not in self._way:
            follow = (*follow, "amount")
        return [self._build_column_row(column) for column in ours if column.name not in follow]

    def build_time_rows(self) -> list[MappingFieldRow]:
        """The rows of the zone, the calendar and the format, and the column of times of day."""
        time = self._tree.get("time", {})
        zone = self._build_row(
            "time.zone",
            N_("Zone of the times"),
            time.get("zone", ""),
            [(zone_name, zone_name) for zone_name in ZONES],
        )
        if self._found.is_message:
            return [zone]
        named = self._tree.get("columns", {}).get(self._found.table.time_column or "")
        clock = named[1] if isinstance(named, list) else ""
        formats = [
            (time_format, render_texts(describe_time_format(time_format), self._say))
            for time_format in dict.fromkeys([time.get("format", ""), *FORMATS])
            if time_format
        ]
        rows = [
            zone,
            self._build_row(
                "time.calendar",
                N_("Years"),
                time.get("calendar", "gregorian"),
                [(code, self._(name)) for code, name in CALENDARS],
            ),
            self._build_row("time.format", N_("How times are written"), time.get("format", ""), formats),
        ]
        if self._found.table.time_column:
            rows.insert(
                0,
                self._build_row(
                    "time.clock",
                    N_("Column of the time of day, if it is separate"),
                    clock,
                    self._list_file_columns(),
                ),
            )
        if "steps" in self._list_doubt_codes() or "epoch" in time:
            rows += [
                self._build_row(
                    "time.epoch", N_("Steps are counted from (year-month-day)"), time.get("epoch", "")
                ),
                self._build_row("time.step", N_("Length of a step, such as 1h or 1d"), time.get("step", "")),
            ]
        return rows

    def build_direction_rows(self) -> list[MappingFieldRow]:
        """The rows of a statement's direction."""
        if not self._way:
            return []
        shown = [
            key
            for key in WAY
            if key in self._way or key in ("account_column", "counterparty", "counterparty_bank")
        ]
        rows = [
            self._build_row(
                f"direction.{key}", WAY[key], self._way.get(key, ""), () if key in TYPED else self._list_file_columns(),
                required=key == "bank" or (key == "account" and not self._way.get("account_column")),
            )
            for key in shown
            if isinstance(self._way.get(key, ""), str)
        ]  # fmt: skip
        if "sign" in self._way:
            rows.append(
                self._build_row(
                    "direction.sign",
                    N_("What the sign says"),
                    self._way["sign"],
                    [(code, self._(name)) for code, name in SIGNS],
                )
            )
        return rows

    def build_word_groups(self) -> list[tuple[str, list[MappingFieldRow]]]:
        """For each column with a closed list, its words with ours to choose; and the words that say which way."""
        groups = []
        asked = {doubt.slot for doubt in self._found.doubts}
        other = find_other_bank(self._found, self._tree)
        for name, theirs in (self._tree.get("columns", {}) | ({SIDES[0]: other} if other else {})).items():
            column = self._found.table.by_name[name]
            known = self._tree.get("values", {}).get(name, {})
            if not isinstance(theirs, str) or not (column.values or known or f"values.{name}" in asked):
                continue
            options = [(code, self._format_word(column, code)) for code in column.values]
            rows = [
                MappingFieldRow(
                    f"values.{name}.{at}",
                    word,
                    known.get(word, word if word in column.values else ""),
                    options,
                )
                for at, word in enumerate(self._found.words.get(theirs, []))
            ]
            groups.append((theirs if theirs == other else render_texts(column.label, self._say), rows))
        groups += [
            (name, self._build_consulted_rows("status", name, OUTCOMES))
            for name in list_consulted_columns(self._found, "status")
        ]
        groups += [
            (name, self._build_consulted_rows("turned", name, TURNED))
            for name in list_consulted_columns(self._found, "turned")
        ]
        if isinstance(self._way.get("column"), str):
            ways = [("out", self._(N_("money out"))), ("in", self._(N_("money in")))]
            rows = [
                MappingFieldRow(
                    f"way.{at}",
                    word,
                    next((way for way, _ in ways if word in self._way.get(way, [])), ""),
                    ways,
                )
                for at, word in enumerate(self._found.words.get(self._way["column"], []))
            ]
            groups.append((self._(N_("Which way money went")), rows))
        return groups

    def build_file_rows(self) -> list[MappingFieldRow]:
        """The rows of the sheet and of what marks decimals; a message has neither."""
        if self._found.is_message:
            return []
        file = self._tree.get("file", {})
        rows = [
            self._build_row(
                "file.decimal",
                N_("Decimals are marked by"),
                file.get("decimal", "."),
                [(".", "1,234.50"), (",", "1.234,50")],
            )
        ]
        unit = self._tree.get("amount", {}).get("unit", "one")
        if unit != "one" or any(doubt.slot == "amount.unit" for doubt in self._found.doubts):
            units = [(code, self._(name)) for code, name in UNITS]
            rows.append(self._build_row("amount.unit", N_("Amounts are counted in"), unit, units))
        if len(self._found.sheets) > 1:
            sheets = [(name, name) for name in self._found.sheets]
            rows.insert(0, self._build_row("file.sheet", N_("Sheet"), str(file.get("sheet", "")), sheets))
        return rows

    def list_general_doubts(self) -> list[str]:
        """Doubts that no field answers."""
        shown = {
            row.name
            for row in (
                *self.build_column_rows(),
                *self.build_time_rows(),
                *self.build_direction_rows(),
                *self.build_file_rows(),
            )
        }
        shown |= {row.constant.name for row in self.build_column_rows() if row.constant}
        asked = (
            doubt.sentence.render_in(self._say.language)
            for doubt in self._found.doubts
            if doubt.slot not in shown
        )
        # Both sides of a statement use the same bank column: its question is asked once.
        return list(dict.fromkeys(asked))

    def _build_consulted_rows(
        self, section: str, name: str, choices: Sequence[tuple[str, str]]
    ) -> list[MappingFieldRow]:
        """The words of a column that becomes none of ours, with what each says of its row."""
        options = [(code, self._(label)) for code, label in choices]
        chosen = words_of(self._tree.get(section, {}).get(name, {}))
        return [
            MappingFieldRow(place, word or self._(N_("(empty)")), chosen.get(word, ""), options)
            for place, word in list_word_slots(self._found, section, name)
        ]

    def _(self, text: str) -> str:
        return self._say.catalog.gettext(text)

    def _format_word(self, one: TableColumn, code: str) -> str:
        return CodeWords(self._say).channel(code) if one.name == "channel" else code

    def _list_doubt_codes(self) -> set[str]:
        return {each.sentence.code.partition(".")[2] for each in self._found.doubts}

    def _list_questions(self, *slots: str) -> list[str]:
        return [
            each.sentence.render_in(self._say.language) for each in self._found.doubts if each.slot in slots
        ]

    def _list_file_columns(self) -> list[tuple[str, str]]:
        return [(name, name) for name in self._found.columns_found]

    def _build_row(
        self,
        name: str,
        label: str,
        value: str,
        options: Sequence[tuple[str, str]] = (),
        required: bool = False,
    ) -> MappingFieldRow:
        return MappingFieldRow(
            name, self._(label), value, options, required=required, asked=self._list_questions(name)
        )

    def _build_column_row(self, column: TableColumn) -> MappingFieldRow:
        theirs = self._tree.get("columns", {}).get(column.name, "")
        theirs = theirs[0] if isinstance(theirs, list) else theirs
        needed = column.required and column.default is None
        value = self._tree.get("constants", {}).get(column.name, "")
        slot = f"constants.{column.name}"
        takes = needed or column.kind == "currency" or column.name == "channel" or bool(value)
        options = [(code, self._format_word(column, code)) for code in column.values]
        constant = (
            MappingFieldRow(slot, render_texts(column.label, self._say), value, options)
            if takes and column.kind != "time" and not theirs
            else None
        )
        return MappingFieldRow(
            f"columns.{column.name}", render_texts(column.label, self._say), theirs, self._list_file_columns(), self._found.examples.get(theirs, ""),
            needed, self._list_questions(f"columns.{column.name}", slot, f"values.{column.name}"), constant,
        )  # fmt: skip


def parse_mapping(guess: Guess, form: FormData) -> dict[str, Any]:
    """The tree of the mapping that a filled form says; what the form does not show stays as it was proposed."""
    tree = deepcopy(guess.tree)
    if guess.is_message:
        return {"time": time} if (time := _parse_time_rule(tree.get("time", {}), form)) else {}
    names = [guess.table.by_name["record_id"], *guess.table]
    columns = {
        column.name: theirs
        for column in names
        if (theirs := _read_choice(form, f"columns.{column.name}", guess.columns_found))
    }
    constants = {
        column.name: value
        for column in names
        if column.name not in columns and (value := read_text_field(form, f"constants.{column.name}")[:200])
    }
    clock, main = _read_choice(form, "time.clock", guess.columns_found), guess.table.time_column or ""
    joined: dict[str, Any] = (
        {main: [columns[main], clock]} if clock and main in columns and clock != columns[main] else {}
    )
    tree["columns"], tree["constants"] = columns | joined, constants
    tree["time"] = _parse_time_rule(tree.get("time", {}), form)
    if "direction" in tree:
        tree["direction"] = _parse_direction(tree["direction"], guess, form)
    tree["values"] = _parse_values(guess, tree, form)
    tree["amount"] = (
        {"unit": unit} if (unit := read_text_field(form, "amount.unit")) in SCALES else tree.get("amount", {})
    )
    for section in ("status", "turned"):
        tree[section] = _parse_row_rules(guess, tree.get(section, {}), section, form)
    file = dict(tree.get("file", {}))
    for key, usual in (("decimal", "."), ("sheet", "")):
        if said_ := read_text_field(form, f"file.{key}"):
            file[key] = said_
        if file.get(key) == usual:
            del file[key]
    tree["file"] = file
    return {name: section for name, section in tree.items() if section}


def _read_choice(form: FormData, name: str, among: Sequence[str]) -> str:
    said_ = str(form.get(name, ""))
    return said_ if said_ in among else ""


def _parse_time_rule(time: Mapping[str, Any], form: FormData) -> dict[str, Any]:
    rule = dict(time)
    for key in ("zone", "calendar", "format", "epoch", "step"):
        if f"time.{key}" in form:
            rule.pop(key, None)
            if value := read_text_field(form, f"time.{key}")[:100]:
                rule[key] = value
    return rule


def find_other_bank(found: Guess, tree: Mapping[str, Any]) -> str | None:
    """The column of the other side's bank, where it is the one whose words were proposed."""
    name = tree.get("direction", {}).get("counterparty_bank")
    return name if name and name == found.tree.get("direction", {}).get("counterparty_bank") else None


def _parse_values(guess: Guess, tree: Mapping[str, Any], form: FormData) -> dict[str, dict[str, str]]:
    # The bank columns of a statement have no fields of their own in the form, so their proposed words are
    # kept.
    sides = STATED if "direction" in guess.tree else ()
    values = {name: words for name, words in guess.tree.get("values", {}).items() if name in sides}
    for name, theirs in tree["columns"].items():
        theirs = theirs[0] if isinstance(theirs, list) else theirs
        proposed = (
            guess.tree.get("values", {}).get(name, {})
            if guess.tree.get("columns", {}).get(name) == theirs
            else {}
        )
        words = _parse_words(guess, name, theirs, proposed, form)
        if words or proposed:
            values[name] = words or proposed
    if other := find_other_bank(guess, tree):
        proposed = values.get(SIDES[0], {})
        if words := _parse_words(guess, SIDES[0], other, proposed, form) or proposed:
            values |= dict.fromkeys(SIDES, words)
    return values


def _parse_words(
    guess: Guess, name: str, theirs: str, proposed: Mapping[str, str], form: FormData
) -> dict[str, str]:
    """Their words of a column with ours, as the form says them, and else as they were proposed."""
    words = {}
    for at, word in enumerate(guess.words.get(theirs, [])):
        slot = f"values.{name}.{at}"
        said_ = read_text_field(form, slot)[:100] if slot in form else proposed.get(word, "")
        if said_ and said_ != word:
            words[word] = said_
    return words


def list_consulted_columns(found: Guess, section: str) -> list[str]:
    """The columns of the file whose words say of a row whether it is a payment, or whether its sides change places."""
    asked = {each.slot.partition(".")[2] for each in found.doubts if each.slot.startswith(f"{section}.")}
    if section == "turned" and any(each.sentence.code == "guess.paid-in" for each in found.doubts):
        asked.add(found.tree["columns"]["channel"])
    return [name for name in found.columns_found if name in asked]


def list_word_slots(found: Guess, section: str, name: str) -> list[tuple[str, str]]:
    """The fields of the words of such a column, by their names in the form."""
    column = found.columns_found.index(name)
    return [(f"{section}.{column}.{at}", word) for at, word in enumerate(found.words.get(name, []))]


def words_of(rule: Mapping[str, Sequence[str]] | Sequence[str]) -> dict[str, str]:
    """What each word of a rule says."""
    if isinstance(rule, Mapping):
        return {word: says for says, words in rule.items() for word in words}
    return dict.fromkeys(rule, "turned")


def _parse_row_rules(
    guess: Guess, proposed: Mapping[str, Any], section: str, form: FormData
) -> dict[str, Any]:
    rules = dict(proposed)
    for name in list_consulted_columns(guess, section):
        places = list_word_slots(guess, section, name)
        if not any(place in form for place, _ in places):
            continue
        chosen = {word: read_text_field(form, place) for place, word in places}
        lists = {
            says: [word for word, code in chosen.items() if code == says]
            for says in ("paid", "back", "turned")
        }
        rules.pop(name, None)
        if section == "status" and lists["paid"]:
            rules[name] = {says: lists[says] for says in ("paid", "back") if lists[says]}
        elif section == "turned" and lists["turned"]:
            rules[name] = lists["turned"]
    return rules


def _parse_direction(way: Mapping[str, Any], guess: Guess, form: FormData) -> dict[str, Any]:
    rule = dict(way)
    for key in (*WAY, "sign"):
        if f"direction.{key}" in form:
            rule.pop(key, None)
            if value := read_text_field(form, f"direction.{key}")[:200]:
                rule[key] = value
    if rule.get("account_column"):
        rule.pop("account", None)
    if isinstance(rule.get("column"), str):
        words = guess.words.get(rule["column"], [])
        chosen = {
            word: read_text_field(form, f"way.{at}") for at, word in enumerate(words) if f"way.{at}" in form
        }
        if chosen:
            rule |= {key: [word for word, way_ in chosen.items() if way_ == key] for key in ("out", "in")}
    return rule
