"""The world for tests of pages."""

from tests.stage import stage_templates
from tests.web.world import world, world_templates

__all__ = ["stage_templates", "world", "world_templates"]
