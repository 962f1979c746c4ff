"""All cross-checks in one place, in the order of the file."""

from __future__ import annotations

from typing import Any

from sim.errors import Fault
from sim.scenario.checks.demand import check_channels, check_demand, check_profiles, check_true_types, check_types
from sim.scenario.checks.dispatch import check_dispatch, check_jurisdictions, check_uptake
from sim.scenario.checks.mechanisms import check_mechanisms
from sim.scenario.checks.money import check_money, check_observed, check_paid_by
from sim.scenario.checks.names import check_removals, check_row_names, check_sources
from sim.scenario.checks.outcomes import check_effects
from sim.scenario.checks.outreach import check_outreach
from sim.scenario.checks.people import check_follow_up, check_induced, check_people
from sim.scenario.checks.phone import check_phone
from sim.scenario.checks.places import check_places
from sim.scenario.checks.resampled import check_resampled
from sim.scenario.checks.response import check_plans, check_roles
from sim.scenario.checks.roster import check_rosters
from sim.scenario.checks.scene import check_scene
from sim.scenario.checks.service import check_outcomes, check_policy, check_programmes, check_responders
from sim.scenario.checks.sound import Checker, Sound
from sim.scenario.checks.town import check_facilities, check_run, check_travel, check_zones
from sim.scenario.checks.workforce import check_workforce
from sim.scenario.node import Node


def cross_faults(tree: Node, sound: Sound, data: dict[str, Any], evidence: dict[str, dict[str, str]]) -> list[Fault]:
    """Every fault between the parts of a scenario that are sound in themselves."""
    checker = Checker(tree, sound)
    for check in (
        check_row_names,
        check_removals,
        check_run,
        check_demand,
        check_channels,
        check_profiles,
        check_types,
        check_true_types,
        check_zones,
        check_jurisdictions,
        check_travel,
        check_responders,
        check_rosters,
        check_workforce,
        check_scene,
        check_programmes,
        check_roles,
        check_plans,
        check_uptake,
        check_dispatch,
        check_outcomes,
        check_effects,
        check_facilities,
        check_places,
        check_phone,
        check_people,
        check_induced,
        check_outreach,
        check_follow_up,
        check_mechanisms,
        check_money,
        check_paid_by,
        check_observed,
        check_resampled,
    ):
        check(checker)
    check_policy(checker, data.get("policy"))
    check_sources(checker, evidence)
    return checker.faults
