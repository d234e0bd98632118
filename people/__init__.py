"""Persons, agencies, accounts with roles, and sign-ins."""
