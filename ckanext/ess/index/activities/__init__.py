"""The index of activities: a Solr core of our own, ``ess_activities``, beside CKAN's.

Files are read once (see ``jobs/checking.py``); what was read is written resource by resource and becomes
visible by one commit for many. ``docs/architecture.rst`` has the whole way.
"""
