"""The register of what is unwell: kept beside the database, since when, in both languages, until it is well again."""

import os

from warroom import unwell
from warroom.home import Home
from warroom.sentences.sentence import Sentence

TOLD = Sentence("health.disk-full", megabytes=7)


def test_a_trouble_stands_until_it_is_cleared_and_keeps_when_it_began(home: Home) -> None:
    unwell.note_trouble(home, TOLD, about="here", why="no space")
    (first,) = unwell.list_noted(home)
    unwell.note_trouble(home, Sentence("health.disk-full", megabytes=5), about="here", why="still none")
    (again,) = unwell.list_noted(home)
    assert (again.since, again.why) == (first.since, "still none")
    assert "5 MB" in again.sentence.render_in("en")
    assert "5 MB" in again.sentence.render_in("th")
    unwell.clear_trouble(home, "health.disk-full", "here")
    unwell.clear_trouble(home, "health.disk-full", "here")
    assert unwell.list_noted(home) == ()


def test_two_of_one_kind_are_two_and_what_they_are_about_may_be_any_text(home: Home) -> None:
    for about in ("B01", "../../B02\x00\udcff", ""):
        unwell.note_trouble(home, TOLD, about=about)
    unwell.clear_trouble(home, TOLD.code, "B01")
    assert {one.about for one in unwell.list_noted(home)} == {"../../B02\x00\udcff", ""}
    assert all(path.parent == home.run / "unwell" for path in home.root.rglob("health.*"))


def test_a_note_that_is_torn_or_from_another_version_hides_no_other(home: Home) -> None:
    unwell.note_trouble(home, TOLD)
    (home.run / "unwell" / "health.disk-full.torn.json").write_text('{"code": "health.di')
    (home.run / "unwell" / "health.other.json").write_text(
        '{"code": "health.of-tomorrow", "params": {}, "about": "", "since": "2026-01-01T00:00:00+00:00", "why": ""}'
    )
    assert [one.code for one in unwell.list_noted(home)] == ["health.disk-full"]


def test_a_note_that_cannot_be_written_stops_no_work(home: Home) -> None:
    (home.run / "unwell").write_text("in the way")
    unwell.note_trouble(home, TOLD)
    unwell.clear_trouble(home, TOLD.code)


def test_refused_answers_are_unwell_until_somebody_has_put_them_away(home: Home) -> None:
    assert unwell.list_refused(home) == ()
    refused = home.inbox / "refused"
    refused.mkdir()
    for name in ("a.json", "a.json.why.txt", "b.xml", "b.xml.why.txt"):
        (refused / name).write_text("x")
    os.utime(refused / "a.json.why.txt", (1_700_000_000, 1_700_000_000))
    (found,) = unwell.list_refused(home)
    assert found.sentence.facts == {"count": 2}
    assert found.since.timestamp() == 1_700_000_000
    (refused / "a.json.why.txt").unlink()
    (refused / "b.xml.why.txt").unlink()
    assert unwell.list_troubles(home) == ()


def test_refused_files_of_the_drop_folder_are_unwell_until_somebody_has_put_them_away(home: Home) -> None:
    for source in ("B01", "hotline"):
        (home.drop / source / "refused").mkdir(parents=True)
        (home.drop / source / "refused" / "a.xlsx.problem").write_text("x")
    (told,) = unwell.list_troubles(home)
    assert (told.code, told.sentence.facts) == ("health.files-refused", {"count": 2})
    for path in home.drop.rglob("*.problem"):
        path.unlink()
    assert unwell.list_troubles(home) == ()
