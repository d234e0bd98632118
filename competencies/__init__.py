"""The competency dictionary: codes, kinds and names in two languages."""
