"""My work: everything that waits for an officer, of all kinds, in the order in which it runs out; and nothing that they
may not see.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.actions.joint.raid import Raid
from tests.actions.room import Room
from tests.assets.conftest import Vault
from tests.assets.refunds.conftest import RefundRoom
from tests.cases.scenes import Scene
from tests.requests.conftest import Desk
from tests.room.worklist.conftest import Look
from tests.survivors.conftest import Shelter
from warroom.cases.decisions import cases
from warroom.cases.decisions.appeals import answer_appeal
from warroom.cases.decisions.cases import take_case
from warroom.cases.decisions.hold_extension import extend_hold
from warroom.errors import NotAllowed
from warroom.law.kinds.declarations import PILLARS
from warroom.ledger.schema import OfficerRow
from warroom.public.appeals import submit_appeal
from warroom.requests.decisions.drafts import approve_request
from warroom.room.queue.queries import read_queue
from warroom.room.today.queries import read_today
from warroom.room.waiting.sources import sources_of
from warroom.room.waiting.views import SHOWN, SORTS, WHATS, Shown, Task, TaskFilter
from warroom.room.worklist import queries as board


def names(tasks: list[Task]) -> list[tuple[str, str]]:
    return [(task.what, task.number) for task in tasks]


def test_an_open_case_waits_for_the_whole_desk_until_somebody_takes_it(scene: Scene, look: Look) -> None:
    scene.case()
    assert names(look(scene.anna)) == names(look(scene.boon)) == [("case", "C-1")]
    take_case(scene.ledger, scene.boon, "C-1", now=scene.now)
    assert look(scene.anna) == []
    assert names(look(scene.boon)) == [("case", "C-1")]


def test_a_case_is_urgent_before_its_money_leaves_and_late_after(scene: Scene, look: Look) -> None:
    scene.money.minutes = 10.0
    page = scene.case()
    assert page.row.next_due is not None
    assert names(look(scene.anna, "urgent")) == [("case", "C-1")]
    assert look(scene.anna, "late") == []
    assert look(scene.anna, "urgent", hours=1) == []
    [late] = look(scene.anna, "late", hours=1)
    assert (late.number, late.due, late.due_kind) == ("C-1", page.row.next_due, "exit")


def test_an_action_waits_for_who_may_approve_it_and_never_for_who_proposed_it(room: Room, look: Look) -> None:
    made = room.propose()
    assert names(look(room.sup)) == [("action", made.reference)]
    assert look(room.ines) == look(room.com) == []
    room.approve(made, room.sup)
    assert look(room.sup) == []


def test_an_action_whose_time_to_decide_is_over_is_late_and_waits_for_nobody(room: Room, look: Look) -> None:
    made = room.propose()
    after = (made.decide_by - room.now) / timedelta(hours=1)
    assert names(look(room.sup, "urgent", hours=after - 1)) == [("action", made.reference)]
    assert look(room.sup, hours=after + 1) == []


def test_what_is_silent_is_late_what_its_partner_confirmed_is_in_effect(room: Room, look: Look) -> None:
    silent = room.sent()
    room.late(silent, 60)
    [late] = look(room.sup, "late", hours=60)
    assert (late.number, late.due_kind) == (silent.reference, "answer")
    assert look(room.sup, "in_effect") == []
    room.answer(silent.orders[0].order_id, "done")
    assert names(look(room.sup, "in_effect")) == [("action", silent.reference)]
    assert look(room.sup, "late") == []


def test_a_hold_is_in_effect_then_lapsed_and_after_a_week_the_board_forgets_it(
    scene: Scene, look: Look
) -> None:
    scene.in_effect()
    [held] = look(scene.anna, "in_effect")
    assert (held.what, held.number, held.due_kind) == ("hold", "C-1", "lapse")
    assert held.amount > 0
    scene.run(80)
    assert look(scene.anna, "in_effect", hours=80) == []
    assert names(look(scene.anna, "lapsed", hours=80)) == [("hold", "C-1")]
    assert look(scene.anna, "lapsed", hours=80 + 24 * 8) == []


def test_an_appeal_waits_for_the_appeals_officer_who_did_not_approve_the_hold(
    scene: Scene, look: Look
) -> None:
    held = scene.in_effect()
    both = scene.officer("both", "officer", "appeals")
    asked = submit_appeal(scene.ledger, held.reference, "The holder", "I sold a telephone.", now=scene.now)
    assert ("appeal", "C-1") in names(look(scene.chai))
    assert ("appeal", "C-1") in names(look(both))
    assert ("appeal", "C-1") not in names(look(scene.anna))
    due = (asked.due_at - scene.now) / timedelta(hours=1)
    assert names(look(scene.chai, "urgent", hours=due - 0.5)) == [("appeal", "C-1")]
    assert ("appeal", "C-1") in names(look(scene.chai, "late", hours=due + 0.5))
    answer_appeal(scene.ledger, scene.chai, asked.id, True, "The receipt is not theirs.", now=scene.now)
    assert look(scene.chai) == []


def test_an_extension_waits_for_a_second_officer(scene: Scene, look: Look) -> None:
    held = scene.in_effect()
    extend_hold(scene.ledger, scene.boon, held.id, "Complaint 1", scene.now, now=scene.now)
    third = scene.officer("third", "supervisor")
    assert ("extension", "C-1") in names(look(third))
    assert ("extension", "C-1") not in names(look(scene.boon))


def test_a_request_waits_for_its_approval_and_when_it_is_late_for_who_drafted_it(
    desk: Desk, look: Look
) -> None:
    drafted = desk.drafted()
    assert ("request", drafted.number) in names(look(desk.sup))
    assert ("request", drafted.number) not in names(look(desk.ines))
    approve_request(desk.ledger, desk.sup, drafted.id, desk.key(), now=desk.now)
    desk.deliver()
    assert ("request", drafted.number) not in names(look(desk.sup))
    due = desk.read(drafted.id).due_at
    assert due is not None
    hours = (due - desk.now) / timedelta(hours=1)
    assert ("request", drafted.number) in names(look(desk.ines, "urgent", hours=hours - 1))
    assert ("request", drafted.number) in names(look(desk.ines, "late", hours=hours + 1))
    assert ("request", drafted.number) in names(look(desk.ines, hours=hours + 1))


def test_an_operation_waits_for_its_agencies_and_for_the_words_of_those_who_say_go(
    room: Room, look: Look
) -> None:
    raid = Raid.of(room, 2)
    police = raid.speaker("POLICE")
    assert ("operation", "Twenty houses") in names(look(police))
    raid.ready("POLICE")
    assert ("operation", "Twenty houses") not in names(look(police))
    raid.ready()
    raid.approved()
    assert ("operation", "Twenty houses") in names(look(room.com))
    raid.go(room.com)
    assert ("operation", "Twenty houses") not in names(look(room.com))
    assert ("operation", "Twenty houses") in names(look(room.sup))
    raid.go(room.sup)
    assert ("operation", "Twenty houses") in names(look(room.com, "in_effect"))


def test_registered_losses_and_pay_outs_wait_for_who_did_not_bring_them(vault: Vault, look: Look) -> None:
    case = vault.victims([100_00])[0]
    row = vault.proceeding([case], [vault.forfeited(100_00, case=case).id])
    vault.notice(row.id)
    loss = vault.registers(row.id, "R1", 100_00)
    assert ("loss", loss.receipt) in names(look(vault.pros))
    assert "loss" not in {what for what, _ in names(look(vault.anna))}
    vault.accepts(loss)
    assert ("loss", loss.receipt) not in names(look(vault.pros))
    vault.after(91)
    plan = vault.draft(row.id)
    assert ("payout", row.number) in names(look(vault.pros))
    assert ("payout", row.number) not in names(look(vault.ines))
    vault.approve(plan)
    assert ("payout", row.number) not in names(look(vault.pros))


def test_a_refund_waits_for_who_takes_its_next_step(refund_room: RefundRoom, look: Look) -> None:
    refund = refund_room.opened(500_00, [400_00, 100_00])
    step, claim = ("refund", refund.number), ("refund-claim", refund.number)
    pros, kim, boon = refund_room.pros, refund_room.kim, refund_room.boon
    assert step in names(look(pros))
    refund_room.notice_refund(refund)
    assert not {step, claim} & {*names(look(pros)), *names(look(boon))}
    for line, loss in zip(refund_room.lines(refund), (400_00, 100_00), strict=True):
        refund_room.claim(line.code, loss)
    assert names(look(boon)).count(claim) == 2
    assert claim not in names(look(refund_room.anna))
    assert step in names(look(pros, "urgent", hours=24 * 84))
    assert step not in names(look(kim, hours=24 * 91)), "a claim is undecided"
    for line in refund_room.lines(refund):
        refund_room.decide(line, line.claimed or 0)
    assert claim not in names(look(boon))
    assert step not in names(look(kim)), "the window is open"
    refund_room.after(91)
    assert step in names(look(kim, hours=24 * 91))
    proposed = refund_room.propose(refund)
    assert step not in names(look(kim))
    for approver in (pros, refund_room.com):
        assert step in names(look(approver))
        refund_room.approve_shares(proposed, approver)
        assert step not in names(look(approver))
    for line in refund_room.lines(refund):
        assert step in names(look(kim))
        refund_room.pay_share(line)
    assert step not in names(look(kim))


def test_a_freeze_waits_for_its_keepers_before_it_ends_and_the_asset_to_go_back_after(
    vault: Vault, look: Look
) -> None:
    case = vault.victims([100_00])[0]
    asset = vault.frozen(case=case)
    assert ("asset", asset.number) in names(look(vault.kim, "in_effect"))
    ends = max(one.due_at for one in asset.deadlines)
    hours = (ends - vault.now) / timedelta(hours=1)
    assert ("asset", asset.number) not in names(look(vault.kim))
    assert ("asset", asset.number) in names(look(vault.kim, hours=hours - 24))
    vault.run(hours + 1)
    assert ("asset", asset.number) in names(look(vault.kim, "late", hours=hours + 1))
    assert ("asset", asset.number) in names(look(vault.kim, "lapsed", hours=hours + 1))
    assert ("asset", asset.number) not in names(look(vault.com, hours=hours + 1))


def test_a_persons_clock_is_a_number_and_a_time_for_their_screeners(shelter: Shelter, look: Look) -> None:
    shelter.scene.case()
    number = shelter.looked_after(case="C-1")
    [task] = [one for one in look(shelter.siri) if one.what == "person"]
    assert (task.number, task.case, task.amount, task.kind) == (number, "", 0, "unheard")
    assert [one for one in look(shelter.ying) if one.what == "person"] == []
    assert [one for one in look(shelter.ying, "") if one.what == "person"] == []
    assert [one for one in look(shelter.com) if one.what == "person"] == []
    assert [one.number for one in look(shelter.com, "late", hours=24 * 60) if one.what == "person"] == [
        number
    ]


def test_what_is_sealed_to_others_is_neither_listed_nor_counted(
    scene: Scene, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Reported an hour ago is today wherever it is noon.
    monkeypatch.setenv("WARROOM_TIMEZONE", f"Etc/GMT{scene.now.hour - 12:+d}")
    scene.in_effect()
    # Who decided has it by now; what nobody has waits for the whole desk.
    scene.sql("UPDATE cases SET owner_id = NULL")
    com = scene.officer("com", "commander")
    stranger = scene.officer("stranger", "officer", "supervisor", agency="Elsewhere")
    assert {task.what for task in look(stranger, "")} == {"case", "hold"}
    cases.seal_case(scene.ledger, com, "C-1", ["Police"], "A source is at risk.", now=scene.now)
    for sort in ("", *SORTS):
        assert look(stranger, sort) == []
    found = board.read_pillar_columns(scene.ledger, stranger, now=scene.now)
    assert all(not any(column.counts.values()) and not column.next for column in found)
    assert read_queue(scene.ledger, stranger, now=scene.now).all.cases == 0
    assert read_today(scene.ledger, stranger, room=False, now=scene.now).day.reports == 0
    assert (
        sum(one.reports for one in read_today(scene.ledger, stranger, room=False, now=scene.now).hour.slices)
        == 0
    )
    police = scene.officer("police", agency="Police")
    for officer in (scene.boon, police):
        assert {task.what for task in look(officer, "")} == {"case", "hold"}
        assert read_today(scene.ledger, officer, room=False, now=scene.now).day.reports == 1


def test_a_kind_that_says_neither_its_case_nor_who_sees_it_is_refused() -> None:
    known = sources_of(OfficerRow(id=1, agency="Police", roles=["officer"])).each[0]
    with pytest.raises(ValueError, match="neither its case nor who sees it"):
        replace(known, case_id=None)


def test_a_role_that_is_taken_away_takes_its_work_away_at_the_next_look(room: Room, look: Look) -> None:
    room.propose()
    assert [one.what for one in look(room.sup) if one.what == "action"] == ["action"]
    room.scene.sql("UPDATE officers SET roles = '{investigator}' WHERE id = :id", id=room.sup.id)
    assert [one.what for one in look(room.sup) if one.what == "action"] == []


def test_the_head_of_the_queue_adds_up_to_its_rows_whatever_is_shown(scene: Scene) -> None:
    scene.money.own_accounts = True
    for number in range(9):
        scene.transfer(f"T{number}", payee=f"20{number}")
        scene.report(f"R{number}", [f"T{number}"])
    scene.sync()
    take_case(scene.ledger, scene.anna, "C-1", now=scene.now)
    scene.sql("UPDATE cases SET leaves = 1000 * id, leaves_low = 900 * id, leaves_high = 1300 * id")
    scene.sql("UPDATE cases SET decide_by = :now - interval '1 minute' WHERE id = 2", now=scene.now)
    scene.sql("UPDATE cases SET silent_since = :now WHERE id = 3", now=scene.now)
    scene.sql("UPDATE cases SET there = 50000, leaves = 1, leaves_low = 0, leaves_high = 2 WHERE id > 6")
    scene.sql("UPDATE cases SET savable = leaves")
    scene.sql("UPDATE cases SET decide_by = :now + interval '9 hours' WHERE id > 6", now=scene.now)
    scene.sql("UPDATE cases SET state = 'closed', leaves = 0 WHERE id = 5")
    shown: Shown
    for shown in SHOWN:
        queue = read_queue(scene.ledger, scene.anna, shown, now=scene.now)
        folded = queue.fold.sum.cases if queue.fold else 0
        assert len(queue.rows) == queue.total == queue.counts[shown] - folded
        first = read_queue(scene.ledger, scene.anna, shown, limit=2, now=scene.now)
        assert first.rest.cases == max(queue.total - 2, 0)
        assert first.rest.ranked == sum(row.leaves for row in queue.rows[2:])
    queue = read_queue(scene.ledger, scene.anna, now=scene.now)
    assert queue.fold is not None
    assert (queue.fold.sum.cases, queue.fold.accounts, queue.fold.banks) == (3, 6, 2)
    assert queue.fold.decide_by == scene.now + timedelta(hours=9)
    assert queue.all.leaves == sum(row.leaves for row in queue.rows) + queue.fold.sum.leaves
    assert queue.scale == 1300 * 6
    assert (queue.counts["mine"], queue.counts["late"], queue.counts["closed"]) == (1, 2, 1)


def test_a_board_asks_for_kinds_alone_of_which_there_are_some(scene: Scene) -> None:
    scene.case()
    asked: list[str] = []
    event.listen(scene.ledger.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    board.read_glance(scene.ledger, scene.anna, now=scene.now)
    assert len([one for one in asked if "FROM officers" not in one and "audit" not in one]) == 1


def test_every_count_is_the_length_of_its_list(desk: Desk, look: Look) -> None:
    room = Room(desk)
    room.propose()
    desk.drafted()
    officers = [desk.anna, desk.boon, desk.chai, room.sup, room.com, room.ines, room.pros]
    for officer in officers:
        found = board.read_pillar_columns(desk.ledger, officer, now=desk.now)
        for column in found:
            for sort in ("", *SORTS):
                assert column.counts[sort or "all"] == len(look(officer, sort, pillar=column.pillar))
        for what in WHATS:
            assert {task.what for task in look(officer, "", what=what)} <= {what}
    assert [column.pillar for column in found] == list(PILLARS)


def test_the_list_runs_by_what_runs_out_next_or_by_age(scene: Scene) -> None:
    for number in range(5):
        scene.transfer(f"T{number}", payee=f"20{number}")
        scene.report(f"R{number}", [f"T{number}"])
    scene.money.own_accounts = True
    scene.sync()
    scene.sql("UPDATE cases SET next_due = :now + make_interval(hours => (7 - id)::int)", now=scene.now)
    scene.sql("UPDATE cases SET next_due = NULL WHERE id = 3")
    scene.sql("UPDATE cases SET reported_at = :now - make_interval(hours => id::int)", now=scene.now)

    def numbers(order: str, **page: int) -> list[str]:
        wanted = TaskFilter(order=order)  # type: ignore[arg-type]
        tasks = board.read_work(scene.ledger, scene.anna, wanted, now=scene.now, **page).tasks
        return [task.number for task in tasks]

    assert numbers("due") == ["C-5", "C-4", "C-2", "C-1", "C-3"]
    assert numbers("newest") == ["C-1", "C-2", "C-3", "C-4", "C-5"]
    assert numbers("oldest") == ["C-5", "C-4", "C-3", "C-2", "C-1"]
    assert numbers("due", limit=2, offset=2) == ["C-2", "C-1"]


def test_a_column_shows_what_runs_out_next_and_then_what_ran_out_last(scene: Scene) -> None:
    scene.money.own_accounts = True
    for number in range(4):
        scene.transfer(f"T{number}", payee=f"20{number}")
        scene.report(f"R{number}", [f"T{number}"])
    scene.sync()
    scene.sql("UPDATE cases SET next_kind = 'exit', next_due = :now - interval '2 hours'", now=scene.now)
    scene.sql("UPDATE cases SET next_due = :now + interval '5 minutes' WHERE id = 2", now=scene.now)
    scene.sql("UPDATE cases SET next_due = :now - interval '1 minute' WHERE id = 3", now=scene.now)
    columns = {one.pillar: one for one in board.read_pillar_columns(scene.ledger, scene.anna, now=scene.now)}
    assert [task.number for task in columns["logistics"].next][:2] == ["C-2", "C-3"]
    assert len(columns["logistics"].next) == 2
    assert columns["logistics"].counts["urgent"] == 1
    assert columns["logistics"].counts["late"] == 3
    assert columns["technology"].next == ()


def test_an_administrator_alone_has_no_work_here_and_a_look_is_logged_once_an_hour(scene: Scene) -> None:
    admin = scene.officer("root", "admin")
    with pytest.raises(NotAllowed):
        board.read_work(scene.ledger, admin)
    with pytest.raises(NotAllowed):
        board.read_glance(scene.ledger, admin)
    for _ in range(3):
        board.read_work(scene.ledger, scene.anna, now=scene.now)
        board.read_glance(scene.ledger, scene.anna, now=scene.now)
    seen = scene.sql("SELECT subject FROM audit WHERE verb = 'list.read' AND officer = 'anna'")
    assert sorted(row.subject for row in seen) == ["board", "work"]
