"""Solr of a portal, assembled from exact Maven artifacts and configured by the files beside this one."""
