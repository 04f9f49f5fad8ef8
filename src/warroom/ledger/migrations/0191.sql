-- Collections that partners read and hand objects to, and keys for programs of partners that are no banks.
ALTER TABLE partner_keys DROP CONSTRAINT partner_keys_scopes_check;
ALTER TABLE partner_keys ADD CONSTRAINT partner_keys_scopes_check CHECK (scopes <@ ARRAY['payee-check', 'transfers:write', 'taxii:read', 'taxii:write'] AND cardinality(scopes) > 0);
CREATE TABLE partner_collections (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  mark TEXT NOT NULL,
  readers TEXT[] NOT NULL,
  writers TEXT[] NOT NULL,
  made_by BIGINT,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT partner_collections_pk PRIMARY KEY (id),
  CONSTRAINT partner_collections_mark_check CHECK (mark IN ('clear', 'green', 'amber', 'amber+strict', 'red')),
  CONSTRAINT partner_collections_says_check CHECK (name <> '' AND title <> ''),
  CONSTRAINT partner_collections_name_key UNIQUE (name),
  CONSTRAINT partner_collections_made_by_fk FOREIGN KEY(made_by) REFERENCES officers (id)
);
CREATE TABLE collection_objects (
  position BIGSERIAL NOT NULL,
  collection_id TEXT NOT NULL,
  object_id TEXT NOT NULL,
  object_type TEXT NOT NULL,
  version TIMESTAMP WITH TIME ZONE NOT NULL,
  added_at TIMESTAMP WITH TIME ZONE NOT NULL,
  sender TEXT NOT NULL,
  content TEXT NOT NULL,
  CONSTRAINT collection_objects_pk PRIMARY KEY (position),
  CONSTRAINT collection_objects_collection_id_object_id_version_key UNIQUE (collection_id, object_id, version),
  CONSTRAINT collection_objects_collection_id_fk FOREIGN KEY(collection_id) REFERENCES partner_collections (id)
);
CREATE INDEX collection_objects_order_idx ON collection_objects (collection_id, position);
CREATE INDEX collection_objects_added_idx ON collection_objects (collection_id, added_at);
CREATE INDEX collection_objects_type_idx ON collection_objects (collection_id, object_type, position);
CREATE TABLE collection_receipts (
  id TEXT NOT NULL,
  collection_id TEXT NOT NULL,
  partner TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  outcomes JSONB NOT NULL,
  CONSTRAINT collection_receipts_pk PRIMARY KEY (id),
  CONSTRAINT collection_receipts_collection_id_fk FOREIGN KEY(collection_id) REFERENCES partner_collections (id)
);
CREATE INDEX collection_receipts_collection_id_idx ON collection_receipts (collection_id);
