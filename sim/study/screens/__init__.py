"""The one-screen texts that end `check`, `run` and `compare`; kept as `summary.txt`."""
