"""A proposed mapping as fields of a form, and the mapping that the filled form says."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData

from warroom.records.guess.doubts import written_as
from warroom.records.guess.guess import Guess
from warroom.records.mapping import SCALES
from warroom.records.plan import STATED
from warroom.records.table import Column
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import said, text
from warroom.web.kit.words import Words
from warroom.web.kit.words.mark import N_

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
"""The banks of a statement's sides: both read the one column of the other side's bank, by the same words."""


@dataclass(frozen=True)
class Row:
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
    constant: "Row | None" = None

    @property
    def open(self) -> bool:
        """Whether it must be answered and is not."""
        return self.required and not self.value and not (self.constant and self.constant.value)


class Fields:
    """The rows of the form for a proposal as it stands."""

    def __init__(self, found: Guess, tree: Mapping[str, Any], say: Say) -> None:
        self._found, self._tree, self._say = found, tree, say
        self._way = tree.get("direction", {})

    def columns(self) -> list[Row]:
        """A row for each of our columns; of a statement the sides follow from its direction,
        and a message names its own.
        """
        if self._found.message:
            return []
        names = self._found.table.by_name
        ours = [names["record_id"], *self._found.table]
        follow = ("payer_bank", "payer", "payee_bank", "payee") if self._way else ()
        if self._way and "column" not in self._way and "sign" not in self._way:
            follow = (*follow, "amount")
        return [self._column(one) for one in ours if one.name not in follow]

    def times(self) -> list[Row]:
        """The rows of the zone, the calendar and the format, and the column of times of day."""
        time = self._tree.get("time", {})
        zone = self._row(
            "time.zone", N_("Zone of the times"), time.get("zone", ""), [(one, one) for one in ZONES]
        )
        if self._found.message:
            return [zone]
        named = self._tree.get("columns", {}).get(self._found.table.time_column or "")
        clock = named[1] if isinstance(named, list) else ""
        formats = [
            (each, said(written_as(each), self._say))
            for each in dict.fromkeys([time.get("format", ""), *FORMATS])
            if each
        ]
        found = [
            zone,
            self._row(
                "time.calendar",
                N_("Years"),
                time.get("calendar", "gregorian"),
                [(code, self._(name)) for code, name in CALENDARS],
            ),
            self._row("time.format", N_("How times are written"), time.get("format", ""), formats),
        ]
        if self._found.table.time_column:
            found.insert(
                0,
                self._row(
                    "time.clock",
                    N_("Column of the time of day, if it is separate"),
                    clock,
                    self._theirs(),
                ),
            )
        if "steps" in self._codes() or "epoch" in time:
            found += [
                self._row("time.epoch", N_("Steps are counted from (year-month-day)"), time.get("epoch", "")),
                self._row("time.step", N_("Length of a step, such as 1h or 1d"), time.get("step", "")),
            ]
        return found

    def way(self) -> list[Row]:
        """The rows of a statement's direction."""
        if not self._way:
            return []
        shown = [
            key
            for key in WAY
            if key in self._way or key in ("account_column", "counterparty", "counterparty_bank")
        ]
        rows = [
            self._row(
                f"direction.{key}", WAY[key], self._way.get(key, ""), () if key in TYPED else self._theirs(),
                required=key == "bank" or (key == "account" and not self._way.get("account_column")),
            )
            for key in shown
            if isinstance(self._way.get(key, ""), str)
        ]  # fmt: skip
        if "sign" in self._way:
            rows.append(
                self._row(
                    "direction.sign",
                    N_("What the sign says"),
                    self._way["sign"],
                    [(code, self._(name)) for code, name in SIGNS],
                )
            )
        return rows

    def words(self) -> list[tuple[str, list[Row]]]:
        """For each column with a closed list, its words with ours to choose; and the words that say which way."""
        groups = []
        asked = {each.slot for each in self._found.doubts}
        other = other_bank(self._found, self._tree)
        for name, theirs in (self._tree.get("columns", {}) | ({SIDES[0]: other} if other else {})).items():
            one = self._found.table.by_name[name]
            known = self._tree.get("values", {}).get(name, {})
            if not isinstance(theirs, str) or not (one.values or known or f"values.{name}" in asked):
                continue
            options = [(code, self._word(one, code)) for code in one.values]
            rows = [
                Row(f"values.{name}.{at}", word, known.get(word, word if word in one.values else ""), options)
                for at, word in enumerate(self._found.words.get(theirs, []))
            ]
            groups.append((theirs if theirs == other else said(one.label, self._say), rows))
        groups += [
            (name, self._consulted("status", name, OUTCOMES)) for name in consulted(self._found, "status")
        ]
        groups += [
            (name, self._consulted("turned", name, TURNED)) for name in consulted(self._found, "turned")
        ]
        if isinstance(self._way.get("column"), str):
            ways = [("out", self._(N_("money out"))), ("in", self._(N_("money in")))]
            rows = [
                Row(
                    f"way.{at}",
                    word,
                    next((way for way, _ in ways if word in self._way.get(way, [])), ""),
                    ways,
                )
                for at, word in enumerate(self._found.words.get(self._way["column"], []))
            ]
            groups.append((self._(N_("Which way money went")), rows))
        return groups

    def file(self) -> list[Row]:
        """The rows of the sheet and of what marks decimals; a message has neither."""
        if self._found.message:
            return []
        file = self._tree.get("file", {})
        rows = [
            self._row(
                "file.decimal",
                N_("Decimals are marked by"),
                file.get("decimal", "."),
                [(".", "1,234.50"), (",", "1.234,50")],
            )
        ]
        unit = self._tree.get("amount", {}).get("unit", "one")
        if unit != "one" or any(each.slot == "amount.unit" for each in self._found.doubts):
            units = [(code, self._(name)) for code, name in UNITS]
            rows.append(self._row("amount.unit", N_("Amounts are counted in"), unit, units))
        if len(self._found.sheets) > 1:
            sheets = [(name, name) for name in self._found.sheets]
            rows.insert(0, self._row("file.sheet", N_("Sheet"), str(file.get("sheet", "")), sheets))
        return rows

    def general(self) -> list[str]:
        """Doubts that no field answers."""
        shown = {one.name for one in (*self.columns(), *self.times(), *self.way(), *self.file())}
        shown |= {one.constant.name for one in self.columns() if one.constant}
        asked = (
            each.sentence.told(self._say.language) for each in self._found.doubts if each.slot not in shown
        )
        # Both sides of a statement read one column of banks: what is asked of it is asked once.
        return list(dict.fromkeys(asked))

    def _consulted(self, section: str, name: str, choices: Sequence[tuple[str, str]]) -> list[Row]:
        """The words of a column that becomes none of ours, with what each says of its row."""
        options = [(code, self._(label)) for code, label in choices]
        chosen = words_of(self._tree.get(section, {}).get(name, {}))
        return [
            Row(place, word or self._(N_("(empty)")), chosen.get(word, ""), options)
            for place, word in places_of(self._found, section, name)
        ]

    def _(self, text: str) -> str:
        return self._say.catalog.gettext(text)

    def _word(self, one: Column, code: str) -> str:
        return Words(self._say).channel(code) if one.name == "channel" else code

    def _codes(self) -> set[str]:
        return {each.sentence.code.partition(".")[2] for each in self._found.doubts}

    def _asked(self, *slots: str) -> list[str]:
        return [each.sentence.told(self._say.language) for each in self._found.doubts if each.slot in slots]

    def _theirs(self) -> list[tuple[str, str]]:
        return [(name, name) for name in self._found.found]

    def _row(
        self,
        name: str,
        label: str,
        value: str,
        options: Sequence[tuple[str, str]] = (),
        required: bool = False,
    ) -> Row:
        return Row(name, self._(label), value, options, required=required, asked=self._asked(name))

    def _column(self, one: Column) -> Row:
        theirs = self._tree.get("columns", {}).get(one.name, "")
        theirs = theirs[0] if isinstance(theirs, list) else theirs
        needed = one.required and one.default is None
        value = self._tree.get("constants", {}).get(one.name, "")
        slot = f"constants.{one.name}"
        takes = needed or one.kind == "currency" or one.name == "channel" or bool(value)
        options = [(code, self._word(one, code)) for code in one.values]
        constant = (
            Row(slot, said(one.label, self._say), value, options)
            if takes and one.kind != "time" and not theirs
            else None
        )
        return Row(
            f"columns.{one.name}", said(one.label, self._say), theirs, self._theirs(), self._found.examples.get(theirs, ""),
            needed, self._asked(f"columns.{one.name}", slot, f"values.{one.name}"), constant,
        )  # fmt: skip


