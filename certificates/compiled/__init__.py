"""Certificates in bulk: a page laid out once, then only its variable lines shaped anew."""
