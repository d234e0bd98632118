"""Published status: which certificates are revoked or suspended, for who does not ask us."""
