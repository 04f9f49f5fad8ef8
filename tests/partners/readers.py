"""Agencies on the register with an agreement in force, for tests of what they may read."""

from datetime import timedelta

from tests.cases.scenes import Scene
from warroom import clock
from warroom.partners.decisions import register
from warroom.partners.views import PartnerRole, TlpMark

KINDS = (
    *(
        "account",
        "phone",
        "domain",
        "payment",
        "hold",
        "person",
        "company",
        "card",
        "wallet",
        "page",
        "email",
    ),
    *("individual", "scam-site", "site", "lure", "indicator", "x-unknown", "device", "artifact"),
)


def register_readers(
    scene: Scene,
    *codes: str,
    role: PartnerRole = "bank",
    mark: TlpMark = "amber-strict",
    kinds: tuple[str, ...] = KINDS,
) -> None:
    """Put agencies on the register, each with an agreement in force about these kinds up to this mark."""
    drafter, approver = scene.officer("lia", "liaison"), scene.officer("sup", "supervisor")
    for code in codes:
        register.add_partner(scene.ledger, approver, code, role)
        draft = register.AgreementDraft(
            code, "fraud", "Memorandum", kinds, mark, 90, clock.get_now() + timedelta(days=30)
        )
        number = register.draft_agreement(scene.ledger, drafter, draft, f"agreement-{code}")
        register.approve_agreement(scene.ledger, approver, number)
