-- An order says itself which case and public code it is about: the outbox knows nothing of holds. What an order says is
-- frozen by its guard, which stands aside for this one addition.
ALTER TABLE orders DISABLE TRIGGER orders_guard;
UPDATE orders SET facts = facts || jsonb_build_object('reference', actions.reference, 'case', cases.number)
  FROM actions JOIN cases ON cases.id = actions.case_id
  WHERE orders.action_id = actions.id;
ALTER TABLE orders ENABLE TRIGGER orders_guard;
