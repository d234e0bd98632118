"""The stage for tests of the writer."""

from tests.stage import stage, stage_templates

__all__ = ["stage", "stage_templates"]
