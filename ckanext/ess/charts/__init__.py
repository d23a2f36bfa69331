"""Drawings as values: numbers in, places of marks out. Templates write the SVG."""
