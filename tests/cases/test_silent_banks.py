"""Officers call a bank that does not answer; what they hear there is noted and moves nothing."""

import pytest

from tests.cases.scenes import Scene
from warroom.cases.decisions.cases import clear_alert
from warroom.cases.decisions.hold_calls import note_call
from warroom.errors import NotPossible


def test_who_called_when_and_what_the_bank_said_is_kept_and_the_hold_stays_as_it_was(scene: Scene) -> None:
    hold = scene.sent()
    note_call(scene.ledger, scene.anna, hold.id, False, "", now=scene.now)
    told = note_call(scene.ledger, scene.boon, hold.id, True, "They hold 1,200", now=scene.now)
    assert [(one.officer, one.answered, one.text) for one in told.calls] == [
        ("Anna", False, ""),
        ("Boon", True, "They hold 1,200"),
    ]
    assert (told.state, told.held) == ("sent", 0)
    assert scene.sql("SELECT verb, officer FROM audit WHERE verb LIKE 'hold.%ed%' ORDER BY sequence")[
        -2:
    ] == [
        ("hold.called", "anna"),
        ("hold.answered_by_telephone", "boon"),
    ]


def test_a_bank_that_answered_by_telephone_said_something(scene: Scene) -> None:
    hold = scene.sent()
    with pytest.raises(NotPossible, match="what the bank said"):
        note_call(scene.ledger, scene.anna, hold.id, True, "  ", now=scene.now)


def test_a_silent_bank_is_not_made_calm_by_looking_at_it(scene: Scene) -> None:
    hold = scene.sent()
    scene.run(1)
    (alert,) = [one for one in scene.page().alerts if one.kind == "silence"]
    with pytest.raises(NotPossible, match="until its own answer"):
        clear_alert(scene.ledger, scene.anna, alert.id, now=scene.now)
    assert scene.sql("SELECT silent FROM cases") == [(1,)]
    scene.answer(hold.orders[0].order_id, "done", minutes=70)
    assert scene.sql("SELECT silent FROM cases") == [(0,)]
