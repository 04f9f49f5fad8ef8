"""Until when each bank's records reach, what its usual pause is, and which ends of a trail rest on records not here yet."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.cases.scenes import Scene
from warroom.cases.known_until import find_known_until
from warroom.cases.record_ends import ENOUGH, find_record_ends, measure_pauses
from warroom.cases.unreached import UnreachedBank, list_unreached_banks
from warroom.lake.terms import IngestJob


@contextmanager
def at(scene: Scene, moment: datetime) -> Iterator[None]:
    """What comes meanwhile comes at that moment."""
    with scene.home.turn_clock(lambda: moment):
        yield


def together(
    scene: Scene, folder: Path, times: dict[str, datetime], received: datetime, payer: str = "7"
) -> None:
    """A record of each bank, of these times, all in one commit."""
    jobs = []
    for bank, time in times.items():
        path = folder / f"{bank}-{received:%H%M%S}-{payer}.csv"
        path.write_text(
            "record_id,time,payer_bank,payer,payee_bank,payee,amount,currency,channel\n"
            f"{bank}-{time.timestamp():.0f}-{payer},{time.isoformat()},{bank},{payer},B09,9,10.00,THB,transfer\n"
        )
        jobs.append(IngestJob("transfers", path, None, bank))
    with at(scene, received):
        assert sum(each.accepted for each in scene.lake.ingest(jobs)) == len(times)


def minutes(scene: Scene, ago: float) -> datetime:
    return scene.now - timedelta(minutes=ago)


def test_a_bank_whose_records_came_in_one_commit_with_others_is_known_until_its_own_newest(
    scene: Scene, tmp_path: Path
) -> None:
    together(scene, tmp_path, {"B01": minutes(scene, 40), "B02": minutes(scene, 3)}, minutes(scene, 1))
    known = find_known_until(scene.lake, scene.now, scene.now)
    assert known.find_for_bank("B01") == minutes(scene, 40)
    assert known.find_for_bank("B02") == known.seen == minutes(scene, 3)


def test_what_was_not_received_by_the_moment_counts_for_nothing(scene: Scene, tmp_path: Path) -> None:
    together(scene, tmp_path, {"B01": minutes(scene, 40)}, minutes(scene, 30))
    together(scene, tmp_path, {"B01": minutes(scene, 10), "B02": minutes(scene, 9)}, minutes(scene, 5))
    assert find_record_ends(scene.lake, minutes(scene, 20), minutes(scene, 20)) == {"B01": minutes(scene, 40)}
    assert find_record_ends(scene.lake, scene.now, scene.now)["B01"] == minutes(scene, 10)


def test_an_extract_of_asked_accounts_says_nothing_of_how_far_all_records_reach(
    scene: Scene, tmp_path: Path
) -> None:
    together(scene, tmp_path, {"B01": minutes(scene, 40)}, minutes(scene, 30))
    together(scene, tmp_path, {"B01": minutes(scene, 5)}, minutes(scene, 2), payer="2002")
    apart = {"B01": frozenset({"2002"})}
    assert find_record_ends(scene.lake, scene.now, scene.now)["B01"] == minutes(scene, 5)
    assert find_record_ends(scene.lake, scene.now, scene.now, apart)["B01"] == minutes(scene, 40)


def test_a_usual_pause_is_said_only_of_enough_files_and_archives_are_none(
    scene: Scene, tmp_path: Path
) -> None:
    for number in range(ENOUGH + 1):
        ago = 100 - 10 * number
        together(scene, tmp_path, {"B01": minutes(scene, ago + 5)}, minutes(scene, ago), payer=f"8{number}")
        found = measure_pauses(scene.lake, {"B01"}, scene.now)["B01"]
        assert found.last == minutes(scene, ago)
        assert found.usual == (timedelta(minutes=10) if number == ENOUGH else None)


def trail(scene: Scene, came: Mapping[tuple[str, str], float], **more: Any) -> dict[str, Any]:
    """A frozen trail with money that came so many minutes ago."""
    return {
        "accounts": [
            {
                "account": {"bank": bank, "number": number},
                "still_there": 1_000_00,
                "victim": False,
                "first_arrival": minutes(scene, ago + 1).isoformat(),
                "latest_arrival": minutes(scene, ago).isoformat(),
                **more,
            }
            for (bank, number), ago in came.items()
        ]
    }


def found(scene: Scene, frozen: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    late: tuple[UnreachedBank, ...] = list_unreached_banks(scene.lake, frozen, (), scene.now)
    return [(one.bank, one.why, [each.account for each in one.accounts]) for one in late]


def test_an_end_rests_on_records_not_here_where_nothing_newer_than_the_money_came(
    scene: Scene, tmp_path: Path
) -> None:
    ends = {"B01": minutes(scene, 2), "B02": minutes(scene, 30)}
    together(scene, tmp_path, ends, minutes(scene, 1))
    came = {("B01", "1"): 20, ("B02", "2"): 20, ("B02", "3"): 40, ("B03", "4"): 20}
    assert found(scene, trail(scene, came)) == [("B02", "behind", ["2"]), ("B03", "never", ["4"])]


def test_a_source_that_is_called_by_the_banks_bic_is_that_bank(scene: Scene, tmp_path: Path) -> None:
    ends = {"KASITHBK": minutes(scene, 30), "SICOTHBKXXX": minutes(scene, 2), "SCB": minutes(scene, 40)}
    together(scene, tmp_path, ends, minutes(scene, 1))
    came = {("KBANK", "1"): 20, ("SCB", "2"): 20, ("KASITHBK", "3"): 40, ("B03", "4"): 20}
    assert found(scene, trail(scene, came)) == [("B03", "never", ["4"]), ("KBANK", "behind", ["1"])]
    known = find_known_until(scene.lake, scene.now, scene.now)
    assert known.find_for_bank("KBANK") == known.find_for_bank("KASITHBK") == minutes(scene, 30)


def test_a_record_of_the_very_moment_of_the_money_is_nothing_newer(scene: Scene, tmp_path: Path) -> None:
    together(scene, tmp_path, {"B02": minutes(scene, 20)}, minutes(scene, 1))
    assert found(scene, trail(scene, {("B02", "2"): 20})) == [("B02", "behind", ["2"])]


def test_where_one_house_sends_the_records_of_all_its_end_is_every_banks(
    scene: Scene, tmp_path: Path
) -> None:
    together(scene, tmp_path, {"CLEARING": minutes(scene, 10)}, minutes(scene, 1))
    came = {("B01", "1"): 20, ("B02", "2"): 5}
    assert found(scene, trail(scene, came)) == [("B02", "behind", ["2"])]


def test_a_bank_that_is_silent_for_longer_than_usual_is_overdue(scene: Scene, tmp_path: Path) -> None:
    for number in range(ENOUGH + 1):
        ago = 120 - 10 * number
        together(scene, tmp_path, {"B02": minutes(scene, ago)}, minutes(scene, ago), payer=f"8{number}")
    frozen = trail(scene, {("B02", "2"): 90})
    assert found(scene, frozen) == [("B02", "overdue", ["2"])]
    together(scene, tmp_path, {"B02": minutes(scene, 9)}, minutes(scene, 5), payer="x")
    assert found(scene, frozen) == []


def test_a_victims_own_account_and_money_that_has_left_rest_on_nothing(scene: Scene, tmp_path: Path) -> None:
    together(scene, tmp_path, {"B02": minutes(scene, 30)}, minutes(scene, 1))
    assert found(scene, trail(scene, {("B02", "2"): 20}, victim=True)) == []
    assert found(scene, trail(scene, {("B02", "2"): 20}, still_there=0)) == []


def test_what_a_bank_says_that_it_holds_rests_on_its_word(scene: Scene) -> None:
    hold = scene.in_effect()
    page = scene.page()
    late = list_unreached_banks(scene.lake, page.trail, page.actions, scene.now)
    assert hold.held == 30_000_00
    assert [one.bank for one in late] == ["B03"]


def test_what_a_bank_says_had_left_is_told_beside_what_the_records_show(scene: Scene) -> None:
    hold = scene.sent()
    scene.answer(hold.orders[0].order_id, "partly", 1_200_00)
    page = scene.page()
    at_bank = {
        one.bank: one.accounts[0]
        for one in list_unreached_banks(scene.lake, page.trail, page.actions, scene.now)
    }
    assert (at_bank["B02"].amount, at_bank["B02"].said_left) == (28_800_00, 28_800_00)
    assert at_bank["B03"].said_left == 0
