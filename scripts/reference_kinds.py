"""The reference pages of the kinds of action, written from their declarations."""

from collections.abc import Iterable

from reference_text import day, span, table

from warroom.law.kinds.declarations import (
    PILLARS,
    ActionKind,
    Input,
    load_kind,
    load_kind_words,
    load_kinds,
    load_prerequisite,
)
from warroom.law.rules import repository as law

PILLAR_TITLES = {
    "infrastructure": "Infrastructure",
    "logistics": "Logistics",
    "enforcement": "Law enforcement",
    "technology": "Technology",
    "international": "International",
    "resilience": "Resilience",
}
ENGINES = {
    "measure": "",
    "holds": "Limits by amount and the holder's appeal apply: see the how-to on holds in the case.\n\n",
    "flags": "It is made as a flag on a payee and in no other way: see the how-to on checking a payment. The holder's appeal applies.\n\n",
    "incoming-holds": "It is proposed for one account and in no other way; what comes in waits by the bank's own decision. The holder's appeal applies.\n\n",
    "requests": "It waits for a partner's word: received, answered, late.\n\n",
}


def index() -> str:
    text = (
        "# Kinds of action\n\nEvery action is of a kind, declared as data. Outside an exercise none goes out "
    )
    text += (
        "before a named lawyer has confirmed its law; an action is in effect on its partner's word alone.\n"
    )
    for pillar in PILLARS:
        text += f"\n## {PILLAR_TITLES[pillar]}\n\n" + table(
            ["kind", "ไทย", "officers", "mass above", "goes out as"],
            (
                [
                    f"[{one.title.en}]({one.id}.md)",
                    one.title.th,
                    f"{one.approvers}{', never the proposer' if one.apart else ''}",
                    one.mass_above or "",
                    ", ".join(one.emits) or "nothing",
                ]
                for one in load_kinds().values()
                if one.pillar == pillar
            ),
        )
    return text


def page(kind_id: str) -> str:
    one = load_kind(kind_id)
    text = (
        f"# {one.title.en}\n\n{one.title.th}\n\n{one.purpose.en}\n\n{one.purpose.th}\n\n{ENGINES[one.engine]}"
    )
    text += f"Pillar: {PILLAR_TITLES[one.pillar]}. About: {said('subjects', one.subjects)}. "
    text += f"Told to: {said('partners', one.partners)}.\n\n## Law\n\n" + rules_of(one.rules)
    text += "\n## Who decides\n\n" + table(["step", "who"], deciders(one))
    text += "\n## Clocks\n\n" + table(
        ["clock", "length"],
        [
            ["decided within", span(one.decide_within)],
            ["answered by the partner within", span(one.answer_within)],
            ["warning before it lapses", span(one.warn_before)],
            ["lapses by itself after", span(one.lapse_after)],
        ],
    )
    text += "\n## Fields\n\n" + fields(one.inputs)
    text += "\n## What must lie with it\n\n" + ("".join(map(document, one.requires)) or "Nothing more.\n")
    text += "\n## What goes out\n\n" + (listed("emissions", one.emits) or "Nothing: it stays in the room.\n")
    text += f"\nThe partner is asked: {one.asked.en}\n\n{one.asked.th}\n"
    text += "\n## How it ends\n\n" + listed("endings", one.ends)
    return (
        text + f"\nTaken back: {load_kind_words('undo')[one.undo].en}. {one.undoes.en}\n\n{one.undoes.th}\n"
    )


def said(section: str, codes: Iterable[str]) -> str:
    return ", ".join(load_kind_words(section)[code].en for code in codes)


def listed(section: str, codes: Iterable[str]) -> str:
    return "".join(
        f"- {load_kind_words(section)[code].en} ({load_kind_words(section)[code].th})\n" for code in codes
    )


def rules_of(ids: Iterable[str]) -> str:
    rows = [rule for rule in law.written_rules() if rule.id in set(ids)]
    return table(
        ["rule", "in force", "citation", "source"],
        (
            [
                f"`{rule.id}`: {rule.title.en} ({rule.title.th})",
                f"{day(rule.valid_from)} to {day(rule.valid_to) if rule.valid_to else 'now'}",
                f"{rule.citation.en} ({rule.citation.th})",
                rule.source,
            ]
            for rule in rows
        ),
    )


def deciders(one: ActionKind) -> list[list[str]]:
    officers = "two officers" if one.approvers == 2 else "one officer"
    more = one.mass_above is not None and not (one.approvers == 2 and one.apart)
    sorts = f", and for every {' or '.join(one.mass_subjects)}," if one.mass_subjects else ""
    many = f"above {one.mass_above} subjects in an operation or of one proposer within a day"
    mass = f"; {many}{sorts} two, never the proposer" if more else ""
    return [
        ["proposes", ", ".join(one.proposes)],
        [
            "approves",
            f"{officers} of: {', '.join(one.approves)}{', never the proposer' if one.apart else ''}{mass}",
        ],
        ["carries out", ", ".join(one.carries_out)],
    ]


def fields(inputs: Iterable[Input]) -> str:
    return table(
        ["field", "kind", "unit", "required", "English", "ไทย", "values"],
        (
            [
                f"`{one.name}`",
                one.kind,
                load_kind_words("units")[one.unit].en if one.unit else "",
                "yes" if one.required else "",
                one.label.en,
                one.label.th,
                values(one),
            ]
            for one in inputs
        ),
    )


def values(one: Input) -> str:
    choices = ", ".join(f"`{choice}`" for choice in one.choices)
    must = (
        f"only with {' or '.join(f'`{value}`' for value in one.must)} can it be approved" if one.must else ""
    )
    return "; ".join(part for part in (choices, must) if part)


def document(name: str) -> str:
    one = load_prerequisite(name)
    along = "The partner reads it too." if one.goes_along else "The partner gets its digest alone."
    text = f"### {one.title.en}\n\n{one.title.th}. {one.why.en} {one.why.th} {along}\n\n" + fields(one.inputs)
    if one.check == "no_clinic_without_backup":
        text += "\nRefused where a clinic would be without backup.\n"
    return text + "\n"
