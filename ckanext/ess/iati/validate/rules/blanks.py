"""What counts as a blank: to JavaScript, whose ``trim`` the rules were written for, and to XML."""

from __future__ import annotations

#: What JavaScript's ``trim`` removes; Python's ``strip`` differs on U+FEFF, U+0085 and the separators
#: U+001C to 1F.
BLANKS = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"  # noqa: E501
XML_BLANKS = " \t\n\r"
