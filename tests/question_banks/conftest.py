"""The stage for tests of banks."""

from tests.stage import stage, stage_templates

__all__ = ["stage", "stage_templates"]
