-- The room may empty what it publishes anew; what came in and what was said stays. {role} is the application's role.
REVOKE UPDATE ON public_messages FROM {role};
GRANT DELETE ON outside_receipts, outside_reported, outside_published, outside_senders, public_mentions, lesson_classes, lesson_reminders TO {role};
-- Functions that run with the owner's rights are nobody's but whose they are said to be.
REVOKE ALL ON FUNCTION outside_submit, outside_receipt, outside_reported_of, outside_page, outside_day_key, outside_forget_key FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outside_forget_key TO {role};
-- The key of the day is nobody's to read here.
REVOKE ALL ON outside_keys FROM {role};
