"""From a dispatch-centre export to a scenario with its weaknesses written down, and a simulated period against a real one.

`mapping` says what columns mean; `source` and `cleaning` make the normal form (`normal`); `fits` learn from it
(`estimate`), `doubt` says how surely; `draft` writes the scenario and `note` what the export can and cannot tell.
`scoring` sets a simulation beside records. `layouts` turns a simulated life into an export, which is how all this is tested.
"""
