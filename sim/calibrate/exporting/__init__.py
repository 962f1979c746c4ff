"""A simulated life as a dispatch centre would have written it down: `layouts` for tests, `synthetic` to hand on."""
