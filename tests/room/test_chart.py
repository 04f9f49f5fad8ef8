"""The chart of a case: what stands on it, what may be opened, and what an officer who may not see it learns."""

import pytest

from tests.cases.scenes import Scene, hour
from warroom.cases.decisions.cases import seal_case, state_purpose
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.purposes import PurposeNeeded
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.officers import Officer
from warroom.room.chart import notes
from warroom.room.chart import queries as service
from warroom.room.chart.views import ChartLook, ChartNode, ChartTie, ChartView
from warroom.room.worklist.order_list import read_log

MULE, SECOND, VICTIM, SHOP = (
    "account:B02/2002",
    "account:B03/3003",
    "account:B01/1001",
    "account:B04/4004",
)


@pytest.fixture
def told(scene: Scene) -> Scene:
    """A case whose mule has a holder with another account, a card, a car, and a company with an address."""
    scene.transfer("T1", device_id="D7")
    scene._write("holders", [{"record_id": "H1", "kind": "person"}], "bank-two")
    accounts = [
        {"record_id": f"A{number}", "bank": bank, "account": number, "holder_id": "H1"}
        for bank, number in (("B02", "2002"), ("B09", "9009"))
    ]
    scene._write("accounts", accounts, "bank-two")
    scene._write("sims", [{"record_id": "S1", "msisdn": "66811112222", "holder_id": "H1"}], "operator")
    scene._write("vehicles", [{"record_id": "V1", "plate": "1กก 1234", "owner": "H1"}], "transport")
    ties = [
        ("holder", "H1", "director", "company", "0105"),
        ("company", "0105", "tenant", "premises", "L5"),
        ("holder", "H9", "director", "company", "0999"),
    ]
    rows = [
        {
            "record_id": f"N{n}",
            "time": scene.now - hour(900),
            "from_kind": one[0],
            "from_id": one[1],
            "relation": one[2],
            "to_kind": one[3],
            "to_id": one[4],
        }
        for n, one in enumerate(ties)
    ]
    scene._write("ties", rows, "registry")
    scene.report("R1", ["T1"])
    scene.sync()
    return scene


def look(scene: Scene, officer: Officer | None = None, asked: ChartLook | None = None) -> ChartView:
    return service.read_chart(
        scene.ledger, scene.lake, officer or scene.anna, "C-1", asked or ChartLook(), now=scene.now
    )


def node(view: ChartView, name: str) -> ChartNode:
    return next(one for one in view.nodes if one.id == name)


def tie(view: ChartView, start: str, end: str) -> ChartTie:
    return next(one for one in view.ties if (one.start, one.end) == (start, end))


def test_it_shows_the_trail_with_sums_and_the_records_behind_each_tie(told: Scene) -> None:
    view = look(told)
    assert set(node(view, VICTIM).marks) == {"victim"}
    assert "shop" in node(view, SHOP).marks
    assert node(view, MULE).still_there == 30_000_00
    money = tie(view, VICTIM, MULE)
    assert (money.relation, money.amount, money.count) == ("money", 30_000_00, 1)
    assert [(one.source, one.record_id) for one in money.sources] == [("bank-one", "T1")]


def test_what_partners_state_is_tied_to_it_two_steps_far_and_nothing_else(told: Scene) -> None:
    view = look(told)
    names = {one.id for one in view.nodes}
    assert {"holder:H1", "sim:66811112222", "vehicle:1กก 1234", "company:0105", "device:D7"} <= names
    assert "premises:L5" in names
    assert not {"holder:H9", "company:0999", "account:B09/9009"} & names
    held = tie(view, "holder:H1", MULE)
    assert held.sources[0].table == "accounts"
    assert len(held.sources[0].sha256) == 64


def test_holds_are_marked_on_the_account(told: Scene) -> None:
    page = told.page()
    assert "proposed" in node(look(told), MULE).marks
    approve_holds(told.ledger, told.anna, "C-1", [page.proposals[0].id], page.snapshot, "k1", now=told.now)
    assert "ordered" in node(look(told), MULE).marks


