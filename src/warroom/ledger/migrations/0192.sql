-- Partners: the register and agreements, what was shared with whom, messages between rooms, requests that came in, and matching runs.
CREATE TABLE room_partners (
  code TEXT NOT NULL,
  role TEXT NOT NULL,
  locale TEXT NOT NULL,
  room_url TEXT NOT NULL,
  public_key TEXT NOT NULL,
  match_key TEXT NOT NULL,
  last_in BIGINT NOT NULL,
  added_by BIGINT NOT NULL,
  added_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT room_partners_pk PRIMARY KEY (code),
  CONSTRAINT room_partners_role_check CHECK (role IN ('agency', 'embassy', 'bank', 'telecom', 'platform', 'ngo', 'pool')),
  CONSTRAINT room_partners_locale_check CHECK (locale ~ '^[a-z]{2}$'),
  CONSTRAINT room_partners_room_check CHECK ((room_url = '') = (public_key = '')),
  CONSTRAINT room_partners_keys_check CHECK (public_key ~ '^([0-9a-f]{64})?$' AND match_key ~ '^([0-9a-f]{64})?$'),
  CONSTRAINT room_partners_code_fk FOREIGN KEY(code) REFERENCES agencies (code),
  CONSTRAINT room_partners_added_by_fk FOREIGN KEY(added_by) REFERENCES officers (id)
);
CREATE TABLE match_runs (
  id BIGSERIAL NOT NULL,
  partner TEXT NOT NULL,
  ours BOOLEAN NOT NULL,
  purpose TEXT NOT NULL,
  period TEXT NOT NULL,
  asked BIGINT NOT NULL,
  count BIGINT,
  state TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  hits TEXT[] NOT NULL,
  opened_by BIGINT,
  opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
  released_by BIGINT,
  released_at TIMESTAMP WITH TIME ZONE,
  reason TEXT NOT NULL,
  CONSTRAINT match_runs_pk PRIMARY KEY (id),
  CONSTRAINT match_runs_purpose_check CHECK (purpose IN ('fraud', 'trafficking', 'victims', 'assets')),
  CONSTRAINT match_runs_state_check CHECK (state IN ('opened', 'counted', 'released', 'refused')),
  CONSTRAINT match_runs_asked_check CHECK (asked >= 0),
  CONSTRAINT match_runs_released_check CHECK (CASE WHEN state = 'released' THEN released_by IS NOT NULL AND released_by <> opened_by AND reason <> '' ELSE cardinality(hits) = 0 END),
  CONSTRAINT match_runs_partner_fk FOREIGN KEY(partner) REFERENCES room_partners (code),
  CONSTRAINT match_runs_opened_by_fk FOREIGN KEY(opened_by) REFERENCES officers (id),
  CONSTRAINT match_runs_released_by_fk FOREIGN KEY(released_by) REFERENCES officers (id)
);
CREATE INDEX match_runs_quota_idx ON match_runs (partner, ours, purpose, opened_at);
CREATE TABLE partner_agreements (
  id BIGSERIAL NOT NULL,
  partner TEXT NOT NULL,
  purpose TEXT NOT NULL,
  basis TEXT NOT NULL,
  fields TEXT[] NOT NULL,
  highest_mark TEXT NOT NULL,
  retention_days BIGINT NOT NULL,
  per_day BIGINT NOT NULL,
  per_month BIGINT NOT NULL,
  state TEXT NOT NULL,
  valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  drafted_by BIGINT NOT NULL,
  drafted_at TIMESTAMP WITH TIME ZONE NOT NULL,
  approved_by BIGINT,
  approved_at TIMESTAMP WITH TIME ZONE,
  ended_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT partner_agreements_pk PRIMARY KEY (id),
  CONSTRAINT partner_agreements_purpose_check CHECK (purpose IN ('fraud', 'trafficking', 'victims', 'assets')),
  CONSTRAINT partner_agreements_mark_check CHECK (highest_mark IN ('clear', 'green', 'amber', 'amber-strict', 'red')),
  CONSTRAINT partner_agreements_state_check CHECK (state IN ('drafted', 'in_force', 'ended')),
  CONSTRAINT partner_agreements_says_check CHECK (basis <> '' AND cardinality(fields) > 0),
  CONSTRAINT partner_agreements_bounds_check CHECK (retention_days > 0 AND per_day >= 0 AND per_month >= per_day AND expires_at > valid_from),
  CONSTRAINT partner_agreements_two_officers_check CHECK (state <> 'in_force' OR (approved_by IS NOT NULL AND approved_by <> drafted_by)),
  CONSTRAINT partner_agreements_partner_fk FOREIGN KEY(partner) REFERENCES room_partners (code),
  CONSTRAINT partner_agreements_drafted_by_fk FOREIGN KEY(drafted_by) REFERENCES officers (id),
  CONSTRAINT partner_agreements_approved_by_fk FOREIGN KEY(approved_by) REFERENCES officers (id)
);
CREATE UNIQUE INDEX partner_agreements_open_idx ON partner_agreements (partner, purpose) WHERE state = 'in_force';
CREATE INDEX partner_agreements_partner_idx ON partner_agreements (partner);
CREATE TABLE partner_asks (
  id BIGSERIAL NOT NULL,
  partner TEXT NOT NULL,
  their_number TEXT NOT NULL,
  kind TEXT NOT NULL,
  purpose TEXT NOT NULL,
  subject TEXT NOT NULL,
  items TEXT[] NOT NULL,
  criticality TEXT NOT NULL,
  state TEXT NOT NULL,
  received_at TIMESTAMP WITH TIME ZONE NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  acknowledged_at TIMESTAMP WITH TIME ZONE,
  answered_at TIMESTAMP WITH TIME ZONE,
  escalated_at TIMESTAMP WITH TIME ZONE,
  keep_until TIMESTAMP WITH TIME ZONE,
  answer TEXT NOT NULL,
  answered_by BIGINT,
  CONSTRAINT partner_asks_pk PRIMARY KEY (id),
  CONSTRAINT partner_asks_kind_check CHECK (kind IN ('information', 'preservation', 'stop-payment', 'joint-operation')),
  CONSTRAINT partner_asks_purpose_check CHECK (purpose IN ('fraud', 'trafficking', 'victims', 'assets')),
  CONSTRAINT partner_asks_criticality_check CHECK (criticality IN ('critical', 'high', 'normal')),
  CONSTRAINT partner_asks_state_check CHECK (state IN ('received', 'acknowledged', 'partly', 'answered', 'refused')),
  CONSTRAINT partner_asks_says_check CHECK (subject <> '' AND cardinality(items) > 0),
  CONSTRAINT partner_asks_refused_check CHECK (state <> 'refused' OR answer <> ''),
  CONSTRAINT partner_asks_keep_check CHECK ((kind = 'preservation') = (keep_until IS NOT NULL)),
  CONSTRAINT partner_asks_partner_their_number_key UNIQUE (partner, their_number),
  CONSTRAINT partner_asks_partner_fk FOREIGN KEY(partner) REFERENCES room_partners (code),
  CONSTRAINT partner_asks_answered_by_fk FOREIGN KEY(answered_by) REFERENCES officers (id)
);
CREATE TABLE room_messages (
  id BIGSERIAL NOT NULL,
  partner TEXT NOT NULL,
  outgoing BOOLEAN NOT NULL,
  number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  about TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  attempts BIGINT NOT NULL,
  next_at TIMESTAMP WITH TIME ZONE NOT NULL,
  done_at TIMESTAMP WITH TIME ZONE,
  error TEXT NOT NULL,
  CONSTRAINT room_messages_pk PRIMARY KEY (id),
  CONSTRAINT room_messages_kind_check CHECK (kind IN ('share', 'revoke', 'revoke-kept', 'request', 'request-reply')),
  CONSTRAINT room_messages_state_check CHECK (state IN ('waiting', 'sent', 'refused', 'taken')),
  CONSTRAINT room_messages_counts_check CHECK (number > 0 AND attempts >= 0),
  CONSTRAINT room_messages_partner_outgoing_number_key UNIQUE (partner, outgoing, number),
  CONSTRAINT room_messages_partner_fk FOREIGN KEY(partner) REFERENCES room_partners (code)
);
CREATE INDEX room_messages_waiting_idx ON room_messages (next_at) WHERE state = 'waiting';
CREATE TABLE shared_objects (
  id BIGSERIAL NOT NULL,
  public_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  case_id BIGINT,
  origin TEXT,
  purpose TEXT NOT NULL,
  fields JSONB NOT NULL,
  recipients TEXT[] NOT NULL,
  keep_until TIMESTAMP WITH TIME ZONE NOT NULL,
  state TEXT NOT NULL,
  court_bundle TEXT NOT NULL,
  revoked_at TIMESTAMP WITH TIME ZONE,
  revoked_reason TEXT NOT NULL,
  made_by BIGINT,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT shared_objects_pk PRIMARY KEY (id),
  CONSTRAINT shared_objects_state_check CHECK (state IN ('held', 'revoked', 'kept')),
  CONSTRAINT shared_objects_purpose_check CHECK (purpose IN ('fraud', 'trafficking', 'victims', 'assets')),
  CONSTRAINT shared_objects_revoked_check CHECK ((state = 'held') = (revoked_at IS NULL)),
  CONSTRAINT shared_objects_kept_check CHECK (state <> 'kept' OR court_bundle <> ''),
  CONSTRAINT shared_objects_public_id_key UNIQUE (public_id),
  CONSTRAINT shared_objects_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT shared_objects_origin_fk FOREIGN KEY(origin) REFERENCES room_partners (code),
  CONSTRAINT shared_objects_made_by_fk FOREIGN KEY(made_by) REFERENCES officers (id)
);
CREATE INDEX shared_objects_case_id_idx ON shared_objects (case_id);
CREATE INDEX shared_objects_origin_idx ON shared_objects (origin);
CREATE TABLE partner_sends (
  id BIGSERIAL NOT NULL,
  object_id BIGINT NOT NULL,
  partner TEXT NOT NULL,
  agreement_id BIGINT NOT NULL,
  basis TEXT NOT NULL,
  fields TEXT[] NOT NULL,
  state TEXT NOT NULL,
  sent_by BIGINT NOT NULL,
  sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
  received_at TIMESTAMP WITH TIME ZONE,
  receipt TEXT NOT NULL,
  CONSTRAINT partner_sends_pk PRIMARY KEY (id),
  CONSTRAINT partner_sends_state_check CHECK (state IN ('waiting', 'received', 'revoking', 'revoked', 'kept')),
  CONSTRAINT partner_sends_says_check CHECK (basis <> '' AND cardinality(fields) > 0),
  CONSTRAINT partner_sends_object_id_partner_key UNIQUE (object_id, partner),
  CONSTRAINT partner_sends_object_id_fk FOREIGN KEY(object_id) REFERENCES shared_objects (id),
  CONSTRAINT partner_sends_partner_fk FOREIGN KEY(partner) REFERENCES room_partners (code),
  CONSTRAINT partner_sends_agreement_id_fk FOREIGN KEY(agreement_id) REFERENCES partner_agreements (id),
  CONSTRAINT partner_sends_sent_by_fk FOREIGN KEY(sent_by) REFERENCES officers (id)
);
CREATE INDEX partner_sends_object_id_idx ON partner_sends (object_id);
CREATE INDEX partner_sends_partner_idx ON partner_sends (partner);
CREATE TABLE shared_sources (
  object_id BIGINT NOT NULL,
  source_id BIGINT NOT NULL,
  CONSTRAINT shared_sources_pk PRIMARY KEY (object_id, source_id),
  CONSTRAINT shared_sources_other_check CHECK (object_id <> source_id),
  CONSTRAINT shared_sources_object_id_fk FOREIGN KEY(object_id) REFERENCES shared_objects (id),
  CONSTRAINT shared_sources_source_id_fk FOREIGN KEY(source_id) REFERENCES shared_objects (id)
);
CREATE INDEX shared_sources_source_id_idx ON shared_sources (source_id);
CREATE TABLE survivor_approvals (
  object_id BIGINT NOT NULL,
  partner TEXT NOT NULL,
  officer_id BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT survivor_approvals_pk PRIMARY KEY (object_id, partner),
  CONSTRAINT survivor_approvals_object_id_fk FOREIGN KEY(object_id) REFERENCES shared_objects (id),
  CONSTRAINT survivor_approvals_partner_fk FOREIGN KEY(partner) REFERENCES room_partners (code),
  CONSTRAINT survivor_approvals_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);
CREATE INDEX survivor_approvals_partner_idx ON survivor_approvals (partner);
ALTER TABLE deadlines DROP CONSTRAINT deadlines_about_check;
ALTER TABLE deadlines ADD CONSTRAINT deadlines_about_check CHECK (about IN ('hold', 'measure', 'request', 'asset', 'proceeding', 'joint',
  'person', 'person:glass', 'wake', 'flag', 'campaign', 'incoming', 'waiting-payment', 'partner-ask'));
CREATE TRIGGER partner_agreements_never_emptied BEFORE DELETE ON partner_agreements FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER partner_sends_never_emptied BEFORE DELETE ON partner_sends FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER shared_sources_only_grow BEFORE UPDATE OR DELETE ON shared_sources FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER survivor_approvals_only_grow BEFORE UPDATE OR DELETE ON survivor_approvals
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER room_messages_never_emptied BEFORE DELETE ON room_messages FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER match_runs_never_emptied BEFORE DELETE ON match_runs FOR EACH ROW EXECUTE FUNCTION deny_change();
