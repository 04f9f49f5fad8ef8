"""A flood: none is lost, the true ones stand first, one sender's wordings of a text are one, and nobody is refused."""

from benchmarks.public_flood import measured
from httpx import Client

from tests.public.test_report import turn
from tests.web.conftest import Night
from warroom.public.outside.card import Card
from warroom.public.schema import PublicReport

STORY = (
    "The shop {name} at account 7000000017 cheats everyone in the street, hold its money {when}, all of it"
)


def test_of_a_flood_none_is_lost_and_the_true_ones_stand_first(night: Night, card: Card) -> None:
    taken, area, _, _ = measured(night.ledger, night.lake, card, seed=7, count=500)
    assert taken == 500
    assert area > 0.85, "of 25 liars; the benchmark has thousands"


def test_most_of_a_wave_of_wordings_stands_behind_what_one_person_wrote(
    night: Night, outside: Client
) -> None:
    outside.post(
        "/report/tip", data={"text": "Behind the rice mill forty people sleep behind a locked gate, and cry."}
    )
    for name in ("Somchai", "SOMCHAI"):
        for when in ("now", "at once", "today", "please"):
            text = STORY.format(name=name, when=when)
            outside.post("/report/tip", data={"text": text, "about": "7000000017"})
    turn(night)
    with night.ledger.session() as session:
        rows = session.query(PublicReport).order_by(PublicReport.rank.desc()).all()
        assert len(rows) == 9
        # The first wordings came before many like them, and name an account; which are alike hangs on the home's own key.
        assert [row.submission_id for row in rows].index(1) < 4
        assert all(row.state == "waiting" for row in rows), "ordered, never dropped"
