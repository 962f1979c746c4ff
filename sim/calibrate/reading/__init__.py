"""An export read: files and a map in, cleaned records in the normal form out. `source.read_export` is the door."""
