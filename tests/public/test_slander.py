"""A stranger who wants an innocent number to look reported: what they send, what officers do with it, and what the owner can do."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from httpx import Client
from sqlalchemy import select

from tests.public.test_report import code_on, read, turn
from tests.public.test_reported import NUMBER, OTHER, ask
from tests.web.conftest import Night
from warroom import clock
from warroom.errors import NotPossible
from warroom.public import decisions, queries, reported
from warroom.public.outside.identifiers import digest_of
from warroom.public.schema import Mention, PublicReport, ReportedIdentifier
from warroom.public.views import Outcome, Recheck
from warroom.web.public import sending

NETWORKS = 40
STORIES = (
    "They said they were from my bank and wanted the code of my card",
    "A man who called himself a colonel wanted me to move my savings",
    "My mother was told that a parcel with drugs was in her name",
    "He sold me a telephone that never came and then nobody answered",
    "She asked me to put my wages into a site for gold and it was gone",
    "It rang at night and a machine said that I should press nine",
    "Somebody wanted to see my screen in order to help me with a refund",
    "They offered a loan and wanted to be paid for it before I had it",
)


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """From which network the next form comes: an attacker has as many as are rented."""
    now = ["198.51.100.0/24"]
    monkeypatch.setattr(sending, "network_address", lambda request: now[0])
    return now


def slander(
    outside: Client, networks: list[str], count: int, number: str = NUMBER, away: int = 0
) -> list[str]:
    """So many reports of a number, each from a network of its own and in words of its own."""
    codes = []
    for place in range(away, away + count):
        networks[0] = f"203.0.{place}.0/24"
        text = f"{STORIES[place % len(STORIES)]}. It was on day {place} of the month, in house {place * 7}."
        codes.append(code_on(outside.post("/report/tip", data={"text": text, "about": number}).text))
    return codes


def room(night: Night) -> None:
    """The room takes in what came and counts it."""
    turn(night)
    while reported.count_mentions(night.ledger, clock.get_now()):
        pass


def believe(night: Night, reports: Sequence[int], outcome: Outcome = "passed", who: str = "anna") -> None:
    for one in reports:
        decisions.open_report(night.ledger, night.people[who], one, f"o{one}")
        decisions.close_report(night.ledger, night.people[who], one, outcome, f"c{one}{outcome}")
    room(night)


def decide(
    night: Night,
    wish: int,
    outcome: Outcome | Recheck,
    who: str = "boon",
    key: str = "again",
    now: datetime | None = None,
) -> None:
    """An officer opens a wish and says what becomes of it."""
    officer = night.people[who]
    decisions.open_report(night.ledger, officer, wish, "open", now=now)
    decisions.close_report(night.ledger, officer, wish, outcome, key, now=now)


def told(night: Night) -> int:
    with night.ledger.open_session() as session:
        return len(session.scalars(select(ReportedIdentifier)).all())


def reports(night: Night, kind: str = "tip") -> list[int]:
    with night.ledger.open_session() as session:
        query = select(PublicReport.id).where(PublicReport.kind == kind).order_by(PublicReport.id)
        return list(session.scalars(query))


@pytest.fixture
def known(night: Night, outside: Client, networks: list[str]) -> None:
    """Five people reported the number, an officer believed them, and it is told as reported."""
    slander(outside, networks, 5)
    room(night)
    believe(night, reports(night))
    assert told(night) == 1


def test_forty_networks_with_forty_stories_never_make_a_number_reported_by_themselves(
    night: Night, outside: Client, networks: list[str]
) -> None:
    slander(outside, networks, NETWORKS)
    room(night)
    with night.ledger.open_session() as session:
        assert len(session.scalars(select(Mention.mark)).all()) == NETWORKS
    assert told(night) == 0
    assert "We do not know it yet" in ask(outside, NUMBER)


def test_what_an_officer_read_and_did_not_believe_counts_for_nothing(
    night: Night, outside: Client, networks: list[str]
) -> None:
    slander(outside, networks, 8)
    room(night)
    believe(night, reports(night), "untrue")
    assert told(night) == 0
    believe(night, reports(night), "nothing")
    assert told(night) == 0


def test_four_believed_are_too_few_and_the_fifth_tells_it(
    night: Night, outside: Client, networks: list[str]
) -> None:
    slander(outside, networks, 5)
    room(night)
    believe(night, reports(night)[:4])
    assert told(night) == 0
    believe(night, reports(night)[4:])
    assert told(night) == 1
    assert "Several people reported this number" in ask(outside, NUMBER)
    believe(night, reports(night)[:1], "untrue")
    assert told(night) == 0, "an officer who thinks better of it takes it back"


def test_a_tip_that_is_kept_is_believed(night: Night, outside: Client, networks: list[str]) -> None:
    slander(outside, networks, 5)
    room(night)
    for one in reports(night):
        decisions.open_report(night.ledger, night.people["anna"], one, f"o{one}")
        decisions.keep_tip(night.ledger, night.lake, night.people["anna"], one, f"k{one}")
    room(night)
    assert told(night) == 1


def test_wordings_of_one_text_believed_together_are_one_report(
    night: Night, outside: Client, networks: list[str]
) -> None:
    for place in range(8):
        networks[0] = f"203.0.{place}.0/24"
        outside.post("/report/tip", data={"text": STORIES[0], "about": NUMBER, "place": ""})
    room(night)
    with night.ledger.open_session() as session:
        first = list(session.scalars(select(PublicReport.id).where(PublicReport.duplicate_of.is_(None))))
    believe(night, first)
    assert told(night) == 0


def rechecked(night: Night, outside: Client, number: str = NUMBER) -> tuple[str, int]:
    """Whose number it is asks for another look; the code, and the report that officers have of it."""
    page = outside.post("/check/recheck?l=en", data={"text": number, "contact": "by letter"})
    room(night)
    return code_on(page.text), reports(night, "recheck")[-1]


def receipt(outside: Client, code: str) -> str:
    return read(outside.post("/receipt?l=en", data={"code": code}).text)


@pytest.mark.usefixtures("known")
def test_an_officer_who_looks_again_withdraws_it_and_the_owner_is_told(night: Night, outside: Client) -> None:
    code, wish = rechecked(night, outside)
    boon = night.people["boon"]
    decisions.open_report(night.ledger, boon, wish, "open", now=night.now)
    page = queries.load_report(night.ledger, boon, wish)
    assert page.supporting_reports == tuple(reports(night)), "on what it stands is seen before it is decided"
    decide(night, wish, "withdrawn", now=night.now)
    assert told(night) == 0, "at once, and not with the next count"
    room(night)
    assert told(night) == 0
    assert "We looked again: it is no longer shown as reported" in receipt(outside, code)
    unknown = ask(outside, OTHER).replace("+66865554477", "+66891114477")
    assert ask(outside, NUMBER) == unknown, "nobody can tell it from a number that was never reported"
    with night.ledger.open_session() as session:
        row = session.get(PublicReport, wish)
        assert (row.outcome, row.closed_by) == ("withdrawn", boon.id)
    assert ("public.closed",) in night.sql("SELECT DISTINCT verb FROM audit")


def test_after_it_was_withdrawn_old_reports_never_count_again_and_new_ones_begin_at_nothing(
    night: Night, outside: Client, networks: list[str]
) -> None:
    slander(outside, networks, 6)
    room(night)
    believe(night, reports(night)[:5])
    _, wish = rechecked(night, outside)
    decide(night, wish, "withdrawn")
    believe(night, reports(night)[5:])
    assert told(night) == 0
    slander(outside, networks, 4, away=50)
    room(night)
    believe(night, reports(night)[6:])
    assert told(night) == 0
    slander(outside, networks, 1, away=60)
    room(night)
    believe(night, reports(night)[10:])
    assert told(night) == 1


@pytest.mark.usefixtures("known")
def test_it_may_also_stay_and_the_owner_is_told_that(night: Night, outside: Client) -> None:
    code, wish = rechecked(night, outside)
    decide(night, wish, "stays", now=night.now)
    room(night)
    assert told(night) == 1
    assert "We looked again: it stays as it is" in receipt(outside, code)


@pytest.mark.usefixtures("known")
def test_who_believed_the_reports_does_not_look_again_and_no_wish_is_closed_otherwise(
    night: Night, outside: Client
) -> None:
    _, wish = rechecked(night, outside)
    with pytest.raises(NotPossible, match="another officer"):
        decide(night, wish, "withdrawn", "anna")
    with pytest.raises(NotPossible, match="Choose the outcome"):
        decide(night, wish, "acted", "anna")
    with pytest.raises(NotPossible, match="Choose the outcome"):
        decisions.close_report(night.ledger, night.people["anna"], reports(night)[0], "withdrawn", "tip")
    assert told(night) == 1


def test_who_kept_one_of_the_tips_does_not_look_again(
    night: Night, outside: Client, networks: list[str]
) -> None:
    slander(outside, networks, 5)
    room(night)
    believe(night, reports(night), "nothing")
    boon = night.people["boon"]
    for one in reports(night):
        decisions.keep_tip(night.ledger, night.lake, boon, one, f"k{one}")
    room(night)
    assert told(night) == 1
    _, wish = rechecked(night, outside)
    decisions.open_report(night.ledger, night.people["anna"], wish, "open")
    for _ in range(2):
        with pytest.raises(NotPossible, match="another officer"):
            decisions.close_report(night.ledger, boon, wish, "withdrawn", "again")
        night.ledger.number_committed_rows()
    assert told(night) == 1


@pytest.mark.usefixtures("known")
def test_what_was_withdrawn_does_not_stay_until_it_is_told_as_reported_again(
    night: Night, outside: Client, networks: list[str]
) -> None:
    _, wish = rechecked(night, outside)
    decide(night, wish, "withdrawn")
    with pytest.raises(NotPossible, match="no longer shown as reported"):
        decide(night, wish, "stays", key="thought better")
    with night.ledger.open_session() as session:
        row = session.get(PublicReport, wish)
        assert row.outcome == "withdrawn"
    slander(outside, networks, 5, away=50)
    room(night)
    believe(night, reports(night)[5:])
    assert told(night) == 1
    decide(night, wish, "stays", key="looked anew")


def test_a_wish_that_names_two_numbers_withdraws_neither(night: Night, outside: Client) -> None:
    _, wish = rechecked(night, outside, f"{NUMBER} and {OTHER}")
    with pytest.raises(NotPossible, match="not name exactly one number"):
        decide(night, wish, "withdrawn")


def test_the_digest_of_a_wish_is_that_of_the_reports(night: Night) -> None:
    from warroom import keys
    from warroom.public.keys import NUMBERS
    from warroom.public.outside.identifiers import number_of

    key = keys.load_secret(night.ledger.home, NUMBERS)
    for written in (NUMBER, "+66891114477", f"my number {NUMBER}"):
        assert reported.find_named_digest(night.ledger, written) == digest_of(number_of(NUMBER), key)
