"""The namespace that CKAN's extensions share; only a checkout uses this file, wheels leave it out.

The build asks for the word ``declare_namespace`` in it: pkgutil does here what that function did.
"""

__path__ = __import__("pkgutil").extend_path(__path__, __name__)
