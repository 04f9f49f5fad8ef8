"""A row of an officer's file that would change what others delivered waits for a second officer."""

from decimal import Decimal

import pytest

from tests.cases.scenes import Scene, hour
from tests.cases.test_bringers import ACCOUNT, TRANSFER, approve, bring
from warroom.cases.following import refresh_case
from warroom.deliveries.corrections import approve_correction, decline_correction
from warroom.deliveries.queries import list_waiting_corrections, load_correction
from warroom.deliveries.views import CorrectionView
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.officers import Officer
from warroom.room.waiting.views import TaskFilter
from warroom.room.worklist import queries as worklist

REGISTER = {"record_id": "A1", "bank": "B02", "account": "2002", "holder_id": "H1", "type": "savings"}


def inge(scene: Scene) -> Officer:
    return scene.officer("inge", "investigator")


def changed_by_anna(scene: Scene) -> CorrectionView:
    """The register's own record of a mule's account, which a file of anna's calls a merchant's."""
    scene._write("accounts", [REGISTER], "register")
    scene.case()
    assert bring(scene, scene.anna, "accounts", ACCOUNT.format(bank="B02", account="2002"), "register") == ""
    [waiting] = list_waiting_corrections(scene.ledger, scene.anna)
    return waiting


def type_of_account(scene: Scene) -> str:
    [row] = scene.lake.query_rows("accounts").to_pyarrow().to_pylist()
    return str(row["type"])


def test_a_correction_waits_and_changes_nothing_before_a_second_officer_approves(scene: Scene) -> None:
    waiting = changed_by_anna(scene)
    assert (waiting.officer, waiting.mine, waiting.count, waiting.state) == ("Anna", True, 1, "waiting")
    assert type_of_account(scene) == "savings"
    _, [row] = load_correction(scene.ledger, scene.lake, inge(scene), waiting.id)
    assert (row.record_id, row.changes["type"]) == ("A1", ("savings", "merchant"))
    with pytest.raises(NotPossible, match="another officer must decide"):
        approve_correction(scene.ledger, scene.lake, scene.anna, waiting.id, now=scene.now)
    with pytest.raises(NotAllowed):
        approve_correction(scene.ledger, scene.lake, scene.chai, waiting.id, now=scene.now)
    delivery = approve_correction(scene.ledger, scene.lake, inge(scene), waiting.id, now=scene.now)
    assert type_of_account(scene) == "merchant"
    assert approve_correction(scene.ledger, scene.lake, inge(scene), waiting.id, now=scene.now) == delivery
    assert list_waiting_corrections(scene.ledger, scene.anna) == []


def test_it_comes_in_under_both_names_and_neither_approves_the_hold_alone(scene: Scene) -> None:
    waiting = changed_by_anna(scene)
    second = scene.officer("olga", "officer")
    delivery = approve_correction(scene.ledger, scene.lake, second, waiting.id, now=scene.now)
    [entry] = [one for one in scene.lake.list_deliveries() if one.delivery_id == delivery]
    assert (entry.file, entry.source, entry.legal_basis) == ("night.csv", "register", "section 4")
    scene.now += hour(0.02)
    assert refresh_case(scene.ledger, scene.lake, None, "C-1", now=scene.now, tracer=scene.money.trace)
    trail = scene.page().trail
    assert trail is not None
    [told] = trail["brought"]
    assert (told["officers"], told["changed"], told["account"]) == (
        ["Anna", "Olga"],
        True,
        {"bank": "B02", "number": "2002"},
    )
    for officer in (scene.anna, second):
        with pytest.raises(NotPossible, match="You brought a file that this trail rests on"):
            approve(scene, officer)
    assert approve(scene, scene.boon).state == "approved"


