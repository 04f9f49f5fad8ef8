-- From revision 0017, 0018 or 0019 to 0100, the first of the squashed ones: the last step that knows what came before. Each
-- part of it finds done what a later one of the three has done already.

-- A deadline about a thing that nothing knows would never strike: the table takes none.
ALTER TABLE deadlines DROP CONSTRAINT IF EXISTS deadlines_about_check;
ALTER TABLE deadlines ADD CONSTRAINT deadlines_about_check
  CHECK (about IN ('hold', 'measure', 'request', 'asset', 'proceeding', 'joint', 'person', 'person:glass'));

-- An order says itself which case and public code it is about: the outbox knows nothing of holds. What an order says is
-- frozen by its guard, which stands aside for this one addition.
ALTER TABLE orders DISABLE TRIGGER orders_guard;
UPDATE orders SET facts = facts || jsonb_build_object('reference', actions.reference, 'case', cases.number)
  FROM actions JOIN cases ON cases.id = actions.case_id
  WHERE orders.action_id = actions.id;
ALTER TABLE orders ENABLE TRIGGER orders_guard;

-- Clocks of holds are deadlines like any other. A clock that has struck says when it was due; the log knows when it did.
INSERT INTO deadlines (about, about_id, case_id, kind, due_at, state, struck_at)
  SELECT 'hold', action_id, case_id, kind, due_at,
         CASE state WHEN 'done' THEN 'struck' ELSE state END, CASE state WHEN 'done' THEN due_at END
  FROM clocks ORDER BY id;
DROP TABLE clocks;

-- Tables take their true names: a hold is a hold, and what people call an action is one. Constraints, indexes, triggers,
-- sequences and functions follow their tables; what is data (what an order or a deadline is about, subjects in the log)
-- stays as it was written.
ALTER TABLE actions RENAME TO holds;
ALTER TABLE approvals RENAME TO hold_approvals;
ALTER TABLE extensions RENAME TO hold_extensions;
ALTER TABLE releases RENAME TO hold_releases;
ALTER TABLE measures RENAME TO actions;
ALTER TABLE measure_approvals RENAME TO action_approvals;
ALTER TABLE measure_documents RENAME TO action_documents;
ALTER TABLE measure_subjects RENAME TO action_subjects;
ALTER TABLE measure_transitions RENAME TO action_transitions;
ALTER TABLE marks RENAME TO bookmarks;

DO $$
DECLARE
  held constant regclass[] := ARRAY['holds', 'hold_approvals', 'hold_extensions', 'hold_releases', 'appeals', 'alerts',
    'proposals', 'orders'];
  one record;
  called text;
BEGIN
  FOR one IN
    SELECT attrelid::regclass AS name, attname, CASE attname WHEN 'action_id' THEN 'hold_id' ELSE 'action_id' END AS called
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attname IN ('action_id', 'measure_id')
  LOOP
    EXECUTE format('ALTER TABLE %s RENAME COLUMN %I TO %I', one.name, one.attname, one.called);
  END LOOP;

  -- Holds first: their names become free for the actions that follow.
  FOR one IN
    SELECT * FROM (
      SELECT format('ALTER TABLE %s RENAME CONSTRAINT %I TO', conrelid::regclass, conname) AS words, conname AS name,
        conrelid AS owner, CASE contype WHEN 'n' THEN
          (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]) END AS filled
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
      UNION ALL
      SELECT format('ALTER INDEX %s RENAME TO', indexrelid::regclass), relname, indrelid, NULL
      FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      WHERE relnamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
      UNION ALL
      SELECT format('ALTER SEQUENCE %s RENAME TO', objid::regclass), relname, refobjid, NULL
      FROM pg_depend JOIN pg_class ON pg_class.oid = objid
      WHERE relkind = 'S' AND deptype = 'a' AND relnamespace = 'public'::regnamespace
      UNION ALL
      SELECT format('ALTER TRIGGER %I ON %s RENAME TO', tgname, tgrelid::regclass), tgname, tgrelid, NULL
      FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
      WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace
    ) named ORDER BY owner::regclass = ANY (held) DESC
  LOOP
    called := CASE
      WHEN one.filled IS NOT NULL THEN one.owner::regclass || '_' || one.filled || '_not_null'
      WHEN one.owner::regclass = ANY (held) THEN regexp_replace(regexp_replace(regexp_replace(one.name,
        '^actions_', 'holds_'), '^(approval|extension|release)s_', 'hold_\1s_'), '_action_id', '_hold_id')
      ELSE regexp_replace(regexp_replace(regexp_replace(one.name,
        '^measure(s?)_', 'action\1_'), '_measure_id', '_action_id'), '^marks_', 'bookmarks_')
    END;
    -- A few were made without a name of ours.
    called := regexp_replace(regexp_replace(regexp_replace(called, '_pkey$', '_pk'), '_fkey$', '_fk'),
      '^ck_(.*)$', '\1_check');
    IF called <> one.name THEN
      EXECUTE format('%s %I', one.words, called);
    END IF;
  END LOOP;

  FOR one IN
    SELECT pg_get_functiondef(oid) AS words FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prosrc ~ '\m(actions|action_id|measures|measure_[a-z]+)\M'
  LOOP
    called := regexp_replace(regexp_replace(one.words, '\mactions\M', 'holds', 'g'), '\maction_id\M', 'hold_id', 'g');
    called := regexp_replace(regexp_replace(called, '\mmeasures\M', 'actions', 'g'),
      '\mmeasure_(id|approvals|documents|subjects|transitions)\M', 'action_\1', 'g');
    EXECUTE called;
  END LOOP;
END $$;

ALTER TABLE loss_recoveries RENAME CONSTRAINT loss_recoveries_source_record_id_fk TO loss_recoveries_source_fk;
ALTER FUNCTION guard_measure RENAME TO guard_action;
ALTER FUNCTION guard_new_measure RENAME TO guard_new_action;
ALTER FUNCTION guard_measure_answer RENAME TO guard_action_answer;
ALTER FUNCTION guard_measure_approval RENAME TO guard_action_approval;
ALTER FUNCTION guard_measure_history RENAME TO guard_action_history;
