"""Where the loss is, by what is known now: the parts add up to it, whatever trails and banks say."""

from hypothesis import given
from hypothesis import strategies as st

from tests.cases.scenes import Scene
from warroom.cases.decisions.holds import decline_proposals
from warroom.cases.standing import ORDER, AmountStatement, reconcile_loss
from warroom.cases.views import LossStanding

PLACES = st.sampled_from([("B01", "1"), ("B02", "2"), ("B03", "3")])
AMOUNTS = st.integers(0, 10**9)
PARTS = ("held", "asked", "undecided", "rest", "left", "freed", "declined", "spent", "gone", "unknown")


def parts(found: LossStanding) -> dict[str, int]:
    """What there is of each part."""
    return {name: amount for name in PARTS if (amount := getattr(found, name))}


@given(
    loss=AMOUNTS,
    lying=st.dictionaries(PLACES, AMOUNTS),
    gone=AMOUNTS,
    spent=AMOUNTS,
    words=st.lists(st.builds(AmountStatement, PLACES, st.sampled_from(ORDER), AMOUNTS)),
)
def test_the_parts_always_add_up_to_the_loss(
    loss: int, lying: dict[tuple[str, str], int], gone: int, spent: int, words: list[AmountStatement]
) -> None:
    found = reconcile_loss(loss, lying, gone, spent, words)
    amounts = [getattr(found, name) for name in PARTS]
    assert sum(amounts) == loss
    assert min(amounts) >= 0
    assert found.held == min(loss, sum(one.amount for one in words if one.says == "held"))


def test_what_a_bank_says_had_left_is_no_longer_still_there(scene: Scene) -> None:
    hold = scene.sent()
    before = scene.page()
    assert before.standing is not None
    assert parts(before.standing) == {"asked": 30_000_00, "undecided": 15_000_00, "spent": 5_000_00}
    scene.answer(hold.orders[0].order_id, "partly", 1_200_00)
    page = scene.page()
    assert page.standing is not None
    assert parts(page.standing) == {
        "held": 1_200_00,
        "left": 28_800_00,
        "undecided": 15_000_00,
        "spent": 5_000_00,
    }
    assert page.standing.there == 15_000_00
    # The list of cases says the same.
    assert (page.row.still_there, page.row.exited) == (45_000_00 - 28_800_00, 28_800_00)


def test_money_that_a_bank_says_is_gone_is_not_proposed_again(scene: Scene) -> None:
    hold = scene.sent()
    scene.answer(hold.orders[0].order_id, "partly", 1_200_00)
    scene.money.spent = 6_000_00
    scene.run(1)
    page = scene.page()
    assert [(one.bank, one.amount) for one in page.proposals if one.state == "open"] == [("B03", 15_000_00)]
    assert page.standing is not None
    assert (page.standing.left, page.row.still_there) == (28_800_00, 45_000_00 - 28_800_00)


def test_a_refusal_without_an_amount_says_nothing_of_the_money(scene: Scene) -> None:
    hold = scene.sent()
    scene.answer(hold.orders[0].order_id, "refused")
    page = scene.page()
    assert page.standing is not None
    assert parts(page.standing) == {"undecided": 15_000_00, "rest": 30_000_00, "spent": 5_000_00}


def test_a_refusal_because_nothing_is_there_says_that_all_of_it_left(scene: Scene) -> None:
    hold = scene.sent()
    scene.answer(hold.orders[0].order_id, "refused", 0)
    page = scene.page()
    assert page.standing is not None
    assert parts(page.standing) == {"left": 30_000_00, "undecided": 15_000_00, "spent": 5_000_00}


def test_declined_and_released_amounts_are_told_apart_from_what_is_still_to_decide(scene: Scene) -> None:
    from warroom.cases.decisions.hold_release import release_hold

    hold = scene.in_effect()
    release_hold(scene.ledger, scene.anna, hold.id, "A salary", now=scene.now)
    other = next(one for one in scene.page().proposals if one.state == "open")
    decline_proposals(scene.ledger, scene.anna, "C-1", [other.id], "A shop", now=scene.now)
    page = scene.page()
    assert page.standing is not None
    assert parts(page.standing) == {"freed": 30_000_00, "declined": 15_000_00, "spent": 5_000_00}


def test_a_bank_that_holds_more_than_asked_holds_what_was_asked(scene: Scene) -> None:
    hold = scene.sent()
    scene.answer(hold.orders[0].order_id, "done", 99_000_00)
    page = scene.page()
    assert page.standing is not None
    assert parts(page.standing) == {"held": 30_000_00, "undecided": 15_000_00, "spent": 5_000_00}
    assert scene.alerts() == ["excess"]
