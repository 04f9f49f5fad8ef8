"""What a bank's programmer needs: the room's clock in a refusal, PromptPay in one spelling, an order that fits the holds."""

from datetime import timedelta

import pytest

from tests.cases.scenes import Scene
from tests.payee.test_flags import proposed
from warroom.access.agencies import add_agency
from warroom.bilingual.texts import Texts
from warroom.errors import NotPossible
from warroom.money.trail import BankAccount
from warroom.payee import queries
from warroom.subjects import spelling


def test_a_promptpay_telephone_is_one_however_it_is_written() -> None:
    spelled = {
        spelling.spell_account_number(text) for text in ("0812345678", "0066812345678", "081-234-5678")
    }
    assert spelled == {"0812345678"}
    assert spelling.spell_bank("PROMPTPAY") == "PROMPTPAY"


def test_a_code_that_is_taken_is_named_with_its_owner(scene: Scene) -> None:
    add_agency(scene.ledger, None, "B77", Texts("ธนาคารเจ็ด", "Bank Seven"), "bank", "TH")
    with pytest.raises(NotPossible) as refused:
        add_agency(scene.ledger, None, "B77", Texts("ธนาคารหนึ่ง", "Bank One"), "bank", "TH")
    assert "B77 is Bank Seven already" in refused.value.render_in("en")


def test_the_proposal_of_an_account_with_held_money_comes_first(scene: Scene) -> None:
    # Proposed before money of it is held: while it is held no flag is.
    first = proposed(scene, BankAccount("B09", "9009"), at=scene.now - timedelta(days=1))
    held = proposed(scene, BankAccount("B02", "2002"), at=scene.now)
    scene.transfer("T1")
    scene.report("R1", ["T1"])
    scene.sync()
    hold = scene.in_effect()
    assert (hold.bank, hold.account) == ("B02", "2002")
    assert [flag.id for flag in queries.list_flags(scene.ledger, scene.anna).rows] == [held, first]
