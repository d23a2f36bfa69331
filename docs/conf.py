"""Settings of the documentation."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "ckanext-ess"
author = "the ckanext-ess contributors"
copyright = "the ckanext-ess contributors, AGPL-3.0-or-later"
release = version = installed("ckanext-ess")
extensions = ["sphinx.ext.napoleon", "ess_reference"]
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_theme_options = {
    "description": "Open data of the social economy and of NGOs, on CKAN",
    "fixed_sidebar": True,
    "page_width": "1100px",
}
html_show_sourcelink = False
