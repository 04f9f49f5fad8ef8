"""`warroom signals` as a person at a terminal meets it."""

from pathlib import Path

from tests.cli.test_ingest import Terminal


def test_a_model_is_never_written_over_the_labels_it_is_learned_from(tmp_path: Path) -> None:
    labels, terminal = tmp_path / "labels.csv", Terminal(tmp_path / "home")
    labels.write_text("bank,account,label,known_at\nB01,1,1,2026-03-09T12:00:00+07:00\n")
    (tmp_path / "same.csv").symlink_to(labels)
    (tmp_path / "deep").mkdir()
    before = labels.read_bytes()
    for out in (labels, tmp_path / "same.csv", tmp_path / "deep" / ".." / "labels.csv"):
        words = ("signals", "train", "mules", "--labels", labels, "--until", "2026-03-25T00:00:00+07:00")
        said = terminal.run(*words, "--out", out, code=1).stderr
        assert "would write over the labels" in said
        assert len(said.strip().splitlines()) == 1
    assert labels.read_bytes() == before
