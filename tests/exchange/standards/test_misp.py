"""MISP: pymisp loads events and feeds strictly, and an event comes back as it left."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pymisp import MISPEvent, MISPObject
from pymisp.abstract import describe_types

from tests.exchange.standards.records import build_record
from warroom.errors import ExchangeError
from warroom.exchange.standards import misp
from warroom.exchange.standards.record import THING_KINDS

RECORD = build_record(4, THING_KINDS)


def load_event(content: bytes) -> MISPEvent:
    """The event as pymisp loads it, every object against its template."""
    event = MISPEvent(strict_validation=True)
    event.load(json.loads(content))
    for item in event.objects:
        strict = MISPObject(item.name, strict=True)
        assert strict.template_uuid == item.template_uuid
        assert str(strict.template_version) == str(item.template_version)
        for attribute in item.attributes:
            strict.add_attribute(attribute.object_relation, value=attribute.value)
            known = strict.get_attributes_by_relation(attribute.object_relation)[-1]
            assert (known.type, attribute.category in describe_types["category_type_mappings"]) == (
                attribute.type,
                True,
            )
            assert attribute.type in describe_types["category_type_mappings"][attribute.category]
        strict.to_json()
    return event


def test_pymisp_loads_an_event_strictly_by_the_templates() -> None:
    event = load_event(misp.render(RECORD))
    assert len(event.objects) == len(RECORD.things) + len(RECORD.payments)
    assert {tag.name for tag in event.tags} == {"tlp:amber", "warroom:exercise"}


@pytest.mark.slow
def test_two_thousand_objects_load() -> None:
    record = build_record(150, THING_KINDS)
    event = load_event(misp.render(record))
    assert len(event.objects) >= 1_900


def test_an_event_comes_back_as_it_left_and_what_misp_cannot_hold_is_listed() -> None:
    back = misp.parse_misp(misp.render(RECORD))
    ties = tuple(replace(tie, first=None, last=None) for tie in RECORD.ties)
    assert back.record.ties == ties or sorted(map(str, back.record.ties)) == sorted(map(str, ties))
    assert replace(back.record, ties=()) == replace(RECORD, ties=(), holds=())
    assert misp.list_not_held(RECORD) == {"hold": len(RECORD.holds), "time of a tie": len(RECORD.ties)}


def test_a_feed_has_what_pymisp_puts_into_one(tmp_path: Path) -> None:
    files = misp.render_feed([RECORD])
    event = load_event(misp.render(RECORD))
    own = event.to_feed(with_meta=True)["Event"]
    hashes, manifest = own.pop("_hashes"), own.pop("_manifest")
    assert json.loads(files["manifest.json"]).keys() == manifest.keys()
    ours = json.loads(files["manifest.json"])[event.uuid]
    assert {name: ours[name] for name in ("info", "date")} == {
        name: str(manifest[event.uuid][name]) for name in ("info", "date")
    }
    ours_hashed = {line.partition(",")[0] for line in files["hashes.csv"].decode().splitlines()}
    # pymisp writes times with a space before it hashes them: one a payment.
    assert (len(ours_hashed - set(hashes)), len(set(hashes) - ours_hashed)) == (4, 4)
    load_event(files[f"{event.uuid}.json"])


def test_no_sharing_group_leaves_and_one_that_comes_is_kept_from_everybody_else() -> None:
    content = misp.render(RECORD)
    assert b"haring" not in content
    assert json.loads(content)["Event"]["distribution"] == misp.OWN_ORGANISATION_ONLY
    body = json.loads(content)
    # The object alone names a group, as where distribution was left out of the event (CVE-2026-135232).
    del body["Event"]["distribution"]
    body["Event"]["Object"][3] |= {
        "distribution": "4",
        "sharing_group_id": "7",
        "SharingGroup": {"name": "Secret Circle"},
    }
    back = misp.parse_misp(json.dumps(body).encode())
    assert back.record.mark == "amber+strict"
    assert b"Secret Circle" not in misp.render(back.record) + str(back.notes).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b"{}",
        b'{"Event": 7}',
        b'{"Event": {"Object": [{"name": "url", "Attribute": [7]}]}}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_event_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(ExchangeError, match="no event of MISP"):
        misp.parse_misp(content)


def test_objects_of_other_templates_are_counted() -> None:
    body = json.loads(misp.render(RECORD))
    body["Event"]["Object"].append({"name": "weakness", "uuid": "x", "Attribute": []})
    body["Event"]["Attribute"].append({"type": "ip-dst", "value": "198.51.100.7"})
    assert misp.parse_misp(json.dumps(body).encode()).others == {"attribute ip-dst": 1, "weakness": 1}
