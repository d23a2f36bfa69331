"""The plugin of a town's portal: a header of its own, as any theme has."""

from __future__ import annotations

from ckan import plugins as p
from ckan.common import CKANConfig
from ckan.plugins import toolkit as tk


class TownTheme(p.SingletonPlugin):
    """Says whose portal it is."""

    p.implements(p.IConfigurer)

    def update_config(self, config: CKANConfig) -> None:
        """Register the theme's templates."""
        tk.add_template_directory(config, "templates")
