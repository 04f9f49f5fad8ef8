-- Actions of every kind but the hold, and joint operations.
CREATE TABLE operations (
  id BIGSERIAL NOT NULL,
  case_id BIGINT,
  title TEXT NOT NULL,
  hour TIMESTAMP WITH TIME ZONE NOT NULL,
  raid BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  proposed_by BIGINT NOT NULL,
  proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  report TEXT NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT operations_pk PRIMARY KEY (id),
  CONSTRAINT operations_title_check CHECK (title <> ''),
  CONSTRAINT operations_state_check CHECK (state IN ('planned', 'go', 'no_go', 'ended')),
  CONSTRAINT operations_ended_check CHECK ((state IN ('no_go', 'ended')) = (ended_at IS NOT NULL)),
  CONSTRAINT operations_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT operations_proposed_by_fk FOREIGN KEY(proposed_by) REFERENCES officers (id)
);
CREATE INDEX operations_case_id_idx ON operations (case_id);
CREATE INDEX operations_hour_idx ON operations (hour);

CREATE TABLE measures (
  id BIGSERIAL NOT NULL,
  reference TEXT NOT NULL,
  kind TEXT NOT NULL,
  pillar TEXT NOT NULL,
  case_id BIGINT,
  operation_id BIGINT,
  partner TEXT,
  details JSONB NOT NULL,
  reason TEXT NOT NULL,
  needed BIGINT NOT NULL,
  apart BOOLEAN NOT NULL,
  proposed_by BIGINT NOT NULL,
  proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  decide_by TIMESTAMP WITH TIME ZONE NOT NULL,
  rule_id TEXT NOT NULL,
  rule_digest TEXT NOT NULL,
  proposed_rule TEXT NOT NULL,
  state TEXT NOT NULL,
  approved_at TIMESTAMP WITH TIME ZONE,
  until TIMESTAMP WITH TIME ZONE,
  CONSTRAINT measures_pk PRIMARY KEY (id),
  CONSTRAINT measures_state_check CHECK (state IN ('proposed', 'approved', 'sent', 'in_effect', 'partly', 'refused', 'done', 'lifted', 'lapsed', 'withdrawn', 'declined')),
  CONSTRAINT measures_needed_check CHECK (needed IN (1, 2)),
  CONSTRAINT measures_decide_by_check CHECK (decide_by > proposed_at),
  CONSTRAINT measures_until_check CHECK (until IS NULL OR until > approved_at),
  CONSTRAINT measures_reference_key UNIQUE (reference),
  CONSTRAINT measures_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT measures_operation_id_fk FOREIGN KEY(operation_id) REFERENCES operations (id),
  CONSTRAINT measures_partner_fk FOREIGN KEY(partner) REFERENCES agencies (code),
  CONSTRAINT measures_proposed_by_fk FOREIGN KEY(proposed_by) REFERENCES officers (id)
);
CREATE INDEX measures_case_id_idx ON measures (case_id);
CREATE INDEX measures_list_idx ON measures (state, id);
CREATE INDEX measures_operation_id_idx ON measures (operation_id);
CREATE INDEX measures_proposed_by_idx ON measures (proposed_by);

CREATE TABLE measure_subjects (
  measure_id BIGINT NOT NULL,
  place BIGINT NOT NULL,
  action TEXT NOT NULL,
  partner TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  note TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  CONSTRAINT measure_subjects_pk PRIMARY KEY (measure_id, place),
  CONSTRAINT measure_subjects_measure_id_kind_subject_key UNIQUE (measure_id, kind, subject),
  CONSTRAINT measure_subjects_subject_check CHECK (kind <> '' AND subject <> ''),
  CONSTRAINT measure_subjects_measure_id_fk FOREIGN KEY(measure_id) REFERENCES measures (id)
);
CREATE UNIQUE INDEX measure_subjects_once_idx ON measure_subjects (action, partner, kind, subject) WHERE active;

CREATE TABLE measure_approvals (
  id BIGSERIAL NOT NULL,
  measure_id BIGINT NOT NULL,
  officer_id BIGINT NOT NULL,
  digest TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT measure_approvals_pk PRIMARY KEY (id),
  CONSTRAINT measure_approvals_measure_id_officer_id_digest_key UNIQUE (measure_id, officer_id, digest),
  CONSTRAINT measure_approvals_measure_id_fk FOREIGN KEY(measure_id) REFERENCES measures (id),
  CONSTRAINT measure_approvals_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);
CREATE INDEX measure_approvals_officer_id_idx ON measure_approvals (officer_id);

