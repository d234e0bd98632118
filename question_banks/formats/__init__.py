"""Interchange formats of question banks."""
