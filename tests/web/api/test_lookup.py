"""The search, subjects and time lines as agencies' own programs ask for them."""

from collections.abc import Iterator

import pytest
from httpx import Client

from tests.cases.scenes import PASSWORD
from tests.web.conftest import Night


@pytest.fixture
def anna(night: Night, address: str) -> Iterator[Client]:
    night.case()
    night.lake.write_rows(
        "tips",
        [{"record_id": "TIP1", "time": night.now, "text": "โอนเข้า 0007902023", "about": "0007902023"}],
        source="police",
    )
    with Client(base_url=f"{address}/api/v1", timeout=60) as client:
        token = client.post("/sign-in", json={"username": "anna", "password": PASSWORD}).json()["token"]
        client.headers["authorization"] = f"Bearer {token}"
        yield client


def test_a_search_answers_cases_texts_and_hits_elsewhere(anna: Client) -> None:
    found = anna.get("/search", params={"q": "000-790-2023"}).json()
    assert found["cases"] == ["C-1"]
    assert [one["fact"]["origin"]["record_id"] for one in found["texts"]] == ["TIP1"]
    assert anna.get("/search", params={"q": "nobody said this"}).json() == {
        "cases": [], "subjects": [], "numbers": [], "texts": [], "notes": [], "elsewhere": [], "behind": 0, "more": False,
    }  # fmt: skip


def test_a_subject_says_why_it_opens_or_that_there_is_a_hit(anna: Client, night: Night) -> None:
    bank, number = night.sql("SELECT bank, account FROM proposals ORDER BY id LIMIT 1")[0]
    page = anna.get(f"/subjects/account/{bank}:{number}").json()
    assert page["open"]
    assert page["why"][0]["case"] == "C-1"
    closed = anna.get("/subjects/phone/0812345678").json()
    assert (closed["known"], closed["open"], closed["facts"]) == (False, False, [])
    assert anna.get("/subjects/ghost/1").status_code == 404


def test_a_time_line_is_a_page_of_lines(anna: Client) -> None:
    found = anna.get("/cases/C-1/timeline", params={"oldest_first": True}).json()
    assert [line["at"] for line in found["lines"]] == sorted(line["at"] for line in found["lines"])
    only = anna.get("/cases/C-1/timeline", params={"only": "reports"}).json()
    assert {line["kind"] for line in only["lines"]} == {"reports"}
