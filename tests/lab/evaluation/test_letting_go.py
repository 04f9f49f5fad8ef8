"""What is held is let go when something new speaks for the holder."""

import pytest

from tests.lab.evaluation import stand_in as country
from warroom_lab.evaluation.background import CountryBackground
from warroom_lab.evaluation.looks import Signals
from warroom_lab.evaluation.play import play_policy
from warroom_lab.evaluation.policies import warroom
from warroom_lab.evaluation.policies.queue import HoldQueue, WantedHold
from warroom_lab.evaluation.policies.warroom import WarRoom
from warroom_lab.evaluation.policy import Orders, PolicyRoom, RoomNews
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.play.orders import CountryAnswer


def holding(known: CountryBackground) -> tuple[PolicyRoom, HoldQueue]:
    """A queue whose one hold, of 100 baht on account 3, was carried out."""
    room, queue = (
        PolicyRoom("warroom", known.records.fork_index(), Signals(known.ordinary_looks)),
        HoldQueue("W"),
    )
    room.now = country.BEGINS
    (order,) = queue.make_orders(room, (), [WantedHold(3, "R1", 10_000, 1.0)]).give
    queue.record_answers(room, [CountryAnswer(order.order_id, room.now, "done", 10_000)])
    return room, queue


def test_a_hold_is_let_go_once_and_not_asked_for_again(known: CountryBackground) -> None:
    room, queue = holding(known)
    (release,) = queue.make_release_orders(room, "R1", {3, 4})
    assert (release.kind, release.lifts, release.subject) == ("release", "W000001", 3)
    assert queue.make_release_orders(room, "R1", {3}) == []
    queue.record_answers(room, [CountryAnswer("W000001", room.now, "lifted", 10_000)])
    assert queue.sum_handled_for_report(3, "R1") == 10_000
    assert queue.sum_held_on_account(3) == 0


def test_what_is_held_for_another_report_or_on_another_account_stays(known: CountryBackground) -> None:
    room, queue = holding(known)
    assert queue.make_release_orders(room, "R2", {3}) == queue.make_release_orders(room, "R1", {4}) == []


class LooksAgain(WarRoom):
    """Follows every case again on the third day, as when money moved."""

    late = False

    def decide_orders(self, room: PolicyRoom, heard: RoomNews) -> Orders:
        if room.now > country.BEGINS + DAY and not self.late:
            self.late = True
            for case in self.cases.open.values():
                case.stale = True
        return super().decide_orders(room, heard)


def test_new_evidence_for_a_holder_ends_the_hold(
    known: CountryBackground, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, second = LooksAgain(), str(known.books.number[country.SECOND])
    monkeypatch.setattr(warroom, "is_outweighed", lambda hold: policy.late and hold.account.number == second)
    played = play_policy(known, policy)
    (release,) = [order for order in played.orders if order.kind == "release"]
    (hold,) = [order for order in played.orders if order.subject == country.SECOND and order.kind == "hold"]
    assert release.lifts == hold.order_id
    (held,) = [each for each in played.truth.list_holds() if each.account == country.SECOND]
    assert held.end == pytest.approx(country.BEGINS + DAY, abs=2 * HOUR)
