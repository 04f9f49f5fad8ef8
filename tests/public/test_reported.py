"""A number, an account or a link that several people reported is told as such; below the threshold nobody can tell it from nothing."""

import time
from datetime import timedelta
from typing import Any

import pytest
from httpx import Client
from sqlalchemy import func, select, text, update

from tests.cases.scenes import Scene
from tests.public.test_report import read
from warroom.public import channels, reported
from warroom.public.outside.card import Card
from warroom.public.outside.door import PublicDoor
from warroom.public.outside.identifiers import digest_of, mark_of, number_of, only_identifier, threat_mark_of
from warroom.public.outside.sealing import seal
from warroom.public.outside.threats import threat_of
from warroom.public.schema import Mention, ReportedIdentifier, Submission
from warroom.web.public import check_pages
from warroom.web.public.limits import NetworkRateLimit

NUMBER, OTHER = "089 111 4477", "086 555 4477"


@pytest.fixture
def door(card: Card) -> Any:
    """The process outside, as it talks to the database."""
    door = PublicDoor(card.database)
    door.open()
    yield door
    door.close()


def send(
    door: PublicDoor,
    card: Card,
    network: str,
    *,
    number: str = NUMBER,
    words: str = "",
    scam: str = "",
    once: int = 0,
    day_key: bytes = b"today",
) -> None:
    """A report of a number as the public process sends it for somebody on a network, on a day that has this key."""
    digest = digest_of(number_of(number), card.numbers)
    mention = [digest.hex(), mark_of(digest, network, day_key).hex()]
    said = {"text": words or f"{number} from {network}", "scam_type": scam}
    body = {"kind": "tip", "said": said, "files": [], "named": [mention]}
    body |= {"of_day": threat_mark_of(threat_of(scam), network, day_key).hex()}
    key = f"{network}:{number}:{words}:{once}".encode()
    door.submit("tip", 1, None, key, network.encode(), seal(card.seal_to, body), b"h" * 32)


def turn(scene: Scene, days: int = 0) -> None:
    """The room counts, officers having believed all that came; who believes what is another file's matter."""
    while reported.count_mentions(scene.ledger, scene.now):
        pass
    with scene.ledger.open_session() as session:
        session.execute(update(Mention).where(~Mention.accepted).values(accepted=True, counted=False))
    later = scene.now + timedelta(days=days)
    while reported.count_mentions(scene.ledger, later):
        pass


def ask(outside: Client, number: str) -> str:
    return read(outside.post("/check?l=en", data={"q": number}).text)


def test_below_the_threshold_the_answer_has_the_same_bytes_as_for_nothing(
    scene: Scene, outside: Client, door: PublicDoor, card: Card
) -> None:
    for network in "abcd":
        send(door, card, network)
    turn(scene)
    few, nothing = (outside.post("/check?l=en", data={"q": number}) for number in (NUMBER, OTHER))
    assert few.status_code == nothing.status_code == 200
    same = nothing.text.replace("+66865554477", "+66891114477")
    assert few.text == same
    assert "We do not know it yet" in few.text


def test_from_five_on_it_is_several_people_and_never_how_many(
    scene: Scene, outside: Client, door: PublicDoor, card: Card
) -> None:
    for network in "abcde":
        send(door, card, network, scam="bank")
    turn(scene)
    page = ask(outside, "+66 89 111 4477")
    assert '<section class="ans rep"><h1>Several people reported this number in the last 7 days</h1>' in page
    assert "claims to be bank staff" in page
    assert "It does not mean the owner did wrong" in page
    assert "the number ending 4477" in page
    assert "111 4477" not in page
    in_a_message = ask(outside, f"พี่คะ โทรกลับ {NUMBER} นะคะ")
    assert "Several people reported this number" in in_a_message


