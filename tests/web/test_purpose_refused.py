"""The question why a case is opened keeps what was typed where it is refused, and marks the field."""

import re
from collections.abc import Callable

from tests.web.conftest import Night, Visitor


def test_a_refused_purpose_keeps_its_words_and_marks_the_field(
    anna: Visitor, night: Night, enter: Callable[..., Visitor]
) -> None:
    night.officer("pros", "prosecutor")
    pros = enter("pros")
    asked = pros.get("/cases/C-1")
    assert asked.status_code in (200, 403)
    refused = pros.post("/cases/C-1", "/cases/C-1/purpose", purpose="nothing", text="A clerk asked")
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text
    assert re.search(r'name="text"[^>]* value="A clerk asked"', refused.text)
    assert re.search(r'<select name="purpose"[^>]* aria-invalid="true"', refused.text)
