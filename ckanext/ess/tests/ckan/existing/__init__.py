"""A portal that was there before us: its plugin, its schema, its datasets."""
