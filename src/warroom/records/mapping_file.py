"""The TOML form of a mapping: every key it may have, and one sentence for everything else."""

import json
import tomllib
from collections.abc import Mapping as AnyMapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from warroom import clock
from warroom.bilingual.texts import Texts
from warroom.errors import RecordsError, SettingError
from warroom.records.encodings import find_codec_name
from warroom.records.mapping import (
    DIRECTION_NAMES,
    SCALES,
    UNITS,
    DeliveryTerms,
    DirectionRule,
    FileMapping,
    StatusRule,
    TimeRule,
    get_zone,
    parse_instant,
    parse_time,
)

SECTIONS = (
    "columns", "constants", "values", "time", "file", "accounts", "amount", "direction", "status", "turned", "source", "delivery",
)  # fmt: skip
FILE_KEYS = ("encoding", "delimiter", "decimal", "header", "sheet", "executed")
DIRECTION_KEYS = (*DIRECTION_NAMES, "out", "in")
SIGNS = ("minus is out", "minus is in")
TIME_KEYS = ("zone", "calendar", "format", "epoch", "step", "unit", "century", "day_only", "cells_swapped")
DELIVERY_KEYS = ("partner", "legal_basis", "purpose", "retention_until", "retention_days", "backfill")
CALENDARS = ("gregorian", "buddhist")


def load_mapping(path: Path) -> FileMapping:
    """Read a mapping file; raises RecordsError with what is wrong and where."""
    try:
        with path.open("rb") as file:
            tree = tomllib.load(file)
    except OSError as problem:
        raise RecordsError("mapping.unread", path=path, problem=problem.strerror) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise RecordsError("mapping.not-toml", path=path, problem=problem) from None
    return parse_mapping(tree, str(path))


def parse_mapping_json(text: str) -> FileMapping:
    """The mapping that `FileMapping.as_json` wrote."""
    return parse_mapping(json.loads(text), "the stored mapping")


def parse_mapping(tree: AnyMapping[str, Any], where: str) -> FileMapping:
    """A mapping from the tree of its file."""
    _check_keys(tree, (*SECTIONS, *FILE_KEYS), where)
    file = {**{key: tree[key] for key in FILE_KEYS if key in tree}, **_get_section(tree, "file", where)}
    _check_keys(file, FILE_KEYS, f"[file] of {where}")
    columns = _get_section(tree, "columns", where)
    time = _get_section(tree, "time", where)
    general = {key: value for key, value in time.items() if not isinstance(value, dict)}
    return FileMapping(
        columns=_parse_texts(
            {k: v for k, v in columns.items() if not isinstance(v, list)}, f"[columns] of {where}"
        ),
        joined={k: _parse_joined(k, v, where) for k, v in columns.items() if isinstance(v, list)},
        constants=_parse_texts(_get_section(tree, "constants", where), f"[constants] of {where}"),
        values={
            ours: _parse_texts(pairs, f"[values.{ours}] of {where}")
            for ours, pairs in _get_section(tree, "values", where).items()
        },
        time=_parse_time_rule(general, f"[time] of {where}"),
        times={
            ours: _parse_time_rule({**general, **rule}, f"[time.{ours}] of {where}")
            for ours, rule in time.items()
            if isinstance(rule, dict)
        },
        encoding=_parse_encoding(file.get("encoding"), where),
        delimiter=_parse_delimiter(file.get("delimiter"), where),
        decimal=_parse_choice(file.get("decimal", "."), (".", ","), f"decimal of {where}"),
        strip=_parse_strip(_get_section(tree, "accounts", where), where),
        direction=_parse_direction(tree.get("direction"), where),
        unit=_parse_unit(_get_section(tree, "amount", where), where),
        status=_parse_statuses(_get_section(tree, "status", where), where),
        turned={
            name: _parse_word_list(words, f"[turned] of {where}")
            for name, words in _get_section(tree, "turned", where).items()
        },
        header=_parse_header(file.get("header"), where),
        sheet=_parse_sheet(file.get("sheet"), where),
        executed=_parse_boolean(file.get("executed", False), f"executed in {where}"),
        source=_parse_source(tree.get("source"), where),
        terms=_parse_terms(_get_section(tree, "delivery", where), general.get("zone"), where),
    )


