-- When a case's records ended, where that is so long ago that no exit is estimated.
ALTER TABLE cases ADD COLUMN records_end timestamptz;
CREATE INDEX cases_records_end_idx ON cases (records_end) WHERE state = 'open' AND undecided > 0;