def test_opening_a_holder_shows_their_other_account_and_the_log_says_who_looked(told: Scene) -> None:
    view = service.open_chart_node(
        told.ledger, told.lake, told.anna, "C-1", ChartLook(), "holder:H1", now=told.now
    )
    assert node(view, "account:B09/9009").group == node(view, "holder:H1").group
    assert not node(view, "holder:H1").may_open
    row = next(
        row for row in read_log(told.ledger, told.officer("dara", "auditor")) if row.verb == "chart.opened"
    )
    assert (row.officer, row.detail["node"]) == ("anna", "holder:H1")


def test_opening_an_account_shows_where_its_money_goes_beside_the_trail(told: Scene) -> None:
    told.transfer("T2", 700_00, payer_bank="B02", payer="2002", payee_bank="B05", payee="5005")
    view = service.open_chart_node(told.ledger, told.lake, told.anna, "C-1", ChartLook(), MULE, now=told.now)
    assert tie(view, MULE, "account:B05/5005").amount == 700_00
    assert tie(view, MULE, "account:B05/5005").traced == 0


def test_nobody_gets_further_than_step_by_step(told: Scene) -> None:
    with pytest.raises(NotFound):
        look(told, asked=ChartLook(opened=("account:B09/9009",)))
    assert look(told, asked=ChartLook(opened=("holder:H1", "account:B09/9009"))).look.opened


@pytest.mark.parametrize("name", [VICTIM, SHOP])
def test_a_victim_and_an_honest_shop_stay_shut(told: Scene, name: str) -> None:
    assert not node(look(told), name).may_open
    with pytest.raises(NotPossible, match="not part of this case"):
        service.open_chart_node(told.ledger, told.lake, told.anna, "C-1", ChartLook(), name, now=told.now)


def test_a_sealed_case_has_no_chart_for_others_and_a_purpose_comes_first(told: Scene) -> None:
    finder = told.officer("fon", "investigator", agency="Bank")
    with pytest.raises(PurposeNeeded):
        look(told, finder)
    with pytest.raises(NotAllowed):
        look(told, told.officer("root", "admin"))
    seal_case(told.ledger, told.boon, "C-1", ["Police"], "an inquiry")
    with pytest.raises(NotFound):
        look(told, finder)


def test_numbers_that_a_role_does_not_need_are_masked_and_cannot_be_opened(told: Scene) -> None:
    boss = told.officer("cho", "commander")
    state_purpose(told.ledger, boss, "C-1", "supervision", "the morning's look", now=told.now)
    view = look(told, boss)
    said = " ".join([*(f"{one.id} {one.label}" for one in view.nodes), *(one.id for one in view.ties)])
    for number in ("B02/2002", "H1", "66811112222", "1กก 1234", "D7"):
        assert number not in said
    assert view.masked
    assert not any(one.may_open for one in view.nodes)
    with pytest.raises(NotAllowed):
        service.open_chart_node(told.ledger, told.lake, boss, "C-1", ChartLook(), MULE, now=told.now)


def test_who_may_not_open_gets_no_further_by_an_address(told: Scene) -> None:
    keeper, analyst = told.officer("kai", "custodian"), told.officer("lin", "logistics")
    for officer, node in ((keeper, MULE), (analyst, "holder:H1")):
        state_purpose(told.ledger, officer, "C-1", "investigation", "the analysis", now=told.now)
        with pytest.raises(NotFound):
            look(told, officer, ChartLook(opened=(node,)))
    assert look(told, analyst, ChartLook(opened=(MULE,))).masked


def test_the_way_of_a_device_to_the_company_is_found(told: Scene) -> None:
    found = service.read_chart_way(
        told.ledger, told.lake, told.anna, "C-1", ChartLook(), VICTIM, "premises:L5", now=told.now
    )
    assert [hop.end for hop in found.hops] == [MULE, "holder:H1", "company:0105", "premises:L5"]
    money = service.read_chart_way(
        told.ledger, told.lake, told.anna, "C-1", ChartLook(), VICTIM, MULE, "money", now=told.now
    )
    assert money.hops[0].amount == 30_000_00
    none = service.read_chart_way(
        told.ledger, told.lake, told.anna, "C-1", ChartLook(), MULE, VICTIM, "money", now=told.now
    )
    assert none.hops == ()


