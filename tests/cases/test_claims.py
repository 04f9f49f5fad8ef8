"""A case follows exactly the transfers it claims, and no transfer serves two cases."""

import pytest

from tests.cases.scenes import Scene
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.following import refresh_case
from warroom.cases.intake import sync_cases
from warroom.errors import NotPossible, TraceError
from warroom.money.index.opening import open_index


def follow(scene: Scene, number: str) -> list[str]:
    """The transfers followed when a case is looked at again."""
    before = len(scene.money.seen)
    refresh_case(scene.ledger, scene.lake, None, number, now=scene.now, tracer=scene.money.trace)
    return [name for ids in scene.money.seen[before:] for name in ids]


def test_a_transfer_that_arrives_late_serves_the_case_that_named_it_first(scene: Scene) -> None:
    scene.transfer("T1")
    scene.report("R1", ["T1", "T9"])
    scene.sync()
    assert scene.money.seen == [["T1"]]
    scene.transfer("T9")
    scene.sync()
    assert scene.money.seen[-1] == ["T1", "T9"]
    scene.report("R2", ["T9"])
    assert scene.sync() == 0
    assert [item.record_id for item in scene.page().reports] == ["R1", "R2"]


def test_a_late_transfer_named_in_two_cases_is_followed_in_one(scene: Scene) -> None:
    scene.transfers({"T1": 50_000_00, "T2": 50_000_00})
    scene.reports({"R1": ["T1", "T9"], "R2": ["T2", "T9"]})
    assert scene.sync() == 2
    scene.transfer("T9")
    scene.sync()
    assert (follow(scene, "C-1"), follow(scene, "C-2")) == (["T1", "T9"], ["T2"])
    assert [item.kind for item in scene.page("C-2").alerts] == ["shared_transfer"]
    followed = len(scene.money.seen)
    scene.transfer("T3")
    scene.sync()
    assert len(scene.money.seen) == followed


def test_a_second_report_that_is_corrected_widens_the_case(scene: Scene) -> None:
    scene.case()
    scene.transfer("T2", 7_000_00)
    scene.report("R2", ["T1"])
    scene.sync()
    scene.report("R2", ["T1", "T2"])
    scene.sync()
    assert scene.money.seen[-1] == ["T1", "T2"]
    scene.report("R3", ["T2"])
    assert scene.sync() == 0
    assert len(scene.page().reports) == 3


def test_a_transfer_corrected_away_is_followed_again_when_somebody_names_it(scene: Scene) -> None:
    scene.case()
    scene.transfer("T2")
    scene.report("R1", ["T2"])
    scene.sync()
    assert scene.money.seen[-1] == ["T2"]
    scene.report("R2", ["T1"])
    assert scene.sync() == 0
    assert scene.money.seen[-1] == ["T1", "T2"]


def test_a_number_that_two_sources_share_is_asked_about_and_not_followed(scene: Scene) -> None:
    scene.transfer("T1")
    scene.transfer("T1", 3_000_00, source="bank-two", payee="7007")
    scene.report("R1", ["T1"])
    scene.sync()
    page = scene.page()
    assert (page.row.flag, scene.money.seen, scene.sql("SELECT * FROM claims")) == ("ambiguous", [], [])
    assert "bank-one:T1, bank-two:T1" in page.alerts[0].text.en
    scene.report("R1", ["bank-two:T1"])
    scene.sync()
    assert (scene.page().row.flag, scene.alerts()) == ("", [])
    assert scene.sql("SELECT source, record_id FROM claims") == [("bank-two", "T1")]


def test_a_report_may_name_the_payments_reference(scene: Scene) -> None:
    scene.transfer("T1", uetr="8a562c67-ca16-48ba-b074-65581be6f001")
    scene.report("R1", ["8a562c67-ca16-48ba-b074-65581be6f001"])
    scene.sync()
    assert (scene.page().row.flag, scene.money.seen) == ("", [["T1"]])


def test_why_money_cannot_be_followed_is_said_on_the_case(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise TraceError("The transfer pays its own account.")

    with monkeypatch.context() as patched:
        patched.setattr(scene.money, "trace", refuse)
        page = scene.case()
        scene.transfer("T5")
        scene.sync()
    assert page.row.flag == "not_followed"
    assert "pays its own account" in page.alerts[0].error
    assert "case.not_followed" in [line.verb for line in page.history]
    scene.transfer("T6")
    scene.sync()
    assert (scene.page().row.flag, scene.alerts()) == ("", [])
    assert scene.page().proposals


def test_two_cases_whose_trails_meet_hold_no_more_than_the_account_has(scene: Scene) -> None:
    scene.money.amounts = {("B03", "3003"): 15_000_00}
    scene.money.balances = {("B03", "3003"): 20_000_00}
    scene.transfers({"T1": 50_000_00, "T2": 50_000_00})
    scene.reports({"R1": ["T1"], "R2": ["T2"]})
    scene.sync()
    first, second = scene.page("C-1"), scene.page("C-2")
    approve_holds(
        scene.ledger, scene.anna, "C-1", [first.proposals[0].id], first.snapshot, "one", now=scene.now
    )
    with pytest.raises(NotPossible, match="balance"):
        approve_holds(
            scene.ledger, scene.anna, "C-2", [second.proposals[0].id], second.snapshot, "two", now=scene.now
        )
    assert scene.sql("SELECT sum(active) FROM holds") == [(15_000_00,)]


def test_a_case_follows_the_payment_that_its_report_meant_though_another_has_its_number_now(
    scene: Scene,
) -> None:
    """As homes of before have it, where a number that came again corrected the older payment."""
    scene.transfer("T1")
    scene.report("R1", ["T1"])
    scene.transfer("T1", 70_000_00, payer="9001", payee="9002", time=scene.now)
    assert scene.lake.query_rows("transfers").to_pyarrow()["payee"].to_pylist() == ["9002"]
    sync_cases(scene.ledger, scene.lake, open_index(scene.home, scene.lake), now=scene.now)
    page = scene.page()
    assert [(hold.account, hold.amount) for hold in page.proposals] == [("2002", 50_000_00)]
    assert scene.sql("SELECT payee, amount FROM claims") == [("2002", 50_000_00)]
    # Looked at again, it is still the same payment.
    refresh_case(scene.ledger, scene.lake, open_index(scene.home, scene.lake), "C-1", now=scene.now)
    assert scene.sql("SELECT payee, amount FROM claims") == [("2002", 50_000_00)]


def test_a_true_correction_after_the_report_is_followed(scene: Scene) -> None:
    scene.transfer("T1")
    scene.report("R1", ["T1"])
    scene.transfer("T1", 45_000_00)
    sync_cases(scene.ledger, scene.lake, open_index(scene.home, scene.lake), now=scene.now)
    assert scene.sql("SELECT payee, amount FROM claims") == [("2002", 45_000_00)]
