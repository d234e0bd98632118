"""Who may sit an exam session, where, and with which PIN."""
