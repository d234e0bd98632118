"""Marks and pass rules: pure functions of answers, item versions and the scheme."""
