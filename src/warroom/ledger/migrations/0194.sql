-- What left whole and what of the register was in it, so that a revocation reaches it; for which purpose a collection's readers need an
-- agreement.
CREATE TABLE partner_leavings (
  id BIGSERIAL NOT NULL,
  kind TEXT NOT NULL,
  form TEXT NOT NULL,
  partner TEXT NOT NULL,
  level TEXT NOT NULL,
  objects BIGINT[] NOT NULL,
  withheld BIGINT NOT NULL,
  case_id BIGINT,
  left_by BIGINT,
  left_at TIMESTAMP WITH TIME ZONE NOT NULL,
  recalled_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT partner_leavings_pk PRIMARY KEY (id),
  CONSTRAINT partner_leavings_kind_check CHECK (kind IN ('chart', 'collection', 'order', 'ask')),
  CONSTRAINT partner_leavings_level_check CHECK (level IN ('clear', 'green', 'amber', 'amber-strict', 'red')),
  CONSTRAINT partner_leavings_withheld_check CHECK (withheld >= 0),
  CONSTRAINT partner_leavings_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT partner_leavings_left_by_fk FOREIGN KEY(left_by) REFERENCES officers (id)
);
CREATE INDEX partner_leavings_case_id_idx ON partner_leavings (case_id);
CREATE INDEX partner_leavings_left_by_idx ON partner_leavings (left_by);
CREATE INDEX partner_leavings_objects_idx ON partner_leavings USING gin (objects);
CREATE TRIGGER partner_leavings_never_emptied BEFORE DELETE ON partner_leavings FOR EACH ROW EXECUTE FUNCTION deny_change();
ALTER TABLE partner_collections ADD COLUMN purpose TEXT NOT NULL DEFAULT 'fraud';
ALTER TABLE partner_collections ALTER COLUMN purpose DROP DEFAULT;
ALTER TABLE partner_collections ADD CONSTRAINT partner_collections_purpose_check
  CHECK (purpose IN ('fraud', 'trafficking', 'victims', 'assets'));
ALTER TABLE collection_objects ADD COLUMN made_from BIGINT[] NOT NULL DEFAULT '{}';
ALTER TABLE collection_objects ALTER COLUMN made_from DROP DEFAULT;
-- Signed links by which partners without a system answer a request.
CREATE TABLE request_links (
  id BIGSERIAL NOT NULL,
  request_id BIGINT NOT NULL,
  locale TEXT NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  made_by BIGINT NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  ended_cause TEXT NOT NULL,
  CONSTRAINT request_links_pk PRIMARY KEY (id),
  CONSTRAINT request_links_cause_check CHECK (ended_cause IN ('', 'answered', 'revoked')),
  CONSTRAINT request_links_ended_check CHECK ((ended_at IS NULL) = (ended_cause = '')),
  CONSTRAINT request_links_says_check CHECK (locale IN ('th', 'en') AND expires_at > made_at),
  CONSTRAINT request_links_request_id_fk FOREIGN KEY(request_id) REFERENCES requests (id),
  CONSTRAINT request_links_made_by_fk FOREIGN KEY(made_by) REFERENCES officers (id)
);
CREATE INDEX request_links_request_id_idx ON request_links (request_id);
CREATE INDEX request_links_made_by_idx ON request_links (made_by);
CREATE UNIQUE INDEX request_links_open_idx ON request_links (request_id) WHERE ended_at IS NULL;
CREATE TRIGGER request_links_never_emptied BEFORE DELETE ON request_links FOR EACH ROW EXECUTE FUNCTION deny_change();
-- Where pulls of partners' collections go on.
CREATE TABLE collection_pulls (
  collection_id TEXT NOT NULL,
  address TEXT NOT NULL,
  added_after TEXT NOT NULL,
  next_place TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT collection_pulls_pk PRIMARY KEY (collection_id, address),
  CONSTRAINT collection_pulls_says_check CHECK (address <> ''),
  CONSTRAINT collection_pulls_collection_id_fk FOREIGN KEY(collection_id) REFERENCES partner_collections (id)
);
