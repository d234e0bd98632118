"""The tests. Sample people and agencies in them are invented (DATA CONTOH)."""
