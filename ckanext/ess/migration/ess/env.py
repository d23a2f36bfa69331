"""Runs our migrations, and only ours, on CKAN's database."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import engine_from_config, pool

from ckan.model.meta import metadata

PREFIX = "ess_"


def _is_ours(thing: Any, name: str | None, kind: str, *_rest: Any) -> bool:  # noqa: ARG001
    return kind != "table" or (name or "").startswith(PREFIX)


def _run() -> None:
    section = context.config.get_section(context.config.config_ini_section) or {}
    engine = engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            version_table="ess_alembic_version",
            include_object=_is_ours,
        )
        with context.begin_transaction():
            context.run_migrations()


_run()
