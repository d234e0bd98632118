"""The sitting: start, answers with receipts, submission."""
