-- Who confirmed which rule.

CREATE TABLE law_confirmations (
  rule_id text NOT NULL,
  digest text NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT law_confirmations_pk PRIMARY KEY (rule_id, digest),
  CONSTRAINT law_confirmations_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
