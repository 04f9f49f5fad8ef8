"""What a search looked at and what it did not, in words: nothing found means little to who does not know where."""

from collections.abc import Iterator
from functools import partial

from warroom.room.lookup.asked import LookupQuestion
from warroom.room.lookup.views import LookupResult, SearchScope
from warroom.web.kit.formats import Say


def format_scope(search_result: LookupResult, asked: LookupQuestion, say: Say) -> tuple[str, ...]:
    """What was looked at, and what was not, a sentence each; none where nothing was looked for."""
    scope, _ = search_result.scope, say.catalog.gettext
    if scope is None or search_result.short or not asked.typed:
        return ()
    if not scope.cases:
        looked = _(
            "None of your cases is open with a purpose: of numbers only those of cases were looked at."
        )
    else:
        parts = "; ".join(_iter_parts(scope, asked, say))
        looked = _("Looked at: {parts}.").format(parts=parts)
    return looked, _explain_gaps(search_result, asked, say)


def _format_count(say: Say, one: str, several: str, count: int) -> str:
    return say.catalog.ngettext(one, several, count).format(count=say.count(count))


def _iter_parts(scope: SearchScope, asked: LookupQuestion, say: Say) -> Iterator[str]:
    """Where it was looked."""
    _ = say.catalog.gettext

    # By this name, so that the catalogue finds its sentences.
    ngettext = partial(_format_count, say)
    if not asked.digits:
        yield ngettext(
            "names, numbers and words in records and notes of your {count} case",
            "names, numbers and words in records and notes of your {count} cases",
            scope.cases,
        )
    elif scope.numbers == "run":
        yield ngettext(
            "accounts, papers, reports and notes of your {count} case",
            "accounts, papers, reports and notes of your {count} cases",
            scope.cases,
        )
        yield ngettext(
            "money trail of {count} of them", "money trails of the {count} newest of them", scope.trails
        )
    else:
        yield ngettext(
            "accounts of your {count} case by their last 4 digits, as your role sees no others",
            "accounts of your {count} cases by their last 4 digits, as your role sees no others",
            scope.cases,
        )
    if scope.phone_records:
        yield ngettext(
            "telephones in {count} record of theirs",
            "telephones in the {count} newest records of theirs",
            scope.phone_records,
        )
    yield _("numbers of all cases that you may know of")


def _explain_gaps(search_result: LookupResult, asked: LookupQuestion, say: Say) -> str:
    """What was not looked at, and why."""
    _ = say.catalog.gettext
    if search_result.weary:
        return _("Not looked at: cases of others, as this hour's limit is reached.")
    if search_result.scope and search_result.scope.outside:
        return _("In cases of others hits are counted, not shown.")
    if asked.digits:
        return _("Not looked at: cases of others, where only a number of 7 digits or more is counted.")
    return _("Not looked at: cases of others, where only words of 4 letters or more are counted.")
