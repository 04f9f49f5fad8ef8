-- Who took which delivery in by a page.
CREATE TABLE bringers (
  delivery_id text NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT bringers_pk PRIMARY KEY (delivery_id, officer_id),
  CONSTRAINT bringers_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX bringers_officer_id_idx ON bringers (officer_id);
-- Those of before, as the log tells them.
INSERT INTO bringers (delivery_id, officer_id, at)
  SELECT told.leaf ->> 'delivery', officers.id, min(told.at)
  FROM (
    SELECT officer, at, convert_from(leaf, 'UTF8')::jsonb -> 'detail' AS leaf FROM audit WHERE verb = 'file.taken-in'
    UNION ALL
    SELECT officer, at, detail::jsonb FROM audit_waiting WHERE verb = 'file.taken-in'
  ) AS told
  JOIN officers ON officers.username = told.officer
  WHERE told.leaf ->> 'delivery' <> ''
  GROUP BY 1, 2;
-- A trail that was frozen before trails said which deliveries they rest on is followed anew in the next minute.
UPDATE cases SET exit_at = opened_at, traced_at = NULL
  FROM case_snapshots
  WHERE case_snapshots.id = cases.snapshot_id AND cases.state = 'open' AND cases.undecided > 0;
