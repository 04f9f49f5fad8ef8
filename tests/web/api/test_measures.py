"""Actions and joint operations over HTTP: the services' words, the right codes, nothing twice."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.actions.forms import document
from tests.actions.joint.raid import places, searches
from tests.actions.room import CUT, PAGE, statement
from tests.web.conftest import Night
from tests.web.program import Program, programs
from warroom import clock
from warroom.access.agencies import seed_exercise
from warroom.law.kinds.declarations import load_kinds
from warroom.ledger.canonical_json import to_json_value
from warroom.ledger.officers import ROLES
from warroom.web.doors import access_table


@pytest.fixture
def call(night: Night, address: str) -> Iterator[Callable[..., Program]]:
    night.officer("first", "admin")
    seed_exercise(night.ledger)
    with programs(night, address) as one:
        yield one


def takedown(page: str = "page-1") -> dict[str, Any]:
    return {
        "kind": "page-takedown",
        "subjects": [{"kind": "page", "id": page}],
        "details": PAGE,
        "reason": "It deceives people who look for work.",
        "partner": "PLATFORM",
    }


def test_an_action_is_proposed_and_approved_as_it_was_seen(call: Callable[..., Program]) -> None:
    logistics, boss = call("lori", "logistics"), call("boss", "supervisor")
    made = logistics.post("/measures", "same-key-1", **takedown())
    assert made.status_code == 201, made.text
    assert logistics.post("/measures", "same-key-1", **takedown()).json()["id"] == made.json()["id"]
    path = f"/measures/{made.json()['id']}"
    assert boss.post(f"{path}/approve", digest="0" * 64).status_code == 409
    seen = boss.get(path)
    approved = boss.post(f"{path}/approve", digest=seen["digest"])
    assert (approved.status_code, approved.json()["state"]) == (200, "approved")
    assert boss.get("/measures?state=approved")["total"] == 1
    assert logistics.post(f"{path}/withdraw", reason="A mistake.").json()["state"] == "withdrawn"


def test_a_cut_is_refused_until_the_clinic_has_backup(call: Callable[..., Program]) -> None:
    infra, boss = call("inn", "infrastructure"), call("boss", "supervisor")
    body: dict[str, Any] = {
        "kind": "power-cut",
        "subjects": [{"kind": "supply", "id": "f-1"}],
        "details": CUT,
        "reason": "Fed.",
    }
    path = f"/measures/{infra.post('/measures', **body, partner='POWER').json()['id']}"
    for backup, status in ((1, 409), (2, 200)):
        content = statement(2, backup)
        assert (
            infra.post(f"{path}/documents", prerequisite="collateral-statement", content=content).status_code
            == 201
        )
        answer = boss.post(f"{path}/approve", digest=boss.get(path)["digest"])
        assert answer.status_code == status, answer.text
    assert len(answer.json()["approvals"]) == 1


def test_what_does_not_fit_is_one_sentence(call: Callable[..., Program]) -> None:
    program = call("lori", "logistics")
    wrong: list[tuple[dict[str, Any], int]] = [
        ({"kind": "earthquake"}, 404),
        ({"partner": "NOBODY"}, 404),
        ({"case": "C-99"}, 404),
        ({"subjects": []}, 422),
        ({"subjects": [{"kind": "page", "id": "a\u0000"}]}, 422),
        ({"details": {"nationality": "x"}}, 409),
        ({"details": {"scheme": {"deep": 1}}}, 422),
        ({"reason": " "}, 409),
        ({"surprise": 1}, 422),
    ]
    for change, status in wrong:
        answer = program.post("/measures", **{**takedown(), **change})
        assert (answer.status_code, set(answer.json())) == (status, {"error", "code", "params"}), (
            change,
            answer.text,
        )


def test_an_operation_goes_by_two_officers_over_http(call: Callable[..., Program]) -> None:
    planner, boss = call("inv", "investigator"), call("boss", "supervisor")
    commander, law = call("com", "commander"), call("pros", "prosecutor")
    plan = {
        "title": "Three houses",
        "hour": to_json_value(clock.get_now() + timedelta(hours=5)),
        "raid": True,
        "places": to_json_value(places(3)),
        "agencies": ["POLICE"],
        "measures": [
            {**to_json_value(one), "subjects": [{"kind": "place", "id": one.subjects[0].id}]}
            for one in searches(3)
        ],
    }
    made = planner.post("/operations", **plan)
    assert made.status_code == 201, made.text
    path = f"/operations/{made.json()['id']}"
    for name in ("warrant", "screening-plan", "shelter", "rights-notice"):
        answer = commander.post(f"{path}/documents", prerequisite=name, content=document(name))
        assert answer.status_code == 201, answer.text
    assert planner.post(f"{path}/readiness", readiness="ready").status_code == 403
    for officer in (boss, law):
        answer = officer.post(f"{path}/approve", digest=officer.get(path)["table"])
        assert answer.status_code == 200, answer.text
    assert commander.get(path)["counts"] == {"approved": 3}
    refused = commander.post(f"{path}/go", digest=commander.get(path)["board"])
    assert (refused.status_code, refused.json()["error"]) == (409, "No answer yet from POLICE.")
    assert commander.post(f"{path}/timeline", text="Waiting for the police.").status_code == 201
    assert commander.post(f"{path}/no-go", reason="No answer.").json()["counts"] == {"withdrawn": 3}
    assert [one["kind"] for one in commander.get(f"{path}/timeline")][-2:] == ["said", "word"]
    assert commander.get("/operations")["rows"][0]["state"] == "no_go"


def test_the_table_of_access_opens_to_the_roles_of_the_declarations() -> None:
    own = [kind for kind in load_kinds().values() if kind.engine == "measure"]

    def union(*fields: str) -> frozenset[str]:
        return frozenset(
            role for role in ROLES if any(role in getattr(kind, one) for kind in own for one in fields)
        )

    one = "/api/v1/measures/{measure_id}"
    assert access_table.build_access_table()["POST /api/v1/measures"] == union("proposes")
    assert (
        access_table.build_access_table()[f"POST {one}/approve"]
        == access_table.build_access_table()[f"POST {one}/decline"]
        == union("approves")
    )
    assert (
        access_table.build_access_table()[f"POST {one}/carry-out"]
        == access_table.build_access_table()[f"POST {one}/finish"]
        == union("carries_out")
    )
    assert access_table.build_access_table()[f"POST {one}/withdraw"] == union("proposes", "approves")
    assert access_table.build_access_table()[f"POST {one}/lift"] == union("approves", "carries_out")
    assert access_table.build_access_table()[f"POST {one}/documents"] == union(
        "proposes", "approves", "carries_out"
    )


def test_every_kind_is_told_as_declared(call: Callable[..., Program]) -> None:
    told = call("lori", "logistics").get("/kinds")
    assert [one["id"] for one in told] == list(load_kinds())
    assert call("lis", "liaison").get("/kinds/power-cut")["approvers"] == 2