def test_the_smallest_window_that_fits_is_told_and_after_ninety_days_nothing(
    scene: Scene, outside: Client, door: PublicDoor, card: Card
) -> None:
    for network in "abcde":
        send(door, card, network)
    turn(scene)
    told = []
    for days in (1, 20, 60, 100):
        turn(scene, days)
        with scene.ledger.open_session() as session:
            told.append(session.scalar(select(ReportedIdentifier.days)))
    assert told == [7, 30, 90, None]
    with scene.ledger.open_session() as session:
        assert session.scalar(select(func.count()).select_from(Mention)) == 0


def test_a_kind_is_told_only_where_five_named_it(scene: Scene, door: PublicDoor, card: Card) -> None:
    for place, network in enumerate("abcdef"):
        send(door, card, network, scam="bank" if place < 4 else "")
    turn(scene)
    with scene.ledger.open_session() as session:
        assert session.scalars(select(ReportedIdentifier.scam_type)).all() == [""]


def test_a_thousand_reports_from_four_networks_never_make_an_innocent_number_reported(
    scene: Scene, outside: Client, door: PublicDoor, card: Card
) -> None:
    for place in range(1000):
        send(door, card, "abcd"[place % 4], words=f"they robbed me, {place}", once=place)
    with scene.ledger.open_session() as session:
        # On a hundred days and not on one: the digest of network and day is another each day.
        days_ago = text("now() - (id % 80) * interval '1 day'")
        session.execute(update(Submission).values(sent_at=days_ago))
    turn(scene)
    with scene.ledger.open_session() as session:
        assert session.scalar(select(func.count()).select_from(Mention)) == 1000
        assert session.scalars(select(ReportedIdentifier)).all() == []
    assert "We do not know it yet" in ask(outside, NUMBER)


def test_one_text_from_many_networks_within_ten_minutes_is_one_report(
    scene: Scene, door: PublicDoor, card: Card
) -> None:
    for place in range(40):
        send(door, card, f"net{place}", words="The SAME  words" if place % 2 else "the same words")
    turn(scene)
    with scene.ledger.open_session() as session:
        assert session.scalars(select(ReportedIdentifier)).all() == []


def test_our_own_number_is_never_reported(
    scene: Scene, outside: Client, door: PublicDoor, card: Card
) -> None:
    for network in "abcdefgh":
        send(door, card, network, number="1441")
    channels.publish_channels(scene.ledger, scene.now)
    turn(scene)
    with scene.ledger.open_session() as session:
        assert session.scalars(select(ReportedIdentifier)).all() == []
    assert "Yes, this is on the official list" in ask(outside, "1441")


NOT_ASKED = "Whether others reported it was not looked up"


def test_whoever_asks_for_number_after_number_is_told_what_was_not_asked_and_messages_are_read_on(
    outside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_pages, "ADDRESS_LIMIT", NetworkRateLimit(most=20, seconds=3600))
    answers = [ask(outside, f"08155500{place:02d}") for place in range(21)]
    assert [NOT_ASKED in page for page in answers] == [False] * 20 + [True]
    assert "the telephone always works" in answers[-1]
    assert "what was reported in 90 days" not in answers[-1]
    page = ask(outside, "พี่คะ โทรกลับ 0815550199 นะคะ")
    assert "Numbers and links in it were not looked up" in page


def test_the_list_and_the_letters_of_a_link_answer_also_where_a_network_asked_for_too_much(
    scene: Scene, outside: Client, door: PublicDoor, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_pages, "ADDRESS_LIMIT", NetworkRateLimit(most=20, seconds=3600))
    for network in "abcde":
        send(door, card, network)
    turn(scene)
    channels.publish_channels(scene.ledger, scene.now)
    for place in range(20):
        ask(outside, f"08155500{place:02d}")
    for official in ("1441", "aoc.mdes.go.th", "tel:1441"):
        page = ask(outside, official)
        assert "Yes, this is on the official list" in page
        assert NOT_ASKED not in page
    copy = ask(outside, "https://www.kasikornbamk.com/login")
    assert '<section class="ans scam"><h1>Suspicious</h1>' in copy
    assert NOT_ASKED in copy
    assert "Yes, this is on the official list" in ask(outside, "https://www.kasikornbank.com/th")
    honest = ask(outside, "https://www.some-shop.example/th")
    assert "We do not know it yet" in honest
    assert "what was reported in 90 days" not in honest
    known, nothing = ask(outside, NUMBER), ask(outside, OTHER)
    assert known == nothing.replace("+66865554477", "+66891114477"), "the limit tells nothing of a number"
    assert NOT_ASKED in known


