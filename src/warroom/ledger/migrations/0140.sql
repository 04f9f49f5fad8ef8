-- Who is held out follows from threat and week: what was drawn before stands by the week in which it was decided.
ALTER TABLE campaigns ADD COLUMN draw_week date;
UPDATE campaigns SET draw_week = date_trunc('week', decided_at AT TIME ZONE 'Asia/Bangkok')::date
  WHERE held_share > 0 AND decided_at IS NOT NULL;
-- What waits for approval was asked for before its seed was sealed: it is asked for anew.
UPDATE campaigns SET state = 'draft', digest = '', asked_at = NULL WHERE state = 'waiting';
ALTER TABLE campaigns ADD CONSTRAINT campaigns_drawn_check CHECK (CASE WHEN state IN ('scheduled', 'released') AND held_share > 0
    THEN draw_week IS NOT NULL ELSE true END);
CREATE INDEX campaigns_threat_idx ON campaigns (threat, draw_week) WHERE draw_week IS NOT NULL;
