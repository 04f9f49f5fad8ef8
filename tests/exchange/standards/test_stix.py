"""STIX 2.1: what leaves passes the strict validator, and what comes back is what left."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import stix2
from stix2validator import ValidationOptions, validate_string

from tests.exchange.standards.records import build_record, build_thing
from warroom.errors import ExchangeError
from warroom.exchange.standards import stix, stix_reader
from warroom.exchange.standards.record import THING_KINDS, TLP_LEVELS, SharedRecord
from warroom.exchange.standards.stix_types import TLP_IDS

OPTIONS = ValidationOptions(
    version="2.1",
    strict=True,
    enforce_refs=True,
    # Two recommendations and no rules: identifiers follow from what they name (version 5 of UUID), and ties keep their own word.
    disabled=["uuid-check", "relationship-types"],
)
HELD = tuple(kind for kind in THING_KINDS if kind != "device")


def load_objects(content: bytes) -> list[dict[str, Any]]:
    return list(json.loads(content)["objects"])


def render_objects(objects: list[dict[str, Any]], **more: Any) -> bytes:
    return json.dumps({"type": "bundle", "id": "bundle--" + "0" * 8, "objects": objects} | more).encode()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_thousand_objects_of_every_kind_pass_the_strict_validator() -> None:
    content = stix.render(build_record(136, THING_KINDS))
    objects = load_objects(content)
    kinds = Counter(item["type"] for item in objects)
    assert len(objects) >= 2_000
    assert min(kinds[kind] for kind in kinds if kind not in stix_reader.DESCRIBING) >= 130
    checked = validate_string(content.decode(), OPTIONS)
    assert checked.is_valid, [str(error) for error in checked.errors[:5]]


@pytest.mark.parametrize("mark", TLP_LEVELS)
def test_a_level_is_the_published_mark_and_covers_every_object(mark: Any) -> None:
    content = stix.render(replace(build_record(1, HELD, is_exercise=False), mark=mark))
    checked = validate_string(content.decode(), OPTIONS)
    assert checked.is_valid, [str(error) for error in checked.errors[:5]]
    marked = [
        item
        for item in load_objects(content)
        if item["type"] not in ("marking-definition", "extension-definition")
    ]
    published = {item["name"] for item in load_objects(content) if item["id"] == TLP_IDS[mark]}
    assert published == {f"TLP:{mark.upper()}"}
    assert all(
        item["object_marking_refs"] == [TLP_IDS[mark]]
        for item in marked
        if item.get("name") != "warroom" or "created_by_ref" in item
    )
    assert stix_reader.parse_stix(content).record.mark == mark


def test_the_library_reads_what_leaves() -> None:
    parsed = stix2.parse(stix.render(build_record(2, THING_KINDS)), allow_custom=True, version="2.1")
    assert len(parsed.objects) > 40


def test_a_record_comes_back_as_it_left_and_what_stix_cannot_hold_is_listed() -> None:
    record = build_record(5, THING_KINDS)
    back = stix_reader.parse_stix(stix.render(record))
    without = [thing for thing in record.things if thing.kind != "device"]
    held = replace(
        record,
        things=tuple(without),
        ties=tuple(tie for tie in record.ties if "device" not in tie.end),
    )
    assert back.record == held
    assert (back.others, back.notes) == ({}, ())
    assert stix.list_not_held(record) == {"device": 5}


def test_the_same_record_is_the_same_bundle_and_accounts_of_two_banks_stay_two() -> None:
    record = build_record(3, HELD)
    assert stix.render(record) == stix.render(record)
    first = build_thing("account", 1)
    two = replace(record, things=(first, replace(first, bank="B09")), payments=(), holds=(), ties=())
    ids = {item["id"] for item in load_objects(stix.render(two)) if item["type"] == "bank-account"}
    assert len(ids) == 2


def test_an_empty_record_is_valid() -> None:
    content = stix.render(SharedRecord("C-9", build_record(1, ("account",)).made_at))
    assert validate_string(content.decode(), OPTIONS).is_valid


def test_objects_that_nobody_here_understands_are_counted_and_end_nothing() -> None:
    objects = load_objects(stix.render(build_record(2, HELD)))
    strange = {
        "type": "x-unheard-of",
        "spec_version": "2.1",
        "id": "x-unheard-of--11111111-1111-4111-8111-111111111111",
        "extensions": {
            "extension-definition--11111111-1111-4111-8111-111111111111": {"extension_type": "new-sdo"}
        },
    }
    back = stix_reader.parse_stix(render_objects([*objects, strange]))
    assert back.others == {"x-unheard-of": 1}
    assert len(back.record.things) == 2 * len(HELD)


def test_a_cycle_of_references_is_read_like_any_other_bundle() -> None:
    objects = load_objects(stix.render(build_record(2, ("account",))))
    ends = [item["id"] for item in objects if item["type"] == "grouping"]
    grouping = next(item for item in objects if item["id"] in ends)
    grouping["object_refs"].append(grouping["id"])
    sender = next(item for item in objects if item["type"] == "identity")
    sender["created_by_ref"] = sender["id"]
    assert len(stix_reader.parse_stix(render_objects(objects)).record.payments) == 2


def bend_version(objects: list[dict[str, Any]]) -> bytes:
    return render_objects(objects, spec_version="2.0")


def bend_object(objects: list[dict[str, Any]]) -> bytes:
    objects[2]["spec_version"] = "2.0"
    return render_objects(objects)


def bend_mark(objects: list[dict[str, Any]]) -> bytes:
    next(iter(objects[0]["extensions"].values()))["tlp_2_0"] = "clear"
    return render_objects(objects)


def bend_id(objects: list[dict[str, Any]]) -> bytes:
    objects[2]["id"] = objects[2]["id"].replace("identity", "grouping")
    return render_objects(objects)


def bend_self_mark(objects: list[dict[str, Any]]) -> bytes:
    objects[0]["object_marking_refs"] = [objects[0]["id"]]
    return render_objects(objects)


@pytest.mark.parametrize(
    ("bend", "says"),
    [
        (bend_version, "is of STIX 2.0"),
        (bend_object, "is of STIX 2.0"),
        (bend_mark, "a forged mark"),
        (bend_id, "not of its type"),
        (bend_self_mark, "marks itself"),
        (lambda objects: b" " * (100 << 20), "100 MiB"),
        (lambda objects: b"[" * 200_000, "no JSON"),
        (lambda objects: b'{"type": "bun', "no JSON"),
        (lambda objects: b"[]", "no STIX bundle"),
        (lambda objects: render_objects({}), "no list of objects"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_believed_is_refused_in_one_sentence(bend: Any, says: str) -> None:
    objects = load_objects(stix.render(build_record(1, HELD)))
    with pytest.raises(ExchangeError) as refused:
        stix_reader.parse_stix(bend(objects))
    assert says in refused.value.sentence
    assert refused.value.sentence.count(". ") <= 1


def test_an_unknown_mark_counts_as_red() -> None:
    objects = load_objects(stix.render(build_record(1, HELD)))
    objects[-1]["object_marking_refs"].append("marking-definition--11111111-1111-4111-8111-111111111111")
    back = stix_reader.parse_stix(render_objects(objects))
    assert back.record.mark == "red"
    assert "TLP:RED" in back.notes[0]


def test_a_field_that_cannot_be_read_costs_that_object_alone() -> None:
    objects = load_objects(stix.render(build_record(2, ("account",))))
    payment = next(item for item in objects if item["type"] == "fiat-payment")
    payment["amount"] = "much"
    back = stix_reader.parse_stix(render_objects(objects))
    assert len(back.record.payments) == 1
    assert back.notes == ("1 of fiat-payment have fields that cannot be read; they were kept as they came.",)
