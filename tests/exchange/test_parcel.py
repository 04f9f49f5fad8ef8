"""Messages about actions and requests: they fit the schema that partners were given."""

import json
from typing import Any

import jsonschema_rs
import pytest

from tests.exchange.papers import AT, facts_of, order_of
from warroom.exchange import answers
from warroom.exchange.parcel import facts_of as said
from warroom.exchange.parcel import pack_order
from warroom.exchange.supplement import schema_path
from warroom.law.kinds.declarations import load_kinds

MEASURES = [kind.id for kind in load_kinds().values() if kind.engine != "holds" and kind.emits]


def schema(name: str) -> Any:
    body = json.loads(schema_path(f"warroom-{name}-1.schema.json").read_text(encoding="utf-8"))
    return jsonschema_rs.validator_for(body)


@pytest.mark.parametrize("kind", MEASURES)
def test_every_message_fits_the_published_schema(kind: str) -> None:
    parcel = pack_order(order_of(facts_of(kind)))
    schema("order").validate(json.loads(parcel.message))
    assert (parcel.name, parcel.media) == ("WR261124AB12CD34EF56AB12CD34.json", "application/json")


def test_a_message_is_one_canonical_line_marked_as_what_it_is() -> None:
    rehearsal = pack_order(order_of(facts_of("domain-block"))).message
    earnest = pack_order(order_of(facts_of("domain-block"), exercise=False)).message
    assert rehearsal.count(b"\n") == 1
    body = json.loads(rehearsal)
    assert list(body) == sorted(body)
    assert (body["exercise"], body["marking"]) == (True, "EXERCISE EXERCISE EXERCISE")
    assert (json.loads(earnest)["exercise"], json.loads(earnest)["marking"]) == (False, None)


def test_what_was_frozen_comes_back_as_it_was() -> None:
    for kind in MEASURES:
        facts = facts_of(kind)
        assert said(order_of(facts)) == facts


def test_the_end_of_a_request_is_its_deadline() -> None:
    body = json.loads(
        pack_order(order_of(facts_of("information-request"), about="request", kind="request")).message
    )
    assert body["until"] is None
    assert body["deadline"] == "2026-12-01T02:33:05Z"


def test_money_is_baht_with_two_decimals() -> None:
    body = json.loads(pack_order(order_of(facts_of("stop-payment-request"), amount=48_500_00)).message)
    assert (body["amount"], body["currency"]) == ("48500.00", "THB")


def test_what_fits_the_schema_of_answers_can_be_read() -> None:
    whole = {
        "order_id": "WR1",
        "partner": "P01",
        "time": AT.isoformat(),
        "status": "partly",
        "text": "สองสายป้อนจากสาม",
        "answer_id": "A-1",
    }
    bare = {"order_id": "WR1", "time": AT.isoformat(), "status": "done"}
    for body in (whole, bare):
        schema("answer").validate(body)
        (found,) = answers.parse_answers("x.json", json.dumps(body).encode())
        assert found.status == body["status"]
    assert not schema("answer").is_valid({**bare, "status": "maybe"})
