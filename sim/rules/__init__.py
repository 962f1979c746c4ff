"""What may happen and who is chosen: integers and rows in, integers out, written once for every engine."""
