"""Who may see which case, and why: sealed cases, stated purposes, what is masked for whom, and the second factors,
passkeys and providers that show who somebody is.

`may_see` is asked by every service that touches a case, `may_read` before what is in it is shown: to an officer of
another agency a sealed case is not there, and to one who has not said why it opens no further.
"""

from warroom.operations.access.purposes import PurposeNeeded, may_read, note_work
from warroom.operations.access.seals import case_of, hidden, may_see, visible

__all__ = ["PurposeNeeded", "case_of", "hidden", "may_read", "may_see", "note_work", "visible"]
