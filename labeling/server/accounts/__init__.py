"""Who may sign in, and what is open without it."""
