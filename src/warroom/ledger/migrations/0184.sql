-- The queue ranks by what a decision can still save: why a proposal comes unticked, what of a case is worth a decision, what of that leaves
-- within the hour (kept by the server's next forecast), and the bank whose amount sets the time to decide.
ALTER TABLE proposals ADD COLUMN doubt text NOT NULL DEFAULT '';
UPDATE proposals SET doubt = CASE
  WHEN reasons::jsonb @> '[{"code": "outweighs"}]' OR innocent_evidence::jsonb @> '[{"code": "outweighs"}]' THEN 'holder' ELSE 'look' END
WHERE state = 'open' AND (NOT EXISTS (
  SELECT FROM jsonb_array_elements(reasons::jsonb || innocent_evidence::jsonb) AS reason
  WHERE reason ->> 'code' IN ('passed_on', 'opened_recently', 'woke_up', 'just_under_limit', 'other_reports', 'shared_device'))
 OR EXISTS (
  SELECT FROM jsonb_array_elements(reasons::jsonb || innocent_evidence::jsonb) AS reason
  WHERE reason ->> 'code' IN ('outweighs', 'payer_bank_alone', 'rests_on_payer_bank_alone', 'looks_like', 'same_number_elsewhere',
                              'promptpay_telephone', 'promptpay_citizen', 'written_otherwise')));
ALTER TABLE cases
  ADD COLUMN to_decide bigint NOT NULL DEFAULT '0',
  ADD COLUMN savable bigint NOT NULL DEFAULT '0',
  ADD COLUMN decide_bank text NOT NULL DEFAULT '',
  ADD COLUMN is_silent boolean NOT NULL DEFAULT false;
UPDATE cases SET savable = leaves, to_decide = CASE
  WHEN offers.amount < 0.05 * cases.loss THEN 0
  WHEN offers.ticked > 0 OR NOT EXISTS (SELECT FROM holds h WHERE h.case_id = cases.id AND h.state <> 'taken_back')
    AND NOT EXISTS (SELECT FROM proposals p WHERE p.case_id = cases.id AND p.state = 'declined') THEN offers.worth
  ELSE 0 END
FROM (SELECT case_id, sum(amount)::bigint AS amount, coalesce(sum(amount) FILTER (WHERE doubt = ''), 0)::bigint AS ticked,
             coalesce(sum(amount) FILTER (WHERE doubt <> 'holder'), 0)::bigint AS worth
      FROM proposals WHERE state = 'open' GROUP BY case_id) AS offers
WHERE offers.case_id = cases.id;
UPDATE cases SET to_decide = to_decide + waiting.amount
FROM (SELECT case_id, sum(amount)::bigint AS amount FROM holds WHERE state = 'proposed' GROUP BY case_id) AS waiting
WHERE waiting.case_id = cases.id;
ALTER TABLE cases
  ADD COLUMN queue_group bigint NOT NULL GENERATED ALWAYS AS (
    CASE WHEN to_decide > 0 OR part_left > 0 OR is_silent THEN 0
         WHEN asked_since IS NOT NULL THEN 1 WHEN flag <> '' THEN 2 ELSE 3 END) STORED,
  ADD COLUMN at_stake bigint NOT NULL GENERATED ALWAYS AS (
    part_left + CASE WHEN (to_decide > 0 OR part_left > 0) AND NOT is_silent
                THEN savable ELSE leaves END) STORED;
DROP INDEX cases_queue_idx;
CREATE INDEX cases_queue_idx ON cases (queue_group, at_stake DESC, decide_by, reported_at, id) WHERE state = 'open';
DROP INDEX cases_waiting_idx;
CREATE INDEX cases_waiting_idx ON cases (next_due, id) WHERE state = 'open' AND to_decide > 0 AND owner_id IS NULL;
