"""Activities as files: all that a question finds, of any size, read and written in pieces."""
