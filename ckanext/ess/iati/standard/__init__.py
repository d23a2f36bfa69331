"""The IATI standard as data: versions, elements, code lists, rules.

The tables under ``data/`` hold facts only and are written by ``tools/import_standard.py``; two of them are
ours and kept by hand: ``french.tsv`` (French names that the standard lacks or has wrong) and
``replacements.tsv`` (what to use instead of a withdrawn code).
"""