def tree_of(found: Guess, form: FormData) -> dict[str, Any]:
    """The tree of the mapping that a filled form says; what the form does not show stays as it was proposed."""
    tree = deepcopy(found.tree)
    if found.message:
        return {"time": time} if (time := _time(tree.get("time", {}), form)) else {}
    names = [found.table.by_name["record_id"], *found.table]
    columns = {
        one.name: theirs for one in names if (theirs := _chosen(form, f"columns.{one.name}", found.found))
    }
    constants = {
        one.name: value
        for one in names
        if one.name not in columns and (value := text(form, f"constants.{one.name}")[:200])
    }
    clock, main = _chosen(form, "time.clock", found.found), found.table.time_column or ""
    joined: dict[str, Any] = (
        {main: [columns[main], clock]} if clock and main in columns and clock != columns[main] else {}
    )
    tree["columns"], tree["constants"] = columns | joined, constants
    tree["time"] = _time(tree.get("time", {}), form)
    if "direction" in tree:
        tree["direction"] = _way(tree["direction"], found, form)
    tree["values"] = _values(found, tree, form)
    tree["amount"] = (
        {"unit": unit} if (unit := text(form, "amount.unit")) in SCALES else tree.get("amount", {})
    )
    for section in ("status", "turned"):
        tree[section] = _rules(found, tree.get(section, {}), section, form)
    file = dict(tree.get("file", {}))
    for key, usual in (("decimal", "."), ("sheet", "")):
        if said_ := text(form, f"file.{key}"):
            file[key] = said_
        if file.get(key) == usual:
            del file[key]
    tree["file"] = file
    return {name: section for name, section in tree.items() if section}


