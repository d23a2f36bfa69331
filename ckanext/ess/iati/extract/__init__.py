"""What an activity says, as values: who, what, where, when, with how much.

>>> from lxml import etree
>>> text = '''<iati-activity default-currency="EUR"><iati-identifier>FR-1</iati-identifier>
... <title><narrative xml:lang="fr">Puits</narrative></title>
... <recipient-country code="SN" percentage="60"/><recipient-country code="ML" percentage="40"/>
... <transaction><transaction-type code="3"/><transaction-date iso-date="2024-05-01"/>
... <value>1000.50</value></transaction></iati-activity>'''
>>> document = extract(etree.fromstring(text))
>>> document.titles["fr"], document.money[0].amount, document.money[0].countries
('Puits', Decimal('1000.50'), {'SN': 0.6, 'ML': 0.4})
"""

from __future__ import annotations

from ckanext.ess.iati.extract.activity import extract
from ckanext.ess.iati.extract.document import ActivityDocument, MoneyRow, Organisation

__all__ = ["ActivityDocument", "MoneyRow", "Organisation", "extract"]
