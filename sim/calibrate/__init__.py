"""From a dispatch-centre export to a scenario with its weaknesses written down, and a simulated period against a real one.

`mapping` says what columns mean; `reading` makes the normal form (`normal`); `fits` learn from it (`estimate`), `doubt` says
how surely; `drafting` writes the scenario, `weaknesses` and `noting` what the export can and cannot tell. `validating` sets a
simulation beside records. `exporting` turns a simulated life into an export, which is how all this is tested.
"""
