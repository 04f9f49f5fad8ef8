"""Where account holders live is looked up in one place: the map and campaigns hear the same."""

from datetime import UTC, datetime, timedelta

from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.sites import holders

KNOWN = datetime(2026, 11, 1, tzinfo=UTC)


def written(home: Home) -> Lake:
    lake = Lake.open(home)
    for source, province in (("a", "เชียงใหม่"), ("b", "ตาก")):
        row = {"record_id": f"H-{source}", "kind": "person", "province": province, "known_since": None}
        lake.write_rows("holders", [row], source=source)
        row = {"record_id": f"A-{source}", "bank": "B01", "account": "1001", "holder_id": f"H-{source}"}
        lake.write_rows("accounts", [row], source=source)
    other = {"record_id": "A-9", "bank": "B02", "account": "1001", "holder_id": "H-nobody"}
    lake.write_rows("accounts", [other], source="a")
    return lake


def test_of_several_registers_the_same_word_counts_each_time_and_no_other_banks_account(home: Home) -> None:
    lake, asked = written(home), [("B01", "1001"), ("B02", "1001"), ("B01", "77")]
    assert holders.find_holder_provinces(lake, asked) == {("B01", "1001"): "เชียงใหม่"}
    assert holders.find_holder_provinces(lake, []) == {}
    assert holders.find_holder_provinces(lake, asked, KNOWN - timedelta(days=9)) == {}
