"""A simulation set beside records: `scoring.validate_verb` is the door."""
