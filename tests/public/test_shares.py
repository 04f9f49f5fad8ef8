"""Who floods from one address or one network leaves everybody else their room, and pictures never take the room of words."""

from collections.abc import Callable
from importlib import resources

import pytest
from httpx import Client
from sqlalchemy import func, select, text

from tests.cases.scenes import Scene
from tests.public.test_report import MONEY, code_on
from tests.web.conftest import PLAIN, serving
from warroom.public import senders
from warroom.public.outside.card import Card
from warroom.public.schema import SenderOutside, Submission
from warroom.web.public import limits, sending
from warroom.web.public.app import create_public_app
from warroom.web.public.limits import BARE, NEIGHBOURS, SHARES, WORDS, DailyByteQuota

SIZES = {"bare": 2_000, "words": 60_000, "pictures": 5_000_000}
STORY = "They rang, and rang again. "


def fill(shares: DailyByteQuota, address: bytes, network: bytes, kind: str) -> int:
    """An attacker sends until nothing more is taken; how many got in."""
    count = 0
    while shares.reserve_bytes(address, network, SIZES[kind]):
        count += 1
    return count


@pytest.mark.parametrize("kind", SIZES)
def test_one_address_fills_its_own_share_and_no_neighbours(kind: str) -> None:
    shares = DailyByteQuota()
    assert fill(shares, b"a", b"n", kind) == SHARES[kind] // SIZES[kind]
    assert shares.reserve_bytes(b"b", b"n", SIZES[kind]) == kind, "a neighbour on the same network"
    assert shares.reserve_bytes(b"c", b"m", SIZES[kind]) == kind, "somebody elsewhere"


def test_files_as_they_came_have_a_share_of_their_own() -> None:
    shares = DailyByteQuota()
    while shares.reserve_bytes(b"a", b"n", SIZES["pictures"], "raw"):
        pass
    assert shares.reserve_bytes(b"a", b"n", SIZES["pictures"]) == "pictures"


@pytest.mark.parametrize("kind", ["words", "pictures"])
def test_at_the_very_address_of_an_attacker_bare_reports_still_get_in(kind: str) -> None:
    shares = DailyByteQuota()
    fill(shares, b"a", b"n", kind)
    assert shares.reserve_bytes(b"a", b"n", SIZES["bare"]) == "bare"


def test_a_network_of_many_addresses_fills_its_own_share_alone() -> None:
    shares = DailyByteQuota()
    sent = sum(fill(shares, b"a%d" % address, b"n", "bare") for address in range(20))
    assert sent == NEIGHBOURS * SHARES["bare"] // SIZES["bare"]
    assert shares.reserve_bytes(b"x", b"other", SIZES["bare"])


def test_so_many_networks_it_takes_to_use_up_the_day_of_all() -> None:
    of_one = NEIGHBOURS * sum(SHARES[kind] for kind in ("bare", "words"))
    assert 2 * 2**30 / of_one >= 16, "the room of words after the pictures' is full"
    assert 4 * 2**30 / (NEIGHBOURS * SHARES["pictures"]) >= 16