def test_a_declined_correction_is_gone_and_says_why(scene: Scene) -> None:
    waiting = changed_by_anna(scene)
    with pytest.raises(NotPossible, match="Write why the rows are not changed"):
        decline_correction(scene.ledger, inge(scene), waiting.id, " ", now=scene.now)
    decline_correction(scene.ledger, inge(scene), waiting.id, "The register was right", now=scene.now)
    decline_correction(scene.ledger, inge(scene), waiting.id, "The register was right", now=scene.now)
    after, rows = load_correction(scene.ledger, scene.lake, scene.anna, waiting.id)
    assert (after.state, after.decided_by, after.reason, rows) == (
        "declined",
        "Inge",
        "The register was right",
        [],
    )
    assert scene.sql("SELECT rows FROM waiting_corrections") == [(None,)]
    with pytest.raises(NotPossible, match="has decided"):
        approve_correction(scene.ledger, scene.lake, inge(scene), waiting.id, now=scene.now)
    assert type_of_account(scene) == "savings"
    with pytest.raises(NotFound):
        load_correction(scene.ledger, scene.lake, scene.anna, 99)


def test_new_rows_of_the_same_file_are_taken_in_at_once_and_the_same_again_is_nothing(scene: Scene) -> None:
    scene.case()
    then = (scene.now - hour(2)).isoformat()
    line = TRANSFER.format(name="T7", time=then).splitlines()[1]
    text = TRANSFER.format(name="T1", time=then).replace("50000.00", "7.00") + line + "\n"
    with pytest.raises(AssertionError):  # of two rows one is taken in and one waits
        bring(scene, scene.anna, "transfers", text, "bank-one")
    amounts = {
        row["record_id"]: row["amount"] for row in scene.lake.query_rows("transfers").to_pyarrow().to_pylist()
    }
    assert amounts == {"T1": Decimal(50_000), "T7": Decimal(50_000)}
    assert [one.count for one in list_waiting_corrections(scene.ledger, scene.anna)] == [1]


def test_a_row_twice_in_a_file_changes_nothing_either_way(scene: Scene) -> None:
    """A second version in the same file is no way around the first."""
    scene._write("accounts", [REGISTER], "register")
    scene.case()
    head, row = ACCOUNT.format(bank="B02", account="2002").splitlines()
    text = "\n".join([head, row, row.replace("merchant", "shop"), ""])
    with pytest.raises(AssertionError):
        bring(scene, scene.anna, "accounts", text, "register")
    assert type_of_account(scene) == "savings"


def test_it_waits_on_the_list_of_work_of_everybody_who_may_decide_but_not_of_who_brought_it(
    scene: Scene,
) -> None:
    changed_by_anna(scene)

    def waits_for(officer: Officer) -> int:
        return worklist.read_work(scene.ledger, officer, TaskFilter("mine", what="correction")).total

    assert (waits_for(scene.anna), waits_for(inge(scene)), waits_for(scene.chai)) == (0, 1, 0)


REGISTERED = {
    "another number": (
        "accounts",
        ACCOUNT.format(bank="B02", account="2002").replace("A1", "A2"),
        "register",
    ),
    "another source": ("accounts", ACCOUNT.format(bank="B02", account="2002"), "somebody"),
    "an account of nobody's": ("accounts", ACCOUNT.format(bank="B03", account="3003"), "somebody"),
    "a holder of an account": ("holders", "record_id,kind\nH1,shop\n", "somebody"),
}


@pytest.mark.parametrize("variant", REGISTERED)
def test_a_row_that_says_who_holds_an_account_waits_whatever_its_source_and_number(
    scene: Scene, variant: str
) -> None:
    """One such row makes a shop of an account, no matter who else described it: the trail ends there and nobody is asked to hold."""
    table, text, source = REGISTERED[variant]
    scene._write("accounts", [REGISTER], "register")
    scene.case()
    assert bring(scene, scene.anna, table, text, source) == ""
    assert type_of_account(scene) == "savings"
    assert scene.lake.query_rows("holders").count().to_pyarrow().as_py() == 0
    [waiting] = list_waiting_corrections(scene.ledger, scene.anna)
    assert waiting.table == table
    before = len(scene.lake.query_rows(table).to_pyarrow())
    assert approve_correction(scene.ledger, scene.lake, inge(scene), waiting.id, now=scene.now)
    assert len(scene.lake.query_rows(table).to_pyarrow()) == before + 1
