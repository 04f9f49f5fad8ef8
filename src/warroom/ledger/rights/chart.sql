-- A pinned note keeps its words; taking it off is all that may be written to it. {role} is the application's role.
REVOKE UPDATE ON chart_notes FROM {role};
GRANT UPDATE (off_by, off_at) ON chart_notes TO {role};
