"""The one import for extensions: `from sim.extend import Count, dispatch_policy, hour_band`.

`docs/extending.md` has a worked example of each kind; `sim.contract` holds the promises an extension keeps.
"""

from sim.mechanism import mechanism
from sim.outcomes.logit import expit, logit
from sim.registry import Count, LogOdds, Minutes, Share, Wait, cost_item, dispatch_policy, metric, outcome_model
from sim.rules.lifecycle import DAY_S, HOUR_S, MEDICAL_NEED, VIOLENCE_RISK, WEAPON, hour_band

__all__ = [
    "DAY_S",
    "HOUR_S",
    "MEDICAL_NEED",
    "VIOLENCE_RISK",
    "WEAPON",
    "Count",
    "LogOdds",
    "Minutes",
    "Share",
    "Wait",
    "cost_item",
    "dispatch_policy",
    "expit",
    "hour_band",
    "logit",
    "mechanism",
    "metric",
    "outcome_model",
]