def test_the_next_day_begins_with_a_whole_share(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = DailyByteQuota()
    fill(shares, b"a", b"n", "words")
    later = limits.time.time() + limits.DAY
    monkeypatch.setattr(limits.time, "time", lambda: later)
    assert shares.reserve_bytes(b"a", b"n", SIZES["words"])


@pytest.fixture
def attack(outside: Client, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """A script that sends tips as fast as it can from an address until one is refused; how many were taken."""
    monkeypatch.setitem(SHARES, "bare", 100_000)
    monkeypatch.setitem(SHARES, "words", 200_000)

    def run(said: str) -> int:
        for place in range(2_000):
            answer = outside.post("/report/tip?l=en", data={"text": f"{place} {said}"})
            if answer.status_code != 200:
                assert answer.status_code == 503
                assert "call 1441" in answer.text
                return place
        raise AssertionError("it is never refused")

    return run


def test_a_script_that_sends_long_texts_is_stopped_and_money_that_left_gets_in_behind_it(
    scene: Scene, outside: Client, attack: Callable[[str], int]
) -> None:
    assert attack(STORY * 140) > 20
    assert outside.post("/report/money", data=MONEY).status_code == 200
    assert outside.post("/report/tip", data={"text": STORY}).status_code == 200
    with scene.ledger.open_session() as session:
        sizes = session.scalar(select(func.sum(func.octet_length(Submission.sealed))))
    assert sizes < 320_000


def test_whoever_fills_every_share_of_an_address_is_stopped_and_a_neighbour_is_not(
    outside: Client, attack: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    attack(STORY * 140)
    attack(STORY)
    assert outside.post("/report/money", data=MONEY).status_code == 503
    # The neighbour sits on the same network, at another address.
    monkeypatch.setattr(sending, "digest_address", lambda request, key: b"neighbour")
    assert outside.post("/report/money", data=MONEY).status_code == 200


def test_a_bare_report_fits_after_words_have_used_up_their_room_in_the_database(
    scene: Scene, outside: Client
) -> None:
    assert outside.post("/report/tip", data={"text": STORY}).status_code == 200
    with scene.ledger.open_session() as session:
        session.execute(text("UPDATE outside_days SET bytes = 6 * 1024::bigint ^ 3"))
    assert outside.post("/report/tip", data={"text": STORY * 140}).status_code == 503
    assert outside.post("/report/money", data=MONEY).status_code == 200


def test_whoever_sends_the_same_again_for_a_lost_answer_uses_up_nothing(
    outside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SHARES, "bare", 10_000)
    first = outside.post("/report/money", data=MONEY)
    for _ in range(20):
        again = outside.post("/report/money", data=MONEY)
        assert (again.status_code, code_on(again.text)) == (200, code_on(first.text))
    assert outside.post("/report/money", data=MONEY | {"amount": "78,000"}).status_code == 200
    monkeypatch.setitem(SHARES, "bare", 1)
    assert outside.post("/report/money", data=MONEY | {"amount": "79,000"}).status_code == 503
    again = outside.post("/report/money", data=MONEY)
    assert code_on(again.text) == code_on(first.text), "it is in already, and needs no room"


def test_the_same_sent_again_after_the_pages_were_started_anew_gives_its_share_back(card: Card) -> None:
    app = create_public_app(card)
    with serving(app) as address, Client(base_url=address, timeout=60, verify=PLAIN) as client:
        first = client.post("/report/money", data=MONEY)
        app.state.sent = DailyByteQuota()
        again = client.post("/report/money", data=MONEY)
        assert code_on(again.text) == code_on(first.text)
        assert set(app.state.sent._sent.values()) == {0}


def test_a_network_over_its_share_is_refused_by_pages_that_were_started_anew(
    scene: Scene, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    for process in range(2):
        app = create_public_app(card)
        with serving(app) as address, Client(base_url=address, timeout=60, verify=PLAIN) as client:
            if process:
                assert client.post("/report/money", data=MONEY | {"amount": "5"}).status_code == 503
                assert set(app.state.sent._sent.values()) == {0}, "what was refused takes no room"
                assert client.post("/report/tip", data={"text": STORY * 140}).status_code == 200
                assert client.post("/report/money", data=MONEY).status_code == 200, "it is in already"
                monkeypatch.setattr(sending, "digest_network", lambda request, key: b"somebody else")
            assert client.post("/report/money", data=MONEY).status_code == 200
        with scene.ledger.open_session() as session:
            session.execute(text("UPDATE outside_senders SET bytes = 64 * 1048576 WHERE size = 'bare'"))
    with scene.ledger.open_session() as session:
        digests = session.scalars(select(Submission.sender)).all()
        kept = session.scalars(select(SenderOutside.sender)).all()
    assert set(kept) == set(digests), "nothing is kept that a submission has not"


def test_what_a_network_sent_is_forgotten_with_its_day(scene: Scene, outside: Client) -> None:
    assert outside.post("/report/money", data=MONEY).status_code == 200
    senders.forget_senders(scene.ledger)
    with scene.ledger.open_session() as session:
        assert session.scalar(select(func.count()).select_from(SenderOutside)) == 1
        session.execute(text("UPDATE outside_senders SET day = day - 1"))
    senders.forget_senders(scene.ledger)
    with scene.ledger.open_session() as session:
        assert session.scalar(select(func.count()).select_from(SenderOutside)) == 0


def test_sizes_are_those_of_the_database() -> None:
    words = resources.files("warroom.public").joinpath("guards.sql").read_text(encoding="utf-8")
    assert [NEIGHBOURS * SHARES[kind] // 2**20 for kind in ("pictures", "words", "bare")] == [256, 64, 64]
    assert "WHEN 'pictures' THEN 256 ELSE 64 END) * 1048576" in words
    assert f"octet_length($6) > {WORDS}" in words
    assert f"octet_length($6) > {BARE}" in words
