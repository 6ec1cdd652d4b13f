"""Everything that is read or written."""
