-- Who takes part in a joint operation at which place and why, as its plan said; and what an officer typed into a plan so far.
CREATE TABLE operation_needs (
  id bigserial NOT NULL,
  operation_id bigint NOT NULL,
  place bigint,
  sort text NOT NULL,
  agency text,
  why text NOT NULL,
  count bigint NOT NULL,
  text text NOT NULL,
  CONSTRAINT operation_needs_pk PRIMARY KEY (id),
  CONSTRAINT operation_needs_count_check CHECK (count >= 0),
  CONSTRAINT operation_needs_why_check
    CHECK (why IN ('search', 'arrest', 'screening', 'shelter', 'languages', 'children', 'clinics', 'cut', 'evidence', 'partner', 'by_hand')),
  CONSTRAINT operation_needs_agency_fk FOREIGN KEY (agency) REFERENCES agencies (code),
  CONSTRAINT operation_needs_operation_id_fk FOREIGN KEY (operation_id) REFERENCES operations (id)
);
CREATE INDEX operation_needs_operation_id_idx ON operation_needs (operation_id);
CREATE TABLE operation_drafts (
  id bigserial NOT NULL,
  officer_id bigint NOT NULL,
  operation_id bigint,
  content jsonb NOT NULL,
  kept_at timestamptz NOT NULL,
  CONSTRAINT operation_drafts_pk PRIMARY KEY (id),
  CONSTRAINT operation_drafts_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT operation_drafts_operation_id_fk FOREIGN KEY (operation_id) REFERENCES operations (id)
);
CREATE INDEX operation_drafts_officer_id_idx ON operation_drafts (officer_id, kept_at);
CREATE TRIGGER operation_needs_only_grow BEFORE UPDATE OR DELETE ON operation_needs
  FOR EACH ROW EXECUTE FUNCTION deny_change();
ALTER TABLE agencies DROP CONSTRAINT agencies_kind_check;
ALTER TABLE agencies ADD CONSTRAINT agencies_kind_check
  CHECK (kind IN ('room', 'police', 'prosecutor', 'court', 'money', 'bank', 'telecom', 'power', 'regulator', 'platform', 'shelter', 'screening', 'hospital', 'ngo', 'embassy', 'abroad', 'other'));
