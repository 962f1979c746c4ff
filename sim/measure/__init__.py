"""What happened, counted and priced. Reads tables and knows no engine: a ledger from a file reads the same.

`measure` is the door. `ledger` and `reach` derive tables, `costs` prices, `metrics` holds the measures,
`compare` sets options beside each other, `observed` sets a city's own records beside the simulated.
"""

from sim.measure import costs as _costs  # registers the cost items
from sim.measure import metrics as _metrics  # registers the metrics
from sim.measure.measures import Measures, Setting, measure

__all__ = ["Measures", "Setting", "measure"]
del _costs, _metrics
