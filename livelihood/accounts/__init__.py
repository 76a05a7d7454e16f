"""Who: users, the mandates that give them a role somewhere for a time, and what each role may do."""
