"""Between neutral drafts and CKAN's dictionaries.

``DatasetDraft`` (what a catalogue says) + ``FileFacts`` (what the file says) → package dictionary;
``PublisherDraft`` → organisation dictionary. Nothing here reads a database or the network.
"""
