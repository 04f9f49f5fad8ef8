"""The rows of a case count each baht of its loss once, at every moment, and come ticked by one rule."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from tests.web.conftest import Night, Visitor
from tests.web.test_case_acts import answer, send
from tests.web.trails import many_holds
from warroom.cases.decisions.follow import close_left
from warroom.cases.decisions.hold_release import release_hold
from warroom.cases.decisions.holds import approve_holds, decline_proposals
from warroom.cases.standing import list_loss_parts
from warroom.cases.views import CasePage, LossStanding
from warroom.reasons.preselection import find_doubt
from warroom.room.queue.amounts import amounts_of
from warroom.web.cases.case_view import get_received
from warroom.web.cases.rows import CaseTableRow, build_rows, is_doubted

OF_SORT = {
    "held": "held", "left": "held", "asked": "asked", "silent": "asked", "undecided": "undecided", "small": "undecided",
    "more": "undecided", "released": "freed", "declined": "declined", "spent": "spent", "exited": "gone",
    "spared": "rest", "refused": "rest", "passed": "rest", "beyond_horizon": "unknown", "unknown": "unknown",
}  # fmt: skip


def rows_of(page: CasePage, night: Night) -> list[CaseTableRow]:
    assert page.trail is not None
    parts = list_loss_parts(page.row.loss, page.trail, page.actions, page.proposals)
    ticked = {one.id for one in page.proposals if one.state == "open"}
    return build_rows(page, page.trail, night.now, ticked, (), parts)


def check(night: Night) -> LossStanding:
    """That the rows add up to the head, part by part."""
    page = night.page()
    found = rows_of(page, night)
    head = page.standing
    assert head is not None
    sums: Counter[str] = Counter()
    for row in found:
        if row.sort != "victim":
            sums[OF_SORT[row.sort]] += row.counted
            sums["left"] += row.left_counted
    told = {name: getattr(head, name) for name in {*OF_SORT.values(), "left"}}
    assert {name: sums[name] for name in told} == told
    assert sum(sums.values()) == head.loss == page.row.loss
    return head


def test_the_rows_add_up_to_the_head_at_every_moment(night: Night) -> None:
    night.golden = lambda lake, index, ids, *, as_of: many_holds(as_of, ids)  # type: ignore[method-assign]
    night.case()
    assert check(night).undecided > 0
    page, anna = night.page(), night.people["anna"]
    wanted = [one.id for one in sorted(page.proposals, key=lambda one: -one.amount)[:5]]
    approve_holds(night.ledger, anna, "C-1", wanted, page.snapshot, "k1", now=night.now)
    send(night)
    assert check(night).asked > 0
    answer(night, 1, "partly", 16_397_00)
    assert check(night).left > 0
    answer(night, 2, "done", night.hold_now(2).amount)
    answer(night, 3, "refused")
    answer(night, 4, "refused", 0)
    check(night)
    release_hold(night.ledger, anna, 2, "The holder showed an invoice", now=night.now + timedelta(minutes=9))
    assert check(night).freed > 0
    others = [one.id for one in night.page().proposals if one.state == "open"][:3]
    decline_proposals(night.ledger, anna, "C-1", others, "Known")
    assert check(night).declined > 0
    close_left(night.ledger, anna, 1, "The bank closed it", now=night.now)
    check(night)


def test_a_trail_frozen_before_it_told_what_was_received_never_says_more_than_the_loss() -> None:
    assert get_received({"tainted_in": 197_088_00}, 130_000_00) == 130_000_00
    assert get_received({"tainted_in": 9_00}, 130_000_00) == 9_00
    assert get_received({"tainted_in": 197_088_00, "received": 120_000_00}, 130_000_00) == 120_000_00


def test_queue_and_page_count_the_same_holds_as_unticked(night: Night, anna: Visitor) -> None:
    first, second, *_ = night.page().proposals
    bare = '[{"code": "received_from_victim", "params": {"amount": 1.0, "hops": 1, "minutes": 1}, "evidence": []}]'
    night.sql(
        "UPDATE proposals SET reasons = CAST(:bare AS jsonb), doubt = :doubt, balance = amount WHERE id IN (:a, :b)",
        bare=bare, doubt=find_doubt(json.loads(bare), []), a=first.id, b=second.id,
    )  # fmt: skip
    page = night.page()
    unticked = [one.id for one in page.proposals if one.state == "open" and is_doubted(one)]
    assert sorted(unticked) == sorted([first.id, second.id])
    with night.ledger.open_session() as session:
        [amounts] = amounts_of(session, [1]).values()
    assert len(amounts.undecided) - amounts.ticked == 2
    text = anna.page("/cases/C-1")
    assert "2 unticked: " in text
    assert "2 would lose all they have" in text
    assert "only reason: the money came" in text


def test_what_nobody_has_read_is_not_ticked_in_a_fold_and_a_fold_says_for_how_many_something_speaks(
    night: Night,
) -> None:
    """Of twenty equal amounts four stand by themselves; the others fold, and a doubted one is ticked in its own row alone."""
    night.golden = lambda lake, index, ids, *, as_of: many_holds(as_of, ids)  # type: ignore[method-assign]
    night.case()
    page = night.page()
    assert page.trail is not None
    speaks = [{"code": "regular_income", "params": {"months": 3}, "evidence": []}]
    proposals = tuple(
        replace(one, amount=1_000_00, leaves=0, reasons=(), innocent_evidence=speaks if at % 2 else ())
        for at, one in enumerate(page.proposals)
    )
    ticked = {one.id for one in proposals if one.state == "open" and not is_doubted(one)}
    rows = build_rows(replace(page, proposals=proposals), page.trail, night.now, ticked)
    folds = [row for row in rows if row.sort == "more"]
    assert sum(row.sort == "undecided" for row in rows) <= 8
    assert {row.has_box for row in folds if row.doubted} <= {False}
    assert sum(row.spoken for row in rows if row.proposals) == sum(
        one.state == "open" and bool(one.innocent_evidence) for one in proposals
    )
    assert sum(len(row.proposals) for row in rows) == sum(one.state == "open" for one in proposals)
