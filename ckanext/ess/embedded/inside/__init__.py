"""Programs that run inside CKAN, in processes of their own: the rest of ``embedded`` never imports it."""
