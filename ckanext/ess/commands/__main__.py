"""``python -m ckanext.ess.commands`` is ``ess-iati``."""

from __future__ import annotations

import sys

from ckanext.ess.commands import main

if __name__ == "__main__":
    sys.exit(main())
