-- What was said of a signal stays said. {role} is the application's role.
REVOKE UPDATE ON signal_words FROM {role};
