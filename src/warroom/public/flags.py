"""A flag as the account holder sees it, with the code on the notice."""

from datetime import datetime

from warroom.bilingual.texts import Texts
from warroom.cases import objection
from warroom.ledger.audit import looks
from warroom.ledger.decision import logged_read, open_decision
from warroom.ledger.ledger import Ledger
from warroom.payee import holders
from warroom.public.views import PublicFlag


def appeal_flag(ledger: Ledger, reference: str, who: str, text: str, *, now: datetime | None = None) -> None:
    """File an appeal with the code printed on the flag's notice; no sign-in is needed. Raises NotFound for an unknown code,
    NotPossible where the flag has ended, an appeal is open already or the text is empty.
    """
    who, text = objection.clean_objection(who, text)
    with open_decision(ledger, "public", now=now) as this:
        holders.file_appeal(this, reference, who, text)


def load_public_flag(ledger: Ledger, reference: str, *, now: datetime | None = None) -> PublicFlag:
    """What the holder may see with the code: the end of the flag, the notice, and the state of the appeal. Raises
    NotFound.
    """
    with logged_read(ledger, "public", now=now) as this:
        flag = holders.load_flag_by_code(this.session, reference)
        # Once an hour: ten thousand requests for the page must not fill the log.
        looks.log_list_read(this.session, "public", f"flag:{flag.id}", this.now, "flag.read")
        row = holders.find_newest_appeal(this.session, flag)
        return PublicFlag(
            reference=flag.reference,
            bank=flag.bank,
            # By its end time: the row may not have been ended yet.
            active=flag.state == "in_effect" and flag.until is not None and flag.until > this.now,
            until=flag.until,
            notice=Texts(flag.notice_th, flag.notice_en),
            appeal_state=row.state if row else "",  # type: ignore[arg-type]
            appeal_due=row.due_at if row else None,
            appeal_limit=row.limit_at if row else None,
            appeal_reason=row.reason if row else "",
        )
