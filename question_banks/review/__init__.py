"""Reviewing items: the card, the blind answer, decisions, outside experts."""
