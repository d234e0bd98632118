"""Certification schemes as versioned data."""
