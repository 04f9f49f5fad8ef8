"""Reports of cases that the reader may know of, without a look at each of the cases."""

from sqlalchemy import ColumnElement, select

from warroom.cases.schema import Case, CaseAccess, CaseReportRow


def reports_of(seen: ColumnElement[bool]) -> ColumnElement[bool]:
    """Reports whose case is `seen`."""
    # Few cases are sealed: those are looked up once, where a join would look up the case of every report of the day.
    sealed = Case.id.in_(select(CaseAccess.case_id))
    return CaseReportRow.case_id.not_in(select(Case.id).where(sealed, ~seen))
