"""Write what a move inside the house must leave as it is: OpenAPI paths, help texts, the ledger's tables, figures of countries.

python scripts/snapshot_house.py FOLDER [--figures]; run it before and after, and compare the folders with diff -r.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cyclopts import App
from reference import list_api_paths, openapi

SEEDS = "901-902"
"""Countries that no figure of the documentation is about."""


def list_commands(app: App, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and group of commands, as words."""
    yield words
    for name in sorted(app):
        if not name.startswith("-"):
            yield from list_commands(app[name], (*words, name))


def write_help(folder: Path) -> None:
    """The help text of every command, as a user sees it."""
    from warroom.cli.app import app

    for words in list_commands(app):
        said = run("-m", "warroom", *words, "--help")
        (folder / f"help-{'-'.join(words) or 'warroom'}.txt").write_text(said)


def write_openapi(folder: Path) -> None:
    """Paths and methods of the API, and its whole description."""
    described = openapi()
    (folder / "openapi.json").write_text(described)
    (folder / "openapi-paths.txt").write_text("\n".join(list_api_paths(described)) + "\n")


def write_figures(folder: Path) -> None:
    """What the policies of the laboratory do in two countries, to the last digit."""
    with tempfile.TemporaryDirectory() as home:
        env = {"WARROOM_HOME": home}
        said = run("-m", "warroom", "evaluate", "--size", "tiny", "--seeds", SEEDS, "--json", env=env)
    (folder / "figures.json").write_text(said)


def run(*words: str, env: dict[str, str] | None = None) -> str:
    """What this Python prints; raises where it fails."""
    there = {**os.environ, "COLUMNS": "120", **(env or {})}
    done = subprocess.run([sys.executable, *words], check=True, capture_output=True, text=True, env=there)
    return done.stdout


def main() -> None:
    """Write the snapshot."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    write_help(folder)
    write_openapi(folder)
    if "--figures" in sys.argv:
        write_figures(folder)


if __name__ == "__main__":
    main()
