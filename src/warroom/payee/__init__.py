"""The check before a payment: a bank names a payment that waits, and hears whether to warn its customer.

An answer speaks of the payment and never of the payee. It costs no question to the ledger: what is known of accounts
lies in memory and is renewed in the background, and the question with its answer is on the disk, in a journal, before
the answer leaves; the log seals the journal every second.

It refuses: to be asked about an account without a payment, to say how likely anything is, and to be walked over.
Nothing here holds a payment: the bank and its customer decide.
"""
