"""Write docs/reference from the code: tables, commands, settings, reasons, features, law, errors, a page of every kind of
action, who may ask what, and every path of the interface with the digest of its description.

`scripts/reference.py --check` writes nothing and fails where a file is not what the code says; `scripts/reference.py --openapi FILE`
writes the whole description (OpenAPI) and nothing else.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import reference_kinds
from reference_text import day, span, table

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
HEAD = "<!-- Written by scripts/reference.py from the code; change the code, not this page. -->\n\n"


def tables() -> str:
    from warroom.records.table import COMMON, TableColumn
    from warroom.records.tables import TABLES

    def columns(items: Iterable[TableColumn]) -> str:
        return table(
            [
                "column",
                "English",
                "ไทย",
                "kind",
                "unit",
                "required",
                "names",
                "masked",
                "searched",
                "meaning",
            ],
            (
                [
                    f"`{c.name}`",
                    c.label.en,
                    c.label.th,
                    c.kind,
                    c.unit,
                    "yes" if c.required else "",
                    c.subject or (f"as `{c.beside}` says" if c.beside else ""),
                    c.effective_mark or "",
                    ", ".join(one for one in ("words" if c.words else "", c.typed or "") if one),
                    c.meaning,
                ]
                for c in items
            ),
        )

    text = "# Tables\n\nEvery row of every table carries the common columns. A column may name a subject of a kind, is masked for those who "
    text += "do not need what it tells, and is searched by words or by what it names, compared as a number, a telephone, a domain "
    text += "or any of them.\n\n## Common columns\n\n"
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
    from warroom.reasons.reason import load_sentences
    from warroom.sentences.counted import list_forms

    return "# Reasons\n\nEvery code that a score, a hold or a release may give.\n\n" + table(
        ["code", "English", "ไทย"],
        (
            [f"`{code}`", next(list_forms(said["en"])), f"{said['th']}"]
            for code, said in sorted(load_sentences().items())
        ),
    )


def features() -> str:
    from warroom.signals.payments.features.table import load_features as every

    text = "# Features\n\nWhat a transfer looks like beside everything before it, in the order of the columns that "
    text += "`warroom.signals.payments.features.window.Window` gives. A number that nobody can know is missing.\n\n"
    return text + table(
        ["feature", "unit", "English", "ไทย"],
        ([f"`{one.name}`", one.unit, one.en, one.th] for one in every()),
    )


def errors() -> str:
    import warroom.errors
    from warroom.sentences.catalogue import list_codes, load_texts
    from warroom.sentences.counted import list_forms

    classes, _, said = (warroom.errors.__doc__ or "").partition("\n\n")[2].rpartition("\n\n")
    text = f"# Errors\n\nEvery error a user can meet:\n\n```text\n{classes.strip()}\n```\n\n## Codes\n\n"
    text += (
        " ".join(said.split())
        + " The interface answers it as `error`, `code` and `params`. A few of the sentences "
    )
    text += "are no errors: lines that the program writes down for officers.\n\n"
    return text + table(
        ["code", "English", "ไทย"],
        (
            [f"`{code}`", next(list_forms(load_texts(code)["en"])), load_texts(code)["th"]]
            for code in list_codes()
        ),
    )


def law() -> str:
    from warroom.law.rules.repository import written_rules

    text = "# Law\n\nRules are dated data, unconfirmed until a named lawyer confirms them in the program. A decision "
    text += "keeps the version it was taken under.\n"
    for rule in written_rules():
        text += f"\n## {rule.id}, from {day(rule.valid_from)}\n\n" + table(
            ["field", "value"],
            [
                ["English", rule.title.en],
                ["ไทย", rule.title.th],
                ["citation", rule.citation.en],
                ["บทกฎหมาย", rule.citation.th],
                ["in force", f"{day(rule.valid_from)} to {day(rule.valid_to) if rule.valid_to else 'now'}"],
                ["period", span(rule.lasts)],
                ["limit", span(rule.limit)],
                ["officers", rule.approvers],
                ["carries", ", ".join(f"[{name}](kinds/{name}.md)" for name in carried_by(rule.id))],
                ["source", rule.source],
                ["text digest", f"`{rule.digest}`"],
            ],
        )
    return text


def carried_by(rule_id: str) -> list[str]:
    """The kinds of action that stand on a rule."""
    from warroom.law.kinds.declarations import load_kinds

    return [one.id for one in load_kinds().values() if rule_id in one.rules]


def messages() -> str:
    from warroom.exchange.supplement import schema_path

    text = "# Messages of actions and requests\n\nAn order about anything but an amount-only hold leaves as one JSON "
    text += "object, `outbox/<order id>.json`, signed as an order to a bank is when it is posted; a letter as PDF lies "
    text += "beside it where its kind says so. The answer comes back by file or HTTP as a bank's does. Both schemas are "
    text += "part of the program (`warroom.exchange.supplement.schema_path`). The whole interface over HTTP: "
    text += "[api-paths](api-paths.md).\n"
    for name in ("order", "answer"):
        file = f"warroom-{name}-1.schema.json"
        schema = json.loads(schema_path(file).read_text(encoding="utf-8"))
        text += f"\n## {schema['title']}\n\n`{file}`. {schema['description']}\n\n" + table(
            ["field", "type", "required", "meaning"],
            (
                [
                    f"`{field}`",
                    typed(body),
                    "yes" if field in schema["required"] else "",
                    body.get("description", ""),
                ]
                for field, body in schema["properties"].items()
            ),
        )
    return text


def typed(body: dict[str, Any]) -> str:
    """What a field of a JSON schema holds, in a few words."""
    if "anyOf" in body:
        return " or ".join(map(typed, body["anyOf"]))
    if "enum" in body:
        return ", ".join("null" if one is None else f"`{one}`" for one in body["enum"])
    if "const" in body:
        return f"`{body['const']}`"
    if "$ref" in body:
        return {"both": "th and en", "instant": "time in UTC", "sha256": "SHA-256"}[
            body["$ref"].split("/")[-1]
        ]
    kind = body["type"]
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


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


def openapi() -> str:
    """The interface as a server answers it at /api/openapi.json, in an order that makes every change show as a difference.

    Describing opens nothing, so the home need not exist.
    """
    from warroom.home import Home
    from warroom.web.app import create_app

    described = create_app(Home(ROOT / "no-home", "exercise"), background=False).openapi()
    return json.dumps(described, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def list_api_paths(described: str) -> list[str]:
    """`METHOD path` of every operation that a description has, by path."""
    paths = json.loads(described)["paths"]
    return [f"{method.upper()} {path}" for path in sorted(paths) for method in sorted(paths[path])]


def api_paths() -> str:
    described = openapi()
    text = "# Paths of the interface\n\nA server describes each of them at `/api/openapi.json`. `make docs` writes that description to "
    text += "`site/reference/openapi.json`, `scripts/reference.py --openapi FILE` wherever you like. SHA-256 of the file: "
    text += f"`{hashlib.sha256(described.encode()).hexdigest()}`.\n\n```text\n"
    return text + "\n".join(list_api_paths(described)) + "\n```\n"


def access() -> str:
    import warroom.web.app  # noqa: F401  declares every route
    from warroom.web.doors.access_table import build_access_table as access_table

    text = "# Who may ask what\n\nEvery page and every path of the interface, and the roles it opens to, as each route declares them "
    text += "(`warroom.web.doors.router`). The gate refuses everybody else, and the services ask for roles again. `public`: anybody. "
    text += "`signed-in`: every officer. `enrolling`: an officer who has no second factor yet, too. `device`: a screen on the wall. "
    text += (
        "`partner`: by a partner's signature. `key:...`: by a key of a partner's program with that scope.\n\n"
    )
    rows = sorted(access_table().items(), key=lambda row: (row[0].split()[1], row[0]))
    return text + table(
        ["endpoint", "opens to"], ([f"`{endpoint}`", name_roles(who)] for endpoint, who in rows)
    )


def name_roles(who: frozenset[str]) -> str:
    """Roles in their order, or those that are left out where these are fewer; words that are no roles last."""
    from warroom.ledger.officers import ROLES

    shut_out = [role for role in ROLES if role not in who]
    named = [role for role in ROLES if role in who]
    if len(shut_out) < 4:
        named = ["all but " + ", ".join(shut_out)]
    return ", ".join([*named, *sorted(who - set(ROLES))])


PAGES: dict[str, Callable[[], str]] = {
    "tables": tables,
    "commands": commands,
    "settings": settings,
    "reasons": reasons,
    "features": features,
    "errors": errors,
    "law": law,
    "messages": messages,
    "api-paths": api_paths,
    "access": access,
}


def pages() -> dict[str, Callable[[], str]]:
    """Every page by its path without ending."""
    from warroom.law.kinds.declarations import load_kinds

    each = {f"kinds/{name}": partial(reference_kinds.page, name) for name in load_kinds()}
    return {**PAGES, "kinds/index": reference_kinds.index, **each}


def files() -> dict[str, str]:
    """The text of every file by its path."""
    return {f"{name}.md": HEAD + write() for name, write in pages().items()}


def main(check: bool) -> int:
    written = files()
    (REFERENCE / "kinds").mkdir(parents=True, exist_ok=True)
    stale = [path.name for path in REFERENCE.glob("kinds/*.md") if f"kinds/{path.name}" not in written]
    for name, text in written.items():
        path = REFERENCE / name
        if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
            stale.append(name)
        elif not check:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(
            f"docs/reference is not what the code says ({', '.join(stale)}); run 'make docs' or 'python scripts/reference.py'",
            file=sys.stderr,
        )
    return bool(stale)


if __name__ == "__main__":
    import os

    os.environ["COLUMNS"] = "110"
    if "--openapi" in sys.argv:
        Path(sys.argv[-1]).write_text(openapi(), encoding="utf-8")
    else:
        sys.exit(main("--check" in sys.argv))