def _check_keys(tree: AnyMapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    unknown = [key for key in tree if key not in keys]
    if unknown:
        raise RecordsError("mapping.unknown-key", where=where, key=unknown[0], known=", ".join(keys))


def _get_section(tree: AnyMapping[str, Any], name: str, where: str) -> dict[str, Any]:
    section = tree.get(name, {})
    if not isinstance(section, dict):
        raise RecordsError("mapping.no-section", where=where, name=name)
    return section


def _parse_texts(section: Any, where: str) -> dict[str, str]:
    if not isinstance(section, dict):
        raise RecordsError("mapping.section-of-lines", where=where)
    wrong = [key for key, value in section.items() if isinstance(value, dict | list)]
    if wrong:
        raise RecordsError("mapping.no-plain-value", where=where, key=wrong[0])
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in section.items()
    }


def _parse_joined(ours: str, value: list[Any], where: str) -> tuple[str, ...]:
    if len(value) < 2 or not all(isinstance(name, str) and name.strip() for name in value):
        raise RecordsError("mapping.joins-none", where=where, ours=ours)
    return tuple(value)


def _parse_choice(value: Any, allowed: tuple[str, ...], where: str) -> str:
    if value not in allowed:
        raise RecordsError(
            "mapping.not-allowed",
            where=where,
            value=value,
            allowed=Texts(" หรือ ".join(allowed), " or ".join(allowed)),
        )
    return str(value)


def _parse_encoding(name: Any, where: str) -> str | None:
    if name is None:
        return None
    known = find_codec_name(str(name))
    if known is None:
        raise RecordsError("mapping.encoding-unknown", where=where, name=name)
    return known


def _parse_delimiter(value: Any, where: str) -> str | None:
    value = "\t" if value in ("tab", "\\t") else value
    if value is None or (
        isinstance(value, str) and len(value) == 1 and value not in '"\r\n' and value.isascii()
    ):
        return value
    raise RecordsError("mapping.delimiter", where=where, value=value)


def _parse_strip(section: AnyMapping[str, Any], where: str) -> str | None:
    _check_keys(section, ("strip",), f"[accounts] of {where}")
    strip = section.get("strip")
    if strip is None or isinstance(strip, str):
        return strip
    raise RecordsError("mapping.strip", where=where)


def _parse_unit(section: AnyMapping[str, Any], where: str) -> str:
    _check_keys(section, ("unit",), f"[amount] of {where}")
    return _parse_choice(section.get("unit", "one"), tuple(SCALES), f"unit in [amount] of {where}")


def _parse_statuses(section: AnyMapping[str, Any], where: str) -> dict[str, StatusRule]:
    rules = {}
    for name, rule in section.items():
        place = f'[status."{name}"] of {where}'
        if not isinstance(rule, dict):
            raise RecordsError("mapping.status-of-columns", where=where, name=name)
        _check_keys(rule, ("paid", "back"), place)
        paid, back = (_parse_word_list(rule.get(key, []), place) for key in ("paid", "back"))
        if not paid or set(paid) & set(back):
            raise RecordsError("mapping.status-words", where=place)
        rules[name] = StatusRule(paid, back)
    return rules


def _parse_word_list(words: Any, where: str) -> tuple[str, ...]:
    """Words of a column; the empty one stands for empty cells."""
    words = words if isinstance(words, list) else [words]
    if not all(isinstance(word, str | int) and not isinstance(word, bool) for word in words):
        raise RecordsError("mapping.list-of-words", where=where)
    return tuple(str(word).strip() for word in words)


def _parse_direction(section: Any, where: str) -> DirectionRule | None:
    if section is None:
        return None
    where = f"[direction] of {where}"
    if not isinstance(section, dict):
        raise RecordsError("mapping.direction-section", where=where)
    _check_keys(section, DIRECTION_KEYS, where)
    named = _parse_texts({key: section[key] for key in DIRECTION_NAMES if key in section}, where)
    out, into = (_parse_names_or_words(section.get(key), key, where) for key in ("out", "in"))
    rule = DirectionRule(**{"bank": "", **named}, out=out, into=into)
    _check_direction(rule, where)
    return rule


def _check_direction(rule: DirectionRule, where: str) -> None:
    # A message names its account and directions itself; only the bank may be missing in it.
    if rule.bank and rule == DirectionRule(rule.bank):
        return  # all that a statement of ISO 20022 may leave unsaid
    if not rule.bank or (rule.account is None) == (rule.account_column is None):
        raise RecordsError("mapping.whose-statement", where=where)
    if rule.sign is not None:
        _parse_choice(rule.sign, SIGNS, f"sign in {where}")
    words = (len(rule.out), len(rule.into))
    fits = words == (0, 0) if rule.sign is not None else min(words) > 0
    if rule.has_two_amount_columns:
        fits = words == (1, 1) and rule.out != rule.into
    if not fits or (rule.sign is not None and rule.column is not None) or set(rule.out) & set(rule.into):
        raise RecordsError("mapping.which-way", where=where)


