"""Our own checks: what organisations get wrong beyond the standard's rules."""
