-- A saved view is its officer's alone to let go. {role} is the application's role.
GRANT DELETE ON saved_views TO {role};
