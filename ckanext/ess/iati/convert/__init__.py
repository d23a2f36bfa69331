"""From a spreadsheet to IATI and back: ``convert`` writes files, ``tabulate`` makes a sheet of one.

The columns are declared in ``columns.tsv`` (what they mean in IATI) and ``words.tsv`` (what people call
them); template, reading, messages and documentation are made from these.
"""

from __future__ import annotations

from ckanext.ess.iati.convert.options import Options, Outcome
from ckanext.ess.iati.convert.problem import Problem, Unreadable
from ckanext.ess.iati.convert.run import convert

__all__ = ["Options", "Outcome", "Problem", "Unreadable", "convert"]
