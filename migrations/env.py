"""Alembic's environment: one transaction on the engine that the application itself uses."""

from typing import Any, Literal

from alembic import context

from kernel.database.engines import make_engine
from migrations.metadata import METADATA


def _render(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    if kind == "type" and type(item).__module__.startswith("sqlmodel"):
        return "sa.String()"
    return False


engine = make_engine(context.config.attributes["url"], read_only=False)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        render_item=_render,
        compare_type=True,
    )
    with connection.begin(), context.begin_transaction():
        context.run_migrations()
engine.dispose()