def test_before_the_first_look_was_frozen_there_is_no_chart(told: Scene) -> None:
    view = look(told, asked=ChartLook(as_of=told.now - hour(24)))
    assert view.nodes == ()
    assert view.snapshot == ""


def test_a_note_stays_with_officer_and_time_and_its_words_never_change(told: Scene) -> None:
    args = (told.ledger, told.lake, told.anna, "C-1", ChartLook(), MULE, "Opened last week.", "note-key-1")
    number = notes.pin_note(*args, now=told.now)
    assert notes.pin_note(*args, now=told.now) == number
    (note,) = look(told).notes
    assert (note.officer, note.node, note.text, note.at) == ("Anna", MULE, "Opened last week.", told.now)
    with pytest.raises(Exception, match="may not do this"):
        told.sql("UPDATE chart_notes SET text = 'another'")
    with pytest.raises(NotPossible, match="another officer's"):
        notes.remove_note(told.ledger, told.officer("dao", "officer"), "C-1", number, now=told.now)
    notes.remove_note(told.ledger, told.boon, "C-1", number, now=told.now)
    assert look(told).notes == ()
    assert told.sql("SELECT text, off_by IS NOT NULL FROM chart_notes") == [("Opened last week.", True)]


def test_a_note_is_pinned_to_what_is_on_the_chart_alone(told: Scene) -> None:
    with pytest.raises(NotFound):
        notes.pin_note(
            told.ledger,
            told.lake,
            told.anna,
            "C-1",
            ChartLook(),
            "account:B09/9009",
            "x",
            "note-key-2",
            now=told.now,
        )


def test_taking_a_chart_out_is_logged_with_its_form_and_mark(told: Scene) -> None:
    service.export_chart(told.ledger, told.lake, told.anna, "C-1", ChartLook(), "graphml", now=told.now)
    rows = read_log(told.ledger, told.officer("dara", "auditor"))
    taken = next(row.detail for row in rows if row.verb == "chart.exported")
    assert taken == {"form": "graphml", "mark": "amber"}
    with pytest.raises(NotPossible):
        service.export_chart(told.ledger, told.lake, told.anna, "C-1", ChartLook(), "exe", now=told.now)


def test_two_charts_join_in_one_and_what_stands_in_both_is_marked(told: Scene) -> None:
    told.transfer("T8")
    told.report("R8", ["T8"])
    told.sync()
    view = service.read_joined_chart(
        told.ledger, told.lake, told.anna, "C-1", "C-2", ChartLook(most=10), now=told.now
    )
    assert view.case == "C-1 + C-2"
    assert "both" in node(view, MULE).marks
    assert view.front
    assert MULE in view.front.names
    alone = look(told)
    assert node(view, MULE).still_there == 2 * node(alone, MULE).still_there
    rows = read_log(told.ledger, told.officer("dara", "auditor"))
    looks = [row.detail for row in rows if row.verb == "chart.read" and row.detail]
    assert looks == [{"with": "C-1"}, {"with": "C-2"}]


def test_charts_are_not_joined_for_whom_the_numbers_are_masked_nor_with_themselves(told: Scene) -> None:
    told.transfer("T8")
    told.report("R8", ["T8"])
    told.sync()
    boss = told.officer("cho", "commander")
    for number in ("C-1", "C-2"):
        state_purpose(told.ledger, boss, number, "supervision", "the morning's look", now=told.now)
    with pytest.raises(NotPossible, match="do not need"):
        service.read_joined_chart(
            told.ledger, told.lake, boss, "C-1", "C-2", ChartLook(most=10), now=told.now
        )
    with pytest.raises(NotPossible, match="another case"):
        service.read_joined_chart(
            told.ledger, told.lake, told.anna, "C-1", "C-1", ChartLook(most=10), now=told.now
        )
