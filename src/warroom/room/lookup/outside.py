"""What a search discloses of cases that are not the officer's own: a count of hits, limited so that it cannot
be used to read them.

A hit discloses that something is there. With unlimited queries a sentence could be read letter by letter: of
forty guesses at the next letter one hits. So hits are counted for whole numbers and words only, never for the
end of a number; they are counted up to five; a sealed case counts as absent; and each officer has a rate
limit. At 200 queries an hour that is five letters an hour, each guess in the log under the officer's name,
while an officer who looks up thirty people an hour and types each name slowly never reaches the limit.
"""

from collections import deque
from datetime import datetime, timedelta
from pathlib import Path

MOST = 5
"""Hits; counting stops here and the page says "or more"."""
AN_HOUR = 200
"""Queries an hour and officer for which hits outside are counted; see the module's docstring for the reason."""
# The window of the rate limit `AN_HOUR`.
_SPAN = timedelta(hours=1)
# In memory and by process: a restart forgives a few queries, and no row is written at every keystroke.
_ASKED: dict[tuple[Path, int], deque[tuple[datetime, str]]] = {}


def is_rate_limited(root: Path, officer_id: int, asked: str, now: datetime) -> bool:
    """Whether an officer has used up the hour's queries; counts this one unless it repeats an earlier one."""
    before = _ASKED.setdefault((root, officer_id), deque(maxlen=AN_HOUR))
    # An exercise may turn its clock back: what seems to come later is of another day.
    while before and not now - _SPAN < before[0][0] <= now:
        before.popleft()
    # The same question again (back from a page that was opened) learns nothing new.
    if any(asked == earlier_text for _, earlier_text in before):
        return False
    if len(before) == AN_HOUR:
        return True
    before.append((now, asked))
    return False
