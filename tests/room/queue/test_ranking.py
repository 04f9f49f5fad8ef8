"""What a decision can still save ranks the queue; what is asked, left over or for others never leads, and "next" passes it by."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.cases.scenes import Scene
from warroom.cases.decisions.holds import approve_holds, decline_proposals
from warroom.cases.forecasts import refresh_forecasts
from warroom.cases.queries.open_page import next_case
from warroom.room.queue.queries import list_possible_owners, read_queue
from warroom.room.queue.views import CaseQueue, QueueRow

DECIDED = {"to_decide": "0", "savable": "0"}
ASKED = {**DECIDED, "asked_since": "now()"}


@dataclass(frozen=True)
class Kind:
    """A kind of row: the columns that make it one, its group ("" where it is folded), whether it is red and comes next."""

    columns: dict[str, str]
    group: str
    late: bool = False
    comes_next: bool = True


KINDS = {
    "calm": Kind({"decide_by": "now() + interval '2 hours'"}, "open"),
    "due": Kind({"decide_by": "now() + interval '5 minutes'"}, "open"),
    "without a clock": Kind({"decide_by": "NULL"}, "open"),
    "late": Kind({"decide_by": "now() - interval '4 minutes'", "decide_bank": "'B03'"}, "open", late=True),
    "silent": Kind(
        {**ASKED, "silent_since": "now() - interval '9 minutes'", "is_silent": "true"}, "open", late=True
    ),
    "given in part": Kind({**DECIDED, "part_left": "9000000"}, "open", late=True),
    "asked": Kind(ASKED, "banks", comes_next=False),
    "asked, its clock over": Kind(
        {**ASKED, "decide_by": "now() - interval '4 minutes'"}, "banks", comes_next=False
    ),
    "leftovers": Kind(DECIDED, "", comes_next=False),
    "leftovers, their clock over": Kind(
        {**DECIDED, "decide_by": "now() - interval '4 minutes'"}, "", comes_next=False
    ),
    "without a trail": Kind(
        {**DECIDED, "leaves": "0", "there": "0", "flag": "'not_found'"}, "others", comes_next=False
    ),
}


@pytest.fixture
def three(scene: Scene) -> Scene:
    """Three cases of accounts of their own; of the first twenty times as much leaves as of the others."""
    scene.money.own_accounts = True
    for number in (1, 2, 3):
        scene.transfer(f"T{number}")
        scene.report(f"R{number}", [f"T{number}"])
    scene.sync()
    scene.sql("UPDATE cases SET leaves = 1000000 / id, savable = 1000000 / id, leaves_high = 3000000 / id")
    scene.sql("UPDATE cases SET leaves = 20000000, savable = 20000000, decide_by = NULL WHERE id = 1")
    return scene


def become(scene: Scene, kind: Kind) -> None:
    """Make the first case of this kind."""
    scene.sql(
        f"UPDATE cases SET {', '.join(f'{name} = {value}' for name, value in kind.columns.items())} WHERE id = 1"
    )


def queue(scene: Scene, shown: str = "all") -> CaseQueue:
    return read_queue(scene.ledger, scene.anna, shown)  # type: ignore[arg-type]


def row(scene: Scene, number: str = "C-1") -> QueueRow:
    return next(one for one in queue(scene).rows if one.number == number)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_row_has_its_group_and_only_what_can_be_saved_leads(three: Scene, name: str) -> None:
    kind = KINDS[name]
    become(three, kind)
    whole = queue(three)
    rows = {one.number: one for one in whole.rows}
    leads = whole.rows[0].number == "C-1"
    assert leads == (kind.group == "open")
    assert whole.counts["late"] == kind.late
    if not kind.group:
        assert "C-1" not in rows
        assert whole.leftovers is not None
        assert whole.leftovers.sum.cases == 1
        assert [one.number for one in queue(three, "left").rows] == ["C-1"]
        return
    assert whole.leftovers is None
    assert (rows["C-1"].group, rows["C-1"].late) == (kind.group, kind.late)
    assert rows["C-1"].step.code != "see" or kind.group != "open"


@pytest.mark.parametrize("name", KINDS)
def test_next_leads_to_what_can_be_saved_alone(three: Scene, name: str) -> None:
    become(three, KINDS[name])
    assert next_case(three.ledger, three.anna, "C-3") == ("C-1" if KINDS[name].comes_next else "C-2")


def test_next_passes_by_every_open_case_and_not_between_two(three: Scene) -> None:
    visited = ["C-1"]
    for _ in range(3):
        visited.append(next_case(three.ledger, three.anna, visited[-1]))
    assert visited == ["C-1", "C-2", "C-3", "C-1"]


def test_next_says_nothing_where_nothing_is_left_to_decide(three: Scene) -> None:
    three.sql("UPDATE cases SET to_decide = 0, asked_since = now() WHERE id <> 2")
    assert next_case(three.ledger, three.anna, "C-2") == ""


def test_a_case_of_somebody_else_is_not_next(three: Scene) -> None:
    boon = three.boon
    three.sql(
        "UPDATE cases SET owner_id = (SELECT id FROM officers WHERE username = :name) WHERE id = 1",
        name=boon.username,
    )
    assert next_case(three.ledger, three.anna, "C-3") == "C-2"
    assert next_case(three.ledger, boon, "C-3") == "C-1"


def decide(scene: Scene, *banks: str) -> None:
    """anna holds what lies at these banks."""
    page = scene.page()
    wanted = [one.id for one in page.proposals if one.state == "open" and one.bank in banks]
    approve_holds(scene.ledger, scene.anna, "C-1", wanted, page.snapshot, str(wanted), now=scene.now)


@pytest.mark.parametrize(
    ("amount", "doubt", "group"),
    [
        (15_000_00, "", "open"),
        (15_000_00, "holder", "banks"),
        (15_000_00, "look", "banks"),
        (204_00, "", "banks"),
        (204_00, "holder", "banks"),
    ],
)
def test_what_is_left_of_a_decided_case_is_worth_another_look_or_not(
    scene: Scene, amount: int, doubt: str, group: str
) -> None:
    scene.money.amounts[("B03", "3003")] = amount
    scene.case()
    scene.sql("UPDATE proposals SET doubt = :doubt WHERE bank = 'B03'", doubt=doubt)
    decide(scene, "B02")
    mine = row(scene)
    assert (mine.group, mine.mine) == (group, True)
    left = mine.leftover
    assert (left is None) == (group == "open")
    if left is not None:
        assert (left.count, left.amount, left.for_holder) == (1, amount, doubt == "holder")
        assert mine.step.code == "see"
        assert mine.decide_by is None


def test_a_doubt_of_the_records_alone_is_looked_at_and_one_for_the_holder_is_not(scene: Scene) -> None:
    scene.case()
    for doubt, worth in (("look", 45_000_00), ("holder", 0)):
        scene.sql("UPDATE proposals SET doubt = :doubt", doubt=doubt)
        with scene.ledger.open_session() as session:
            from warroom.cases.summary import recount_case

            recount_case(session, 1, scene.now)
        assert scene.sql("SELECT to_decide FROM cases") == [(worth,)]


def test_asked_money_does_not_rank_what_is_left_to_decide(scene: Scene) -> None:
    scene.case()
    before = row(scene).leaves
    decide(scene, "B02")
    refresh_forecasts(scene.ledger, scene.now)
    after = row(scene)
    assert after.to_decide == 15_000_00
    assert 0 < after.leaves < before
    assert after.leaves_low <= after.leaves <= after.leaves_high
    assert after.banks == ("B03",)
    assert after.asked_banks == ("B02",)


def test_the_late_row_names_the_bank_of_its_clock_and_where_to_call(scene: Scene) -> None:
    scene.case()
    scene.sql(
        "INSERT INTO agencies (code, name_th, name_en, kind, country, active, telephone)"
        " SELECT code, code, code, 'bank', 'TH', true, '000-555-0' || right(code, 3)"
        " FROM unnest(ARRAY['B02', 'B03']) code ON CONFLICT (code) DO UPDATE SET telephone = excluded.telephone"
    )
    ((bank, by),) = scene.sql("SELECT decide_bank, decide_by FROM cases")
    assert by is not None
    for other in ("B02", "B03"):
        # Whichever bank's money leaves first sets the clock.
        scene.sql(
            "UPDATE proposals SET arrived_at = arrived_at - interval '3 hours' * (CASE WHEN bank = :bank THEN 1 ELSE -0.3 END),"
            " opened_at = NULL",
            bank=other,
        )
        refresh_forecasts(scene.ledger, scene.now)
        ((bank, by),) = scene.sql("SELECT decide_bank, decide_by FROM cases")
        assert bank in ("B02", "B03")
        scene.sql("UPDATE cases SET decide_by = now() - interval '4 minutes'")
        late = row(scene)
        assert (late.pill.kind, late.pill.bank, late.step.bank) == ("late", bank, bank)
        assert late.telephone == f"000-555-0{bank}"
        assert late.step.count == 2


def test_the_first_decision_on_a_case_that_nobody_has_takes_it(scene: Scene) -> None:
    page = scene.case()
    decline_proposals(scene.ledger, scene.boon, "C-1", [page.proposals[0].id], "Wages.", now=scene.now)
    approve_holds(scene.ledger, scene.anna, "C-1", [page.proposals[1].id], page.snapshot, "k", now=scene.now)
    assert scene.page().owner == "Boon"
    assert scene.sql("SELECT officer, case_number FROM audit WHERE verb = 'case.taken'") == [("boon", "C-1")]


def test_two_officers_who_decide_at_once_leave_one_owner_and_both_decisions(scene: Scene) -> None:
    page = scene.case()
    pair = [scene.anna, scene.boon]

    def approve(place: int) -> int:
        wanted = [page.proposals[place].id]
        return len(
            approve_holds(scene.ledger, pair[place], "C-1", wanted, page.snapshot, f"k{place}", now=scene.now)
        )

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(approve, range(2))) == [1, 1]
    ((taker,),) = scene.sql("SELECT officer FROM audit WHERE verb = 'case.taken'")
    assert scene.page().owner == taker.title()
    assert scene.sql("SELECT count(*) FROM holds") == [(2,)]


def test_a_refused_decision_takes_nothing(scene: Scene) -> None:
    page = scene.case()
    with pytest.raises(Exception, match="changed since"):
        approve_holds(scene.ledger, scene.anna, "C-1", [page.proposals[0].id], "another", "k", now=scene.now)
    assert scene.page().owner == ""


def test_who_gives_a_case_sees_what_each_officer_decided_in_the_last_hour(scene: Scene) -> None:
    scene.case()
    boss = scene.officer("boss", "commander")
    decide(scene, "B02")
    given = {
        one.username: (one.cases, one.decided)
        for one in list_possible_owners(scene.ledger, boss, "C-1", now=scene.now)
    }
    assert given["anna"] == (1, 1)
