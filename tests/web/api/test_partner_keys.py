"""Keys of partners' programs over HTTP: made and ended by administrators, refused from the next request on."""

from collections.abc import Callable, Iterator

import pytest
from httpx import Client

from tests.cases.scenes import PASSWORD
from tests.web.conftest import Night, Visitor
from warroom import clock
from warroom.access import agencies
from warroom.access.sign_in import sign_in


@pytest.fixture
def admin(night: Night, address: str) -> Iterator[Client]:
    agencies.seed_exercise(night.ledger)
    night.officer("first", "admin")
    token = sign_in(night.ledger, "first", PASSWORD).token
    headers = {"authorization": f"Bearer {token}", "cookie": "warroom_language=en"}
    with Client(base_url=f"{address}/api/v1", timeout=60, headers=headers) as client:
        yield client


def test_a_key_is_shown_in_the_answer_that_makes_it_alone(admin: Client) -> None:
    made = admin.post("/partner-keys", json={"partner": "B01", "scopes": ["payee-check"], "per_day": 7})
    assert made.status_code == 201
    secret, prefix = made.json()["secret"], made.json()["key"]["prefix"]
    assert secret.startswith(f"wr_{prefix}_")
    listed = admin.get("/partner-keys")
    assert [(row["prefix"], row["per_day"]) for row in listed.json()["rows"]] == [(prefix, 7)]
    assert secret not in listed.text
    ended = admin.post(f"/partner-keys/{prefix}/revoke")
    assert ended.json()["revoked_at"] is not None
    assert ended.json()["revoked_by"] == "First"


def test_unfit_keys_and_unknown_ones_are_a_sentence(admin: Client) -> None:
    unknown = admin.post("/partner-keys", json={"partner": "B99", "scopes": ["payee-check"]})
    assert (unknown.status_code, "no agency" in unknown.json()["error"]) == (404, True)
    unfit = admin.post("/partner-keys", json={"partner": "B01", "scopes": ["all"]})
    assert unfit.status_code == 422
    assert admin.post("/partner-keys/nothing1/revoke").status_code == 404


def test_administrators_see_every_key_and_how_much_it_is_used(
    night: Night, enter: Callable[..., Visitor], admin: Client
) -> None:
    made = admin.post(
        "/partner-keys", json={"partner": "B01", "scopes": ["payee-check"], "per_day": 7_777}
    ).json()
    night.sql(
        "INSERT INTO partner_key_uses SELECT id, :day, 4321, 12 FROM partner_keys",
        day=clock.get_real_now().date(),
    )
    admin.post(f"/partner-keys/{made['key']['prefix']}/revoke")
    first = enter("first")
    for language, title in (("en", "Keys of banks"), ("th", "คีย์ของโปรแกรมธนาคาร")):
        seen = first.page("/partner-keys", language)
        assert title in seen
        for text in (made["key"]["prefix"], "payee-check", "4,321", "12", "7,777"):
            assert text in seen
        assert made["secret"] not in seen
    assert "/partner-keys" in first.page("/officers")


def test_an_administrator_adds_a_bank_on_the_page_of_keys(
    night: Night, enter: Callable[..., Visitor]
) -> None:
    night.officer("first", "admin")
    first = enter("first")
    given = {"code": "b77", "name_th": "ธนาคารเจ็ดเจ็ด", "name_en": "Bank 77"}
    assert "Banks here: B77" in first.post("/partner-keys", "/partner-keys/banks", **given).text
    taken = first.post("/partner-keys", "/partner-keys/banks", **given | {"name_en": "Another"})
    assert (taken.status_code, 'value="Another"' in taken.text) == (409, True)
    assert night.sql("SELECT code, kind, name_en FROM agencies") == [("B77", "bank", "Bank 77")]