def test_the_official_list_costs_no_question(scene: Scene, outside: Client) -> None:
    channels.publish_channels(scene.ledger, scene.now)
    for _ in range(25):
        assert "Yes, this is on the official list" in ask(outside, "1441")
    assert NOT_ASKED not in ask(outside, OTHER)


def test_a_link_that_looks_like_anothers_says_both_that_and_that_several_reported_it(
    scene: Scene, outside: Client, door: PublicDoor, card: Card
) -> None:
    link = only_identifier("https://www.kasikornbamk.com/login")
    assert link
    for network in "abcde":
        digest = digest_of(link, card.numbers)
        mention = [digest.hex(), mark_of(digest, network, card.numbers).hex()]
        body = {"kind": "tip", "said": {"text": network}, "files": [], "named": [mention]}
        door.submit("tip", 1, None, network.encode(), network.encode(), seal(card.seal_to, body), b"h" * 32)
    turn(scene)
    page = ask(outside, "https://www.kasikornbamk.com/login")
    assert "<h1>Suspicious</h1>" in page
    assert "Several people reported this link" in page


def test_a_reported_number_is_answered_as_late_as_an_unknown_one(
    scene: Scene, door: PublicDoor, card: Card
) -> None:
    for network in "abcd":
        send(door, card, network)
    turn(scene)
    took: dict[str, list[float]] = {NUMBER: [], OTHER: []}
    for _ in range(200):
        for number, times in took.items():
            began = time.process_time()
            door.find_reported([digest_of(number_of(number), card.numbers)])
            times.append(time.process_time() - began)
    middle = [sorted(times)[100] for times in took.values()]
    assert max(middle) < 2 * min(middle), "the table has neither"


def test_whose_number_it_is_may_ask_for_another_look(scene: Scene, outside: Client) -> None:
    page = outside.post("/check/recheck", data={"text": NUMBER, "contact": "LINE @mine"})
    assert page.status_code == 200
    with scene.ledger.open_session() as session:
        assert session.scalars(select(Submission.kind)).all() == ["recheck"]


def test_a_report_from_the_page_names_its_number_and_a_wrong_word_does_not(
    scene: Scene, outside: Client
) -> None:
    outside.post("/check/tip", data={"text": NUMBER, "scam_type": "bank"})
    outside.post("/report/tip", data={"text": "they call", "about": OTHER})
    outside.post("/check/wrong", data={"text": NUMBER})
    turn(scene)
    with scene.ledger.open_session() as session:
        assert sorted(session.scalars(select(Mention.scam_type))) == ["", "bank"]


def test_junk_from_a_process_taken_over_stops_no_count(scene: Scene, door: PublicDoor, card: Card) -> None:
    junk: list[dict[str, Any]] = [{"said": [], "mentions": 3}, {"said": {}, "mentions": [["zz", 1]]}, {}]
    for place, body in enumerate(junk):
        door.submit("tip", 1, None, b"junk%d" % place, b"n", seal(card.seal_to, body), b"h" * 32)
    door.submit("tip", 1, None, b"torn", b"n", b"not sealed", b"h" * 32)
    for network in "abcde":
        send(door, card, network)
    turn(scene)
    with scene.ledger.open_session() as session:
        assert len(session.scalars(select(ReportedIdentifier)).all()) == 1
