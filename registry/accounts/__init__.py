"""Who may act: users, organisations, memberships, API tokens."""
