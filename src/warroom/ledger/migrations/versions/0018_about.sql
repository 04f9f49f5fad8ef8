-- A deadline about a thing that nothing knows would never strike: the table takes none.
ALTER TABLE deadlines ADD CONSTRAINT deadlines_about_check
  CHECK (about IN ('measure', 'request', 'asset', 'proceeding', 'joint', 'person', 'person:glass'));
