-- What came is never rewritten, and an object goes only by its sender's own word. {role} is the application's role.
REVOKE UPDATE ON collection_objects, collection_receipts FROM {role};
GRANT DELETE ON collection_objects TO {role};
