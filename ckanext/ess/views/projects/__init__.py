"""Projects (IATI activities): search, one project, countries, sectors; on the activity actions only."""