CREATE TABLE measure_documents (
  id BIGSERIAL NOT NULL,
  measure_id BIGINT,
  operation_id BIGINT,
  prerequisite TEXT NOT NULL,
  content JSONB NOT NULL,
  sha256 TEXT NOT NULL,
  officer_id BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT measure_documents_pk PRIMARY KEY (id),
  CONSTRAINT measure_documents_table_check CHECK (num_nonnulls(measure_id, operation_id) = 1),
  CONSTRAINT measure_documents_measure_id_fk FOREIGN KEY(measure_id) REFERENCES measures (id),
  CONSTRAINT measure_documents_operation_id_fk FOREIGN KEY(operation_id) REFERENCES operations (id),
  CONSTRAINT measure_documents_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);
CREATE INDEX measure_documents_measure_id_idx ON measure_documents (measure_id);
CREATE INDEX measure_documents_operation_id_idx ON measure_documents (operation_id);

CREATE TABLE measure_transitions (
  id BIGSERIAL NOT NULL,
  measure_id BIGINT NOT NULL,
  before TEXT,
  after TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  officer_id BIGINT,
  reason TEXT NOT NULL,
  CONSTRAINT measure_transitions_pk PRIMARY KEY (id),
  CONSTRAINT measure_transitions_measure_id_fk FOREIGN KEY(measure_id) REFERENCES measures (id),
  CONSTRAINT measure_transitions_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);
CREATE INDEX measure_transitions_measure_id_idx ON measure_transitions (measure_id, id);

CREATE TABLE operation_places (
  operation_id BIGINT NOT NULL,
  place BIGINT NOT NULL,
  name TEXT NOT NULL,
  province TEXT NOT NULL,
  note TEXT NOT NULL,
  CONSTRAINT operation_places_pk PRIMARY KEY (operation_id, place),
  CONSTRAINT operation_places_operation_id_fk FOREIGN KEY(operation_id) REFERENCES operations (id)
);

CREATE TABLE operation_agencies (
  operation_id BIGINT NOT NULL,
  agency TEXT NOT NULL,
  readiness TEXT NOT NULL,
  reason TEXT NOT NULL,
  officer_id BIGINT,
  at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT operation_agencies_pk PRIMARY KEY (operation_id, agency),
  CONSTRAINT operation_agencies_readiness_check CHECK (readiness IN ('unknown', 'ready', 'not_ready')),
  CONSTRAINT operation_agencies_reason_check CHECK (readiness <> 'not_ready' OR reason <> ''),
  CONSTRAINT operation_agencies_operation_id_fk FOREIGN KEY(operation_id) REFERENCES operations (id),
  CONSTRAINT operation_agencies_agency_fk FOREIGN KEY(agency) REFERENCES agencies (code),
  CONSTRAINT operation_agencies_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);

CREATE TABLE operation_words (
  id BIGSERIAL NOT NULL,
  operation_id BIGINT NOT NULL,
  officer_id BIGINT NOT NULL,
  commander BOOLEAN NOT NULL,
  word TEXT NOT NULL,
  reason TEXT NOT NULL,
  digest TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT operation_words_pk PRIMARY KEY (id),
  CONSTRAINT operation_words_operation_id_officer_id_digest_key UNIQUE (operation_id, officer_id, digest),
  CONSTRAINT operation_words_word_check CHECK (word IN ('go', 'no_go')),
  CONSTRAINT operation_words_operation_id_fk FOREIGN KEY(operation_id) REFERENCES operations (id),
  CONSTRAINT operation_words_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);

CREATE TABLE operation_timeline (
  id BIGSERIAL NOT NULL,
  operation_id BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  agency TEXT NOT NULL,
  officer_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  place BIGINT,
  text TEXT NOT NULL,
  CONSTRAINT operation_timeline_pk PRIMARY KEY (id),
  CONSTRAINT operation_timeline_kind_check CHECK (kind IN ('planned', 'readiness', 'document', 'word', 'said', 'result', 'end')),
  CONSTRAINT operation_timeline_operation_id_fk FOREIGN KEY(operation_id) REFERENCES operations (id),
  CONSTRAINT operation_timeline_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);
CREATE INDEX operation_timeline_operation_id_idx ON operation_timeline (operation_id, id);

CREATE TABLE operation_results (
  id BIGSERIAL NOT NULL,
  operation_id BIGINT NOT NULL,
  place BIGINT NOT NULL,
  kind TEXT NOT NULL,
  count BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  refs TEXT[] NOT NULL,
  note TEXT NOT NULL,
  officer_id BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT operation_results_pk PRIMARY KEY (id),
  CONSTRAINT operation_results_kind_check CHECK (kind IN ('cash', 'car', 'property', 'gold', 'crypto', 'device', 'sim', 'person', 'arrest')),
  CONSTRAINT operation_results_figures_check CHECK (count >= 0 AND amount >= 0),
  CONSTRAINT operation_results_operation_id_fk FOREIGN KEY(operation_id) REFERENCES operations (id),
  CONSTRAINT operation_results_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);
CREATE INDEX operation_results_operation_id_idx ON operation_results (operation_id);

