"""What was learned as a scenario and its companions: `draft.write_scenario` is the door; `totals` learns from yearly totals."""
