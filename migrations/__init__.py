"""Schema versions for both engines, and the check that the database has the one we know."""
