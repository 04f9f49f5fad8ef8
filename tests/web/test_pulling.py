"""The TAXII 2.1 client, against this room's own server over loopback: pages, filters, where it stopped, and a crash in the middle."""

import json
from typing import Any

import httpx
import pytest

from tests.exchange.standards.records import build_record
from tests.partners.readers import register_readers
from tests.web.conftest import Night
from warroom import clock
from warroom.access import agencies
from warroom.access.api_keys.keys import add_key
from warroom.errors import ExchangeError, NotPossible
from warroom.exchange.collections import decisions, pulling
from warroom.exchange.collections.pulling import PullSource, PullSummary, iter_pages, pull_collection
from warroom.exchange.standards import stix
from warroom.room.worklist.order_list import read_log


class Puller:
    """A room whose collection "given" B01 reads by TAXII; what it pulls goes into "received" of the same ledger."""

    def __init__(self, night: Night, address: str) -> None:
        agencies.seed_exercise(night.ledger)
        register_readers(night, "B01")
        self.night, self.ledger, self.url = night, night.ledger, f"{address}/taxii2/"
        self.key = add_key(night.ledger, "B01", ["taxii:read"]).secret
        self.officer = night.officer("inv", "investigator")
        self.given = decisions.add_collection(night.ledger, None, "given", "Given", readers=("B01",))
        decisions.add_collection(night.ledger, None, "received", "Received")

    def publish(self, count: int, start: int = 0) -> None:
        objects = list(stix.iter_objects(build_record(start + count, ("account", "phone"))))
        decisions.publish_objects(self.ledger, self.officer, "given", objects, "amber", "C-1")

    def pull(self, url: str = "", **more: Any) -> PullSummary:
        source = PullSource(url or self.url, "B01", more.pop("secret", self.key), more.pop("collection", ""))
        given = {"into": "received", "partner": "ABROAD", "basis": "agreement of 3 May"} | more
        return pull_collection(self.ledger, self.officer, source, **given)

    def list_kept(self, name: str) -> list[tuple[str, str]]:
        rows = self.night.sql(
            "SELECT object_id, content FROM collection_objects JOIN partner_collections ON id = collection_id"
            " WHERE name = :name ORDER BY position",
            name=name,
        )
        return [tuple(row) for row in rows]


@pytest.fixture
def puller(night: Night, address: str, monkeypatch: pytest.MonkeyPatch) -> Puller:
    monkeypatch.setattr(pulling, "PAGE", 7)
    return Puller(night, address)


def test_everything_comes_once_in_pages_and_then_only_what_is_new(puller: Puller) -> None:
    puller.publish(8)
    first = puller.pull()
    assert first.title == "Given"
    assert first.pages > 2
    assert puller.list_kept("received") == puller.list_kept("given")
    assert (first.objects, first.new) == (len(puller.list_kept("given")),) * 2
    again = puller.pull()
    assert (again.objects, again.pages) == (0, 1)
    puller.publish(11)
    later = puller.pull()
    assert 0 < later.new == later.objects
    assert puller.list_kept("received") == puller.list_kept("given")
    # A root and a collection are addresses too, and a moment begins earlier than where it stopped.
    for url in (f"{puller.url}room/", f"{puller.url}room/collections/{puller.given.id}/"):
        assert puller.pull(url).new == 0
    all_again = puller.pull(added_after=clock.get_real_now().replace(year=2020))
    assert (all_again.objects, all_again.new) == (len(puller.list_kept("given")), 0)


@pytest.mark.parametrize("dies_at", [1, 2, 3])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_in_the_middle_loses_nothing_and_doubles_nothing(
    puller: Puller, monkeypatch: pytest.MonkeyPatch, dies_at: int, when: str
) -> None:
    puller.publish(10)
    keep, kept = decisions.keep_pulled_page, []

    def die(*given: Any) -> Any:
        kept.append(1)
        if len(kept) == dies_at and when == "before":
            raise KeyboardInterrupt
        taken = keep(*given)
        if len(kept) == dies_at:
            raise KeyboardInterrupt
        return taken

    with monkeypatch.context() as patched:
        patched.setattr(decisions, "keep_pulled_page", die)
        with pytest.raises(KeyboardInterrupt):
            puller.pull()
    puller.publish(12)  # and meanwhile more is added
    resumed = puller.pull()
    puller.pull()
    assert puller.list_kept("received") == puller.list_kept("given")
    done = dies_at - 1 if when == "before" else dies_at
    assert resumed.objects == len(puller.list_kept("given")) - 7 * done


def test_each_pull_is_logged_with_its_basis_and_needs_one(puller: Puller) -> None:
    puller.publish(2)
    with pytest.raises(NotPossible, match="basis"):
        puller.pull(basis=" ")
    puller.pull()
    rows = read_log(puller.ledger, puller.night.officer("dara", "auditor"))
    received = [row.detail for row in rows if row.verb == "collection.received"]
    assert received
    assert all(detail["basis"] == "agreement of 3 May" for detail in received)


def test_what_a_server_may_say_wrong_is_a_sentence_and_sends_no_secret_elsewhere(puller: Puller) -> None:
    with pytest.raises(ExchangeError, match="status 401"):
        puller.pull(secret="wrong")
    with pytest.raises(ExchangeError, match="must fit, not 0"):
        puller.pull(collection="other")
    for url in ("http://partner.example/taxii2/", "ftp://127.0.0.1/", "taxii"):
        with pytest.raises(NotPossible, match="https"):
            puller.pull(url)
    asked: list[str] = []

    def answer(body: Any, status: int = 200, **headers: str) -> httpx.Client:
        def handle(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.host)
            return httpx.Response(
                status, headers=headers, text=body if isinstance(body, str) else json.dumps(body)
            )

        return httpx.Client(transport=httpx.MockTransport(handle))

    roots = {"api_roots": ["https://evil.example/taxii2/"]}
    with answer(roots) as client, pytest.raises(ExchangeError, match="another host"):
        pulling.find_collection_address(client, PullSource("https://partner.example/taxii2/"))
    assert "evil.example" not in asked
    bodies: tuple[Any, ...] = ("", "[]", "[" * 100_000, {"objects": {}}, {"objects": [1]}, {"more": True})
    for body in bodies:
        with answer(body) as client, pytest.raises(ExchangeError, match="cannot be understood"):
            list(iter_pages(client, "https://partner.example/c/", "", ""))
    with (
        answer({}, 302, location="https://evil.example/") as client,
        pytest.raises(ExchangeError, match="302"),
    ):
        list(iter_pages(client, "https://partner.example/c/", "", ""))
