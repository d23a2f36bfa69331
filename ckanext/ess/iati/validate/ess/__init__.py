"""Our own checks, about what French social-economy organisations and NGOs get wrong beyond the standard's rules."""
