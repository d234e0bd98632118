"""Claim, credential, PDF, status and public verification of certificates."""