def _chosen(form: FormData, name: str, among: Sequence[str]) -> str:
    said_ = str(form.get(name, ""))
    return said_ if said_ in among else ""


def _time(time: Mapping[str, Any], form: FormData) -> dict[str, Any]:
    rule = dict(time)
    for key in ("zone", "calendar", "format", "epoch", "step"):
        if f"time.{key}" in form:
            rule.pop(key, None)
            if value := text(form, f"time.{key}")[:100]:
                rule[key] = value
    return rule


def other_bank(found: Guess, tree: Mapping[str, Any]) -> str | None:
    """The column of the other side's bank, where it is the one whose words were proposed."""
    name = tree.get("direction", {}).get("counterparty_bank")
    return name if name and name == found.tree.get("direction", {}).get("counterparty_bank") else None


def _values(found: Guess, tree: Mapping[str, Any], form: FormData) -> dict[str, dict[str, str]]:
    # The banks of a statement's sides have no column of their own in the form.
    sides = STATED if "direction" in found.tree else ()
    values = {name: words for name, words in found.tree.get("values", {}).items() if name in sides}
    for name, theirs in tree["columns"].items():
        theirs = theirs[0] if isinstance(theirs, list) else theirs
        proposed = (
            found.tree.get("values", {}).get(name, {})
            if found.tree.get("columns", {}).get(name) == theirs
            else {}
        )
        words = _words(found, name, theirs, proposed, form)
        if words or proposed:
            values[name] = words or proposed
    if other := other_bank(found, tree):
        proposed = values.get(SIDES[0], {})
        if words := _words(found, SIDES[0], other, proposed, form) or proposed:
            values |= dict.fromkeys(SIDES, words)
    return values


def _words(
    found: Guess, name: str, theirs: str, proposed: Mapping[str, str], form: FormData
) -> dict[str, str]:
    """Their words of a column with ours, as the form says them, and else as they were proposed."""
    words = {}
    for at, word in enumerate(found.words.get(theirs, [])):
        slot = f"values.{name}.{at}"
        said_ = text(form, slot)[:100] if slot in form else proposed.get(word, "")
        if said_ and said_ != word:
            words[word] = said_
    return words


def consulted(found: Guess, section: str) -> list[str]:
    """The columns of the file whose words say of a row whether it is a payment, or whether its sides change places."""
    asked = {each.slot.partition(".")[2] for each in found.doubts if each.slot.startswith(f"{section}.")}
    if section == "turned" and any(each.sentence.code == "guess.paid-in" for each in found.doubts):
        asked.add(found.tree["columns"]["channel"])
    return [name for name in found.found if name in asked]


def places_of(found: Guess, section: str, name: str) -> list[tuple[str, str]]:
    """The fields of the words of such a column, by their names in the form."""
    column = found.found.index(name)
    return [(f"{section}.{column}.{at}", word) for at, word in enumerate(found.words.get(name, []))]


def words_of(rule: Mapping[str, Sequence[str]] | Sequence[str]) -> dict[str, str]:
    """What each word of a rule says."""
    if isinstance(rule, Mapping):
        return {word: says for says, words in rule.items() for word in words}
    return dict.fromkeys(rule, "turned")


def _rules(found: Guess, proposed: Mapping[str, Any], section: str, form: FormData) -> dict[str, Any]:
    rules = dict(proposed)
    for name in consulted(found, section):
        places = places_of(found, section, name)
        if not any(place in form for place, _ in places):
            continue
        chosen = {word: text(form, place) for place, word in places}
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


def _way(way: Mapping[str, Any], found: Guess, form: FormData) -> dict[str, Any]:
    rule = dict(way)
    for key in (*WAY, "sign"):
        if f"direction.{key}" in form:
            rule.pop(key, None)
            if value := text(form, f"direction.{key}")[:200]:
                rule[key] = value
    if rule.get("account_column"):
        rule.pop("account", None)
    if isinstance(rule.get("column"), str):
        words = found.words.get(rule["column"], [])
        chosen = {word: text(form, f"way.{at}") for at, word in enumerate(words) if f"way.{at}" in form}
        if chosen:
            rule |= {key: [word for word, way_ in chosen.items() if way_ == key] for key in ("out", "in")}
    return rule
