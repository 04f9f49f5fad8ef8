"""Records for tests of the standards: invented, with every kind of thing, of any size."""

from datetime import UTC, datetime, timedelta

from warroom.exchange.standards.record import (
    ExchangedThing,
    SharedPayment,
    SharedRecord,
    SharedRestraint,
    SharedTie,
    ThingKind,
)

NIGHT = datetime(2026, 11, 24, 2, 31, 4, tzinfo=UTC)
RELATIONS = {
    "holds": ("person", "account"),
    "contact_of_advert": ("phone", "lure"),
    "uses_device": ("account", "device"),
}


def build_thing(kind: ThingKind, number: int) -> ExchangedThing:
    """The nth thing of a kind."""
    seen = NIGHT + timedelta(minutes=number)
    match kind:
        case "account":
            return ExchangedThing(kind, f"{1_000_000_000 + number}", f"B{number % 9 + 1:02d}", currency="THB")
        case "phone":
            return ExchangedThing(kind, f"+66{800_000_000 + number}")
        case "card":
            return ExchangedThing(kind, f"{4_000_000_000_000_000 + number}")
        case "wallet":
            return ExchangedThing(kind, f"0x{number:040x}")
        case "domain":
            return ExchangedThing(kind, f"bank-{number}.example")
        case "page":
            return ExchangedThing(kind, f"https://jobs-{number}.example/apply")
        case "email":
            return ExchangedThing(kind, f"desk{number}@pay.example")
        case "person":
            return ExchangedThing(kind, f"H-{number}", name=f"ผู้ถือบัญชี {number}")
        case "company":
            return ExchangedThing(kind, f"010555{number:07d}", name=f"Company {number} Co., Ltd.")
        case "device":
            return ExchangedThing(kind, f"{350_000_000_000_000 + number}")
        case "site":
            return ExchangedThing(
                kind, f"S-{number}", name=f"Compound {number}", country="XA", latitude=16.25, longitude=98.5
            )
        case "lure":
            text = "งานแอดมิน รายได้ดี ที่พักฟรี"
            return ExchangedThing(
                kind,
                f"A-{number}",
                name="advert",
                text=text,
                first_seen=seen,
                last_seen=seen + timedelta(days=1),
            )


def build_record(each: int, kinds: tuple[ThingKind, ...], *, is_exercise: bool = True) -> SharedRecord:
    """A record with `each` things of every kind, and as many payments, holds and ties as they allow."""
    things = [build_thing(kind, number) for kind in kinds for number in range(each)]
    accounts = [thing.key for thing in things if thing.kind == "account"]
    payments = [
        SharedPayment(
            id=f"B01:T-{number}",
            payer=accounts[number],
            payee=accounts[(number + 1) % len(accounts)],
            amount=4_950_000 + number,
            currency="THB",
            time=NIGHT + timedelta(seconds=number),
            channel="transfer",
            traced=1_000_050,
        )
        for number in range(len(accounts))
    ]
    holds = [
        SharedRestraint(
            reference=f"H{number:08d}",
            account=account,
            amount=1_200_000,
            held=1_000_000,
            currency="THB",
            state="in_effect",
            legal_basis="hold-on-report",
            approved_at=NIGHT,
            until=NIGHT + timedelta(hours=72),
        )
        for number, account in enumerate(accounts)
    ]
    by_kind = {kind: [thing.key for thing in things if thing.kind == kind] for kind in kinds}
    ties = [
        SharedTie(start, end, relation, NIGHT, None if number % 2 else NIGHT + timedelta(hours=1))
        for relation, (first, second) in RELATIONS.items()
        for number, (start, end) in enumerate(
            zip(by_kind.get(first, []), by_kind.get(second, []), strict=False)
        )
    ]
    return SharedRecord(
        number="C-1",
        made_at=NIGHT,
        sender="warroom",
        is_exercise=is_exercise,
        things=tuple(things),
        payments=tuple(payments),
        holds=tuple(holds),
        ties=tuple(ties),
    )
