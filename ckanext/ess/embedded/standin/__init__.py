"""Offline upstreams: serves a folder of IATI files as a Bulk Data Service and as an IATI Registry.

Framework-free and standard library only; the answers have the shapes of the real services, written here from
their contracts and shared with no parser of ours.
"""
