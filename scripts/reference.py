"""Write docs/reference from the code: tables, commands, settings, reasons, law, errors.

`scripts/reference.py --check` writes nothing and fails where a page is not what the code says.
"""

import sys
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
HEAD = "<!-- Written by scripts/reference.py from the code; change the code, not this page. -->\n\n"


def row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def table(head: list[str], rows: Iterable[Iterable[object]]) -> str:
    return row(head) + row("---" for _ in head) + "".join(row(cells) for cells in rows)


def tables() -> str:
    from warroom.records import COMMON, TABLES

    def columns(items: Iterable[object]) -> str:
        return table(
            ["column", "kind", "unit", "required", "meaning"],
            ([f"`{c.name}`", c.kind, c.unit, "yes" if c.required else "", c.meaning] for c in items),  # type: ignore[attr-defined]
        )

    text = "# Tables\n\nEvery row of every table carries the common columns.\n\n## Common columns\n\n"
    text += columns(COMMON)
    for one in TABLES.values():
        text += f"\n## {one.name}\n\n{one.meaning}\n\n" + columns(one.columns)
    return text


def settings() -> str:
    from warroom.settings import SETTINGS

    return "# Settings\n\nEvery setting is an environment variable, read once at start.\n\n" + table(
        ["setting", "default", "unit", "meaning"],
        ([f"`{s.name}`", f"`{s.default}`" if s.default else "", s.unit, s.meaning] for s in SETTINGS),
    )


def reasons() -> str:
    from warroom.reasons import sentences

    return "# Reasons\n\nEvery code that a score, a hold or a release may give.\n\n" + table(
        ["code", "English", "ไทย"],
        ([f"`{code}`", f"{said['en']}", f"{said['th']}"] for code, said in sorted(sentences().items())),
    )


def errors() -> str:
    import warroom.errors

    return "# Errors\n\n```text\n" + (warroom.errors.__doc__ or "").strip() + "\n```\n"


def law() -> str:
    text = "# Law\n\nRules are dated data, unconfirmed until a named lawyer confirms them in the program.\n"
    for path in sorted((ROOT / "src/warroom/operations/law").glob("*.toml")):
        for rule in tomllib.loads(path.read_text(encoding="utf-8")).get("rules", []):
            text += f"\n## {rule['id']}\n\n" + table(
                ["field", "value"],
                (
                    [key, ", ".join(map(str, value)) if isinstance(value, list) else value]
                    for key, value in rule.items()
                ),
            )
    return text


def commands() -> str:
    import contextlib
    import io

    from warroom.cli.app import COMMANDS, app

    text = "# Commands\n"
    for name in ("", *COMMANDS):
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
            app([*name.split(), "--help"])
        text += f"\n## warroom {name}".rstrip() + "\n\n```text\n" + said.getvalue().strip() + "\n```\n"
    return text


PAGES: dict[str, Callable[[], str]] = {
    "tables": tables,
    "commands": commands,
    "settings": settings,
    "reasons": reasons,
    "errors": errors,
    "law": law,
}


def main(check: bool) -> int:
    REFERENCE.mkdir(parents=True, exist_ok=True)
    stale = []
    for name, write in PAGES.items():
        path, text = REFERENCE / f"{name}.md", HEAD + write()
        if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
            stale.append(name)
        elif not check:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(
            f"docs/reference is not what the code says ({', '.join(stale)}); run scripts/reference.py",
            file=sys.stderr,
        )
    return bool(stale)


if __name__ == "__main__":
    import os

    os.environ["COLUMNS"] = "110"
    sys.exit(main("--check" in sys.argv))
