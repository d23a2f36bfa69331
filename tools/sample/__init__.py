"""Tables and writers behind ``tools/make_sample.py``."""
