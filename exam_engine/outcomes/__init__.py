"""Signed results and the decisions of the board."""
