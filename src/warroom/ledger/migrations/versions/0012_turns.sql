-- The job queue of older versions: servers take turns instead. Its tables, then its functions, then its types; a ledger
-- that never had them loses nothing.
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN SELECT oid::regclass AS name FROM pg_class
               WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname LIKE 'procrastinate\_%' LOOP
    EXECUTE format('DROP TABLE %s CASCADE', found.name);
  END LOOP;
  FOR found IN SELECT oid::regprocedure AS name FROM pg_proc
               WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate\_%' LOOP
    EXECUTE format('DROP FUNCTION %s CASCADE', found.name);
  END LOOP;
  FOR found IN SELECT oid::regtype AS name FROM pg_type
               WHERE typnamespace = current_schema()::regnamespace AND typname LIKE 'procrastinate\_%' LOOP
    EXECUTE format('DROP TYPE %s CASCADE', found.name);
  END LOOP;
END $$;
