"""Why no listing is proposed for accounts on a case's trail, as its page says it at each of them."""

from typing import Any

from warroom.cases.views import CasePage
from warroom.incoming import queries
from warroom.ledger.ledger import Ledger
from warroom.money.trail import BankAccount
from warroom.sentences.catalogue import find_word
from warroom.web.kit.formats import Say


def build_unlisted_values(ledger: Ledger, case: CasePage, say: Say) -> dict[str, Any]:
    """`unlisted`: by bank and account, why no listing of it is proposed."""
    accounts = [BankAccount(proposal.bank, proposal.account) for proposal in case.proposals]
    return {
        "unlisted": {
            (quiet.bank, quiet.account): find_word("incoming.quiet", quiet.why, say.language)
            for quiet in queries.list_unlisted_accounts(ledger, accounts, say.now)
        }
    }
