"""Benchmarks where the data of others that they read is away."""

from importlib import import_module
from pathlib import Path

import pytest
from benchmarks.outside import LEFT_OUT


@pytest.mark.parametrize("name", ["copies", "external", "messages", "mules", "public_check"])
def test_a_benchmark_without_its_data_ends_with_a_sentence_that_names_the_setting(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WARROOM_SHARED", str(tmp_path))
    monkeypatch.setattr("sys.argv", [name])
    main = import_module(f"benchmarks.{name}").main
    with pytest.raises(SystemExit) as ended:
        raise SystemExit(main() if name == "mules" else main([]))
    assert ended.value.code == LEFT_OUT
    assert "set WARROOM_SHARED" in capsys.readouterr().err
