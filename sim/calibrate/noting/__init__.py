"""The data-quality note, a page and a tidy sheet: `note.write_note` is the door."""
