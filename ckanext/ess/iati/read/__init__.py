"""Reading IATI files that nobody vouches for: by content, in constant memory, with exact lines.

>>> import io
>>> document = IatiFile(io.BytesIO(b'<iati-activities version="2.03"><iati-activity/></iati-activities>'))
>>> [piece.line for piece in document.pieces()]
[1]
>>> document.root.version
'2.03'
"""

from __future__ import annotations

from ckanext.ess.iati.read.document import IatiFile
from ckanext.ess.iati.read.kinds import Kind
from ckanext.ess.iati.read.limits import Limits
from ckanext.ess.iati.read.piece import Piece, parse
from ckanext.ess.iati.read.problems import Problem, Unreadable
from ckanext.ess.iati.read.root import Root
from ckanext.ess.iati.read.sentences import sentence

__all__ = ["IatiFile", "Kind", "Limits", "Piece", "Problem", "Root", "Unreadable", "parse", "sentence"]
