"""The stage for tests of deeds on certificates."""

from tests.stage import stage, stage_templates

__all__ = ["stage", "stage_templates"]
