"""crisis-sim: what a city would get for its money in crisis response, simulated call by call."""
