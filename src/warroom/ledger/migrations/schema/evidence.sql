-- Evidence and its custody: only ever added to.

CREATE TABLE evidence_items (
  id bigserial NOT NULL,
  case_id bigint NOT NULL,
  kind text NOT NULL,
  source text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  origin text NOT NULL,
  media text NOT NULL,
  size bigint,
  sha256 text,
  part_of bigint,
  protected boolean NOT NULL,
  received_by bigint NOT NULL,
  received_at timestamptz NOT NULL,
  CONSTRAINT evidence_items_pk PRIMARY KEY (id),
  CONSTRAINT evidence_items_file_check CHECK ((kind = 'file') = (sha256 IS NOT NULL AND size IS NOT NULL)),
  CONSTRAINT evidence_items_kind_check CHECK (kind IN ('file', 'thing')),
  CONSTRAINT evidence_items_name_check CHECK (name <> ''),
  CONSTRAINT evidence_items_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT evidence_items_size_check CHECK (size >= 0),
  CONSTRAINT evidence_items_source_check CHECK (source IN ('upload', 'file', 'snapshot', 'order', 'thing')),
  CONSTRAINT evidence_items_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT evidence_items_part_of_fk FOREIGN KEY (part_of) REFERENCES evidence_items (id),
  CONSTRAINT evidence_items_received_by_fk FOREIGN KEY (received_by) REFERENCES officers (id)
);
CREATE INDEX evidence_items_case_id_idx ON evidence_items (case_id);
CREATE INDEX evidence_items_sha256_idx ON evidence_items (sha256);

CREATE TABLE custody_events (
  id bigserial NOT NULL,
  item_id bigint NOT NULL,
  step bigint NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  officer_id bigint NOT NULL,
  from_id bigint,
  to_id bigint,
  outside text NOT NULL,
  location text NOT NULL,
  reason text NOT NULL,
  seal text NOT NULL,
  court text NOT NULL,
  court_order text NOT NULL,
  copy_number bigint,
  copy_sha256 text,
  sha256 text NOT NULL,
  CONSTRAINT custody_events_pk PRIMARY KEY (id),
  CONSTRAINT custody_events_item_id_copy_number_key UNIQUE (item_id, copy_number),
  CONSTRAINT custody_events_item_id_step_key UNIQUE (item_id, step),
  CONSTRAINT custody_events_accepted_check CHECK (kind <> 'accepted' OR officer_id = to_id),
  CONSTRAINT custody_events_copy_check CHECK ((kind = 'opened') = (copy_number IS NOT NULL)),
  CONSTRAINT custody_events_copy_holder_check CHECK (kind <> 'opened' OR to_id IS NOT NULL),
  CONSTRAINT custody_events_court_check CHECK ((kind = 'destroyed') = (court <> '' AND court_order <> '')),
  CONSTRAINT custody_events_kind_check
    CHECK (kind IN ('received', 'sealed', 'moved', 'offered', 'accepted', 'declined', 'opened', 'returned', 'destroyed')),
  CONSTRAINT custody_events_reason_check CHECK (reason <> ''),
  CONSTRAINT custody_events_seal_check CHECK (kind <> 'sealed' OR seal <> ''),
  CONSTRAINT custody_events_sides_check
    CHECK (kind NOT IN ('offered', 'accepted') OR (from_id IS NOT NULL AND to_id IS NOT NULL AND from_id <> to_id)),
  CONSTRAINT custody_events_from_id_fk FOREIGN KEY (from_id) REFERENCES officers (id),
  CONSTRAINT custody_events_item_id_fk FOREIGN KEY (item_id) REFERENCES evidence_items (id),
  CONSTRAINT custody_events_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT custody_events_to_id_fk FOREIGN KEY (to_id) REFERENCES officers (id)
);

CREATE TRIGGER evidence_items_only_grow BEFORE UPDATE OR DELETE ON evidence_items
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER evidence_items_never_emptied BEFORE TRUNCATE ON evidence_items
  FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
CREATE TRIGGER custody_events_only_grow BEFORE UPDATE OR DELETE ON custody_events
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER custody_events_never_emptied BEFORE TRUNCATE ON custody_events
  FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