def _parse_names_or_words(value: Any, key: str, where: str) -> tuple[str, ...]:
    # Numbers too: codes such as 1 and 2 are written without quotes in TOML.
    words = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(word, str | int) and str(word).strip() for word in words):
        raise RecordsError("mapping.name-or-words", key=key, where=where, value=value)
    return tuple(str(word).strip() for word in words)


def _parse_header(value: Any, where: str) -> tuple[int, ...]:
    if value is None:
        return ()
    lines = value if isinstance(value, list) else [value]
    whole = all(isinstance(line, int) and not isinstance(line, bool) and line > 0 for line in lines)
    if not whole or len(lines) not in (1, 2) or (len(lines) == 2 and lines[1] <= lines[0]):
        raise RecordsError("mapping.header", where=where, value=value)
    return tuple(lines)


def _parse_sheet(value: Any, where: str) -> str | int | None:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    if value is None or (isinstance(value, str) and value.strip()):
        return value
    raise RecordsError("mapping.sheet", where=where, value=value)


def _parse_source(value: Any, where: str) -> str | None:
    if isinstance(value, dict):
        _check_keys(value, ("name",), f"[source] of {where}")
        value = value.get("name")
    if value is None or (isinstance(value, str) and value.strip()):
        return value
    raise RecordsError("mapping.source-name", where=where)


def _parse_time_rule(section: AnyMapping[str, Any], where: str) -> TimeRule:
    _check_keys(section, TIME_KEYS, where)
    zone = section.get("zone")
    if zone is not None:
        get_zone(str(zone))
    epoch, step = section.get("epoch"), section.get("step")
    if (epoch is None) != (step is None):
        raise RecordsError("mapping.epoch-and-step", where=where)
    unit = section.get("unit")
    return TimeRule(
        zone=zone,
        calendar=_parse_choice(section.get("calendar", "gregorian"), CALENDARS, f"calendar in {where}"),
        format=section.get("format"),
        epoch=None if epoch is None else _parse_epoch(epoch, zone, f"epoch in {where}"),
        step=None if step is None else _parse_step(step, where),
        century=_parse_century(section.get("century"), where),
        day_only=_parse_boolean(section.get("day_only", False), f"day_only in {where}"),
        cells_swapped=_parse_boolean(section.get("cells_swapped", False), f"cells_swapped in {where}"),
        unit=None if unit is None else _parse_choice(unit, tuple(UNITS), f"unit in {where}"),
    )


def _parse_epoch(value: Any, zone: str | None, where: str) -> datetime:
    """The day that steps are counted from: without a zone where it names none, since its clock is the rows' own."""
    parsed = parse_time(value, where)
    if parsed.tzinfo is None or zone is None:
        return parsed if parsed.tzinfo is None else parsed.astimezone(UTC)
    # A mapping kept by an earlier version has the day's midnight by the mean solar time of 1899, to the second.
    local = parsed.astimezone(get_zone(zone)).replace(tzinfo=None)
    return local if parsed.second and not local.second else parsed.astimezone(UTC)


def _parse_century(value: Any, where: str) -> int | None:
    if value is None or (isinstance(value, int) and 1700 <= value <= 2600 and value % 100 == 0):
        return value
    raise RecordsError("mapping.century", where=where, value=value)


def _parse_boolean(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise RecordsError("mapping.true-or-false", where=where, value=value)
    return value


def _parse_step(value: Any, where: str) -> timedelta:
    try:
        return clock.parse_span(str(value))
    except SettingError:
        raise RecordsError("mapping.step", where=where, value=value) from None


def _parse_terms(section: AnyMapping[str, Any], zone: str | None, where: str) -> DeliveryTerms:
    _check_keys(section, DELIVERY_KEYS, f"[delivery] of {where}")
    # Whole days, above zero: retention of no time would erase a delivery as it arrives.
    until, days = section.get("retention_until"), section.get("retention_days")
    if days is not None and not (isinstance(days, int) and days > 0):
        raise RecordsError("mapping.retention-days", where=where, days=days)
    backfill = _parse_boolean(section.get("backfill", False), f"backfill in {where}")
    moment: datetime | None = (
        None if until is None else parse_instant(until, zone, f"retention_until in {where}")
    )
    texts = {key: str(section[key]) for key in ("partner", "legal_basis", "purpose") if key in section}
    return DeliveryTerms(**texts, retention_until=moment, retention_days=days, backfill=backfill)
