"""People found over HTTP: the right codes, and not a word of what was said to anyone who may not hear it."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from httpx import Client, Response

from tests.cases.scenes import PASSWORD
from tests.web.conftest import Night
from warroom import clock
from warroom.access.schema import Agency
from warroom.access.sign_in import sign_in
from warroom.survivors import forms

SECRET = "the guard Moonlight kept my papers"
STATEMENT = "The act was done for own profit months before and has nothing to do with any trafficking."
keys = (f"people-{number:06d}" for number in itertools.count())


class Program:
    """An officer's program."""

    def __init__(self, address: str, token: str) -> None:
        self.client = Client(
            base_url=f"{address}/api/v1",
            headers={"authorization": f"Bearer {token}"},
            cookies={"warroom_language": "en"},
        )

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def send(self, path: str, method: str = "POST", key: str = "", **body: Any) -> Response:
        return self.client.request(method, path, json=body, headers={"Idempotency-Key": key or next(keys)})


@pytest.fixture
def team(night: Night, address: str) -> Iterator[dict[str, Program]]:
    roles = {
        "com": "commander",
        "siri": "screener",
        "tara": "screener",
        "pim": "prosecutor",
        "ying": "investigator",
    }
    with night.ledger.open_session() as session:
        for code, kind in (("SH-1", "shelter"), ("EMB-A", "embassy")):
            session.merge(Agency(code=code, name_th=code, name_en=code, kind=kind, country="XX", active=True))
    programs = {}
    for name, role in roles.items():
        night.officer(name, role)
        programs[name] = Program(address, sign_in(night.ledger, name, PASSWORD).token)
    yield programs
    for program in programs.values():
        program.client.close()


def found(team: dict[str, Program], band: str = "25-34", days: float = 0) -> str:
    """A person with two screeners, registered by the commander."""
    answer = team["com"].send(
        "/people",
        found="raid",
        found_at=(clock.get_now() - timedelta(days=days)).isoformat(),
        age_band=band,
        age_basis="stated",
        name="Quartz",
    )
    assert answer.status_code == 201
    assert "Quartz" not in answer.text
    number = str(answer.json()["number"])
    for name in ("siri", "tara"):
        assert team["com"].send(f"/people/{number}/team", username=name).status_code == 204
    return number


def screen(team: dict[str, Program], number: str, **marks: str) -> Response:
    opening = {"consent": True, "rights_told": True, "counsel": "present"}
    assert team["siri"].send(f"/people/{number}/screening", **opening).status_code == 201
    answers = {
        one.id: {"mark": marks.get(one.id, "no"), "words": SECRET} for one in forms.load_form().questions
    }
    path = f"/people/{number}/screening/complete"
    return team["siri"].send(path, answers=answers, reasons="As told in the interview.")


def test_a_night_from_finding_to_referral(team: dict[str, Program]) -> None:
    number, siri = found(team), team["siri"]
    assert screen(team, number, recruited="yes", debt="yes", forced_crime="yes").json() == {
        "outcome": "indicated"
    }
    asked = siri.send(f"/people/{number}/referrals", kind="shelter", to="SH-1", wished=True)
    answered = siri.send(f"/people/{number}/referrals/{asked.json()['id']}/answer", state="accepted")
    assert (asked.status_code, answered.status_code) == (201, 204)
    page = siri.get(f"/people/{number}").json()
    assert (page["line"]["victim"], page["line"]["screened"]) == ("presumed", True)
    assert page["referrals"][0]["state"] == "accepted"
    told = siri.get(f"/people/{number}/told").json()
    assert told["way"] == "team"
    assert SECRET in str(told)


def test_nobody_outside_the_team_gets_a_word_in_any_answer(team: dict[str, Program]) -> None:
    number = found(team)
    screen(team, number)
    paths = (
        "/people",
        f"/people/{number}",
        f"/people/{number}/told",
        "/people/notices",
        "/people/table/victim",
    )
    for name in ("com", "pim", "ying"):
        for path in paths:
            answer = team[name].get(path)
            assert "Moonlight" not in answer.text
            assert "Quartz" not in answer.text
    assert team["com"].get(f"/people/{number}/told").status_code == 403
    assert team["ying"].get(f"/people/{number}").status_code == 404


def test_a_charge_waits_for_screening_rest_and_decision_and_never_meets_a_child(
    team: dict[str, Program],
) -> None:
    pim, grown, child = team["pim"], found(team, days=16), found(team, "child", days=16)
    charge = {"act": "recruiting", "statement": STATEMENT}
    assert "before a screening" in pim.send(f"/people/{grown}/charges", **charge).json()["error"]
    screen(team, grown)
    assert "Doubt means" in pim.send(f"/people/{grown}/charges", **charge).json()["error"]
    for name in ("siri", "tara"):
        team[name].send(f"/people/{grown}/not-identified", reasons="As told in the interview.")
    made = pim.send(f"/people/{grown}/charges", **charge)
    assert made.status_code == 201
    path = f"/people/{grown}/charges/{made.json()['id']}/confirm"
    assert pim.send(path).status_code == 403
    assert team["com"].send(path).status_code == 204
    assert "child" in pim.send(f"/people/{child}/charges", **charge).json()["error"]


def test_an_embassy_needs_consent_and_a_glass_its_reason(team: dict[str, Program]) -> None:
    number = found(team)
    asked = team["siri"].send(f"/people/{number}/referrals", kind="embassy", to="EMB-A", wished=True)
    assert asked.status_code == 409
    assert team["com"].send(f"/people/{number}/glass", reasons="").status_code == 409
    broken = team["com"].send(f"/people/{number}/glass", reasons="A child may still be in the house.")
    assert broken.status_code == 201
    assert team["com"].get(f"/people/{number}/told").json()["way"] == "glass"
    assert team["siri"].get("/glass").json()["rows"][0]["late"] is False


@pytest.mark.parametrize(
    "body",
    [
        {"answers": {"DROP TABLE": {"mark": "yes"}}},
        {"answers": {"debt": {"mark": "maybe"}}},
        {"answers": {"debt": {"mark": "yes", "words": "x" * 5000}}},
        {"answers": [], "more": 1},
    ],
)
def test_what_does_not_fit_the_form_is_refused(team: dict[str, Program], body: dict[str, Any]) -> None:
    answer = team["siri"].send(f"/people/{found(team)}/screening/draft", "PUT", **body)
    assert answer.status_code == 422
    assert {"error"} <= set(answer.json()) <= {"error", "code", "params"}
