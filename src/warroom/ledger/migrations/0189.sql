-- Thresholds of the advice on payments may be a setting of the commander's frontier, by its name.
ALTER TABLE advice_rules ADD COLUMN setting text NOT NULL DEFAULT '';
