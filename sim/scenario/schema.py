"""The scenario file as typed objects: every key, its unit, its bounds, what it means when left out.

Durations, money and shares keep the units people typed (`_min`, `_usd`, `_share`); `sim.world` turns them
into seconds, cents and marks. Reading, merging and the places of values are `load.py`'s.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator

from sim.scenario.facilities import Facility
from sim.scenario.node import Node, Spot
from sim.scenario.number import (
    Age,
    Amount,
    Coordinate,
    Duration,
    Flag,
    Growth,
    LogOddsOf,
    OddsRatio,
    Part,
    Profile,
    Quantiles,
    Ratio,
    ShareOf,
    Shift,
    Sourced,
    as_row,
    check_quantiles,
)
from sim.scenario.origin import Origin
from sim.scenario.outreach import Outreach
from sim.scenario.people import FollowUp, People
from sim.scenario.phone import Phone
from sim.scenario.resampled import Resampled
from sim.scenario.workforce import Fatigue, Workforce


class Place(Part):
    """Whose city, which money."""

    population: int = Field(gt=0)
    currency: str = "USD"
    price_year: int | None = None
    fiscal_year_starts: str = Field("07-01", pattern=r"^\d\d-\d\d$")


class Run(Part):
    """The time axis. The measured window opens after the warm-up and lasts `days`."""

    begins: dt.date
    warm_up_days: int = Field(28, ge=0, le=3650)
    policy_starts: dt.date | None = None  # none: when the window opens
    days: int = Field(365, ge=1, le=17000)
    run_out_days: int = Field(30, ge=0, le=3650)
    seed: int = Field(1, ge=0, lt=2**63)
    replications: int = Field(20, ge=1, le=1_000_000)


class Induced(Part):
    """Calls about people that are made only where a programme is seen to come: candidates in every option."""

    share: Ratio  # of the calls about people that come anyway
    seen: list[str] = Field(min_length=1)  # programmes; any one of them on the roster will do


class Demand(Part):
    """How many calls, of which kinds, when."""

    calls_per_year: Amount | None = None
    calls_per_1000_per_year: Amount | None = None
    mix: dict[str, ShareOf] = Field(default_factory=dict)
    other_calls_per_year: Amount | None = None
    other_calls_per_1000_per_year: Amount | None = None
    scale: Ratio = Sourced(value=1.0)
    profile: Profile | None = None  # none: even over the year
    other_profile: Profile | None = None
    channels: dict[str, ShareOf] = Field(default_factory=dict)  # how calls about people come in; none: one channel, 911
    day_effect_cv: Ratio = Sourced(value=0.0)
    growth_per_year: Growth = Sourced(value=0.0)  # from the first day on, compound
    induced: Induced | None = None  # none: nobody calls because a service would come
    initiated: dict[str, Amount] = Field(default_factory=dict)  # type met by units -> occasions a year to come across one
    outreach: dict[str, Outreach] = Field(default_factory=dict)


class Acuity(Part):
    """One share for each of low, middle and high acuity; where they say how common each is, they sum to one."""

    low: ShareOf
    middle: ShareOf
    high: ShareOf


def _priority(raw: Any) -> Any:
    return int(raw) if isinstance(raw, str) and raw.isdigit() else raw  # JSON has no whole-number keys


Priority = Annotated[Literal[1, 2, 3, 4], BeforeValidator(_priority)]


class Escalation(Part):
    """A crisis that grows worse while nobody comes: it becomes priority 1."""

    share: ShareOf
    after_min: Amount  # mean, exponential


class Mislabel(Part):
    """Calls of this type that the centre takes for another, and sends as that."""

    share: ShareOf
    taken_for: str


class CallType(Part):
    """One kind of call."""

    person: bool = True  # false: ordinary police work, no outcome row
    priorities: dict[Priority, ShareOf] = Field(default_factory=dict)
    weapon_share: ShareOf = Sourced(value=0.0)
    medical_need_share: ShareOf = Sourced(value=0.0)
    violence_risk_share: ShareOf = Sourced(value=0.0)
    acuity: Acuity | None = None
    on_scene_min: Amount | None = None  # none: the responder's own, times on_scene_factor
    on_scene_factor: Ratio = Sourced(value=1.0)
    on_scene_spread: Duration = Duration()
    patience_min: Amount | None = None  # mean, exponential; none: waits for ever; 0: leaves unless answered at once
    gives_up_until: Literal["dispatched", "on_scene"] = "dispatched"  # on_scene: also with a unit on its way
    escalates: Escalation | None = None
    no_need_share: ShareOf = Sourced(value=0.0)  # of queued callers who are rung back: need nobody any more
    mislabelled: Mislabel | None = None
    only_by: list[str] | None = None  # responder types; none: whoever takes such calls
    met_by_units: bool = False  # made by an idle unit that comes across it, or not at all
    age: Age | None = None  # none: as in `people.ages`
    hold_criteria: Acuity | None = None  # share who meet the criteria for a hold, by acuity (latent)


class Zone(Part):
    """A part of the city. `x_km`, `y_km`: centroid. `demand_weight`: calls per resident, relative."""

    population: int = Field(ge=0)
    x_km: Coordinate | None = None
    y_km: Coordinate | None = None
    demand_weight: Ratio = Sourced(value=1.0)
    jurisdiction: str = "city"  # whose zone it is; units of one may help another under policy mutual_aid


class Bands(Part):
    """Factors on travel time by part of day: 0-6, 6-12, 12-18, 18-24 h."""

    night: Ratio = Sourced(value=1.0)
    morning: Ratio = Sourced(value=1.0)
    afternoon: Ratio = Sourced(value=1.0)
    evening: Ratio = Sourced(value=1.0)


class Travel(Part):
    """Expected travel. One of three: `median_min` (and p90) everywhere, a `table_min` by zones, or `speed_kmh` over centroids."""

    median_min: Amount | None = None
    p90_min: Amount | None = None
    table_min: dict[str, dict[str, Amount]] | None = None
    speed_kmh: Amount | None = None
    detour_factor: Ratio = Sourced(value=1.3)
    within_zone_min: Amount | None = None
    p90_over_median: Ratio = Sourced(value=1.0)  # spread around the expected, where no p90_min is given
    family: Literal["lognormal", "gamma", "weibull", "empirical"] = "lognormal"  # of that spread
    zero_share: ShareOf = Sourced(value=0.0)  # crews that are there already; median and p90 are over all
    quantiles: Quantiles | None = None  # empirical: of drives above zero, in any unit, stretched to median and p90
    minimum_min: Amount = Sourced(value=0.0)
    bands: Bands = Bands()

    @model_validator(mode="after")
    def _with_quantiles(self) -> Travel:
        check_quantiles(self.family, self.quantiles)
        return self


DECISIONS = ("contact", "medical", "arrest", "hold", "ed", "crisis_centre", "referral", "force", "later_ed_72h", "later_ed_30d")
Decision = Literal[
    "contact", "medical", "arrest", "hold", "ed", "crisis_centre", "referral", "force", "later_ed_72h", "later_ed_30d"
]


Discipline = Literal["officer", "cit_officer", "clinician", "medic", "peer", "case_manager"]


class Asks(Part):
    """Asking for somebody else from the scene: police for a clinician, civilians for police."""

    role: str
    share: dict[str, ShareOf]  # by call type, `all` for the other types about people
    after_min: Amount = Sourced(value=5.0)  # at work before asking
    wait_min: Amount = Sourced(value=30.0)  # then waits so long for them to come
    takes_charge: bool = False  # who is asked takes charge of the call


class Break(Part):
    """Time off within a shift, taken when the unit is next idle: `after_h` into it, and again every twice that."""

    after_h: Amount
    minutes: Amount


class EndOfShift(Part):
    """What changes as a shift runs out. A unit with somebody stays until it is clear, on overtime."""

    last_calls_min: Amount = Sourced(value=0.0)  # before the end, only urgent calls
    last_priority: Priority = 1  # the least urgent that still counts as urgent
    on_the_way: Literal["goes_on", "turns_back"] = "goes_on"


class Away(Part):
    """Hours out of service within a rostered shift: training, court. They are paid."""

    share: ShareOf  # of shifts
    hours: Amount
    from_h: Amount = Sourced(value=0.0)  # since the start of the shift


class Relay(Part):
    """The unit belongs to another dispatch centre."""

    delay_min: Amount
    fails_share: ShareOf = Sourced(value=0.0)


class Practice(Part):
    """A way of working that a share of the crews has learned: training, time and space, another composition."""

    share: ShareOf
    on_scene_factor: Ratio = Sourced(value=1.0)
    effects: dict[Literal["matched", "adverse"], dict[Decision, OddsRatio]] = Field(default_factory=dict)


class Family(Part):
    """Effects shared by responder types; what one leaves out it inherits."""

    inherits: str | None = None
    effects: dict[Literal["matched", "adverse"], dict[Decision, OddsRatio]] = Field(default_factory=dict)


class Responder(Part):
    """A kind of unit. Its file in `scenarios/responders/` gives the defaults; a scenario gives shifts and differences."""

    title: str
    crew: dict[Discipline, int]
    transports: bool
    takes: list[str] | Literal["all", "people"] = "all"  # a programme's remit, where it has one, counts instead
    never_if: list[Flag] = Field(default_factory=list)
    turnout_min: Amount = Sourced(value=0.0)
    on_scene_min: Amount = Sourced(value=0.0)
    paperwork_min: Amount = Sourced(value=0.0)
    ambulance_wait_min: Amount = Sourced(value=0.0)
    unavailable_share: ShareOf = Sourced(value=0.0)
    relief_factor: Ratio = Sourced(value=1.0)
    home: str = "spread"  # a zone, or spread over all
    shifts: dict[str, Shift] = Field(default_factory=dict)
    stages: bool = False  # waits near a dangerous scene until an officer is there
    remote: bool = False  # joins by screen where somebody is on scene: no way to drive
    leaves_after_min: Amount | None = None  # with another in charge; none: stays to the end
    transport_by: str | None = None  # role asked for where it does not transport; none: ambulance_wait_min
    asks: Asks | None = None
    relay: Relay | None = None
    recognises_share: ShareOf = Sourced(value=0.0)  # of mislabelled crises, when in charge
    when_idle: Literal["stays", "goes_home", "covers"] = "stays"
    breaks: Break | None = None
    end_of_shift: EndOfShift = EndOfShift()
    vacancy_share: ShareOf = Sourced(value=0.0)  # of posts, unfilled for a whole quarter; with a workforce: at first
    workforce: Workforce | None = None  # none: vacancies are drawn anew each quarter
    overtime_fill_share: ShareOf = Sourced(value=0.0)  # of empty shifts, worked by somebody else on overtime
    fatigue: Fatigue | None = None  # none: stand-ins work as anybody does
    away: dict[str, Away] = Field(default_factory=dict)
    family: str | None = None
    practices: dict[str, Practice] = Field(default_factory=dict)
    effects: dict[Literal["matched", "adverse"], dict[Decision, OddsRatio]] = Field(default_factory=dict)


class Alternative(Part):
    """One way to answer a call. Roles: a discipline, `anybody`, or a name from `roles`; twice the same wants two.

    Work begins once `minimum` is there: at once if all are, else `full_crew_wait_min` after the first on scene.
    `give_up_min` after the first on scene without the minimum, all are called off and the next alternative is tried.
    """

    rank: int = Field(1, ge=1, le=99)
    after_min: Amount = Sourced(value=0.0)
    roles: list[str] = Field(min_length=1, max_length=8)
    minimum: list[str] | None = Field(None, min_length=1)  # none: all roles
    sent_together: list[str] | None = Field(None, min_length=1)  # none: the minimum; the others as they become free
    stand_by: list[str] = Field(default_factory=list)
    lead: str | None = None  # none: whoever came first
    full_crew_wait_min: Amount = Sourced(value=0.0)
    give_up_min: Amount = Sourced(value=60.0)
    settles_as: str | None = None  # responder type whose outcomes hold once all are there; none: who leads


class ResponsePlan(Part):
    """Which calls want which crew. Of the plans that fit a call the lowest rank holds; with none, anybody goes."""

    rank: int = Field(1, ge=1, le=99)
    takes: list[str] | Literal["people", "all"] = "people"
    priorities: list[Priority] | None = None
    only_if: list[Flag] = Field(default_factory=list)  # any of these
    never_if: list[Flag] = Field(default_factory=list)
    alternatives: dict[str, Alternative] = Field(min_length=1)


class Uptake(Part):
    """How often the centre follows the response plans and remits: it starts at `first` and moves to `later`."""

    first: dict[str, ShareOf]  # by channel, `all` for the others
    later: dict[str, ShareOf] = Field(default_factory=dict)  # what is left out stays as at first
    months: Amount = Sourced(value=0.0)  # since `policy_starts`, in a straight line


class Dispatch(Part):
    """Rules of the queue that hold under every policy."""

    diverts: dict[Priority, list[Priority]] = Field(default_factory=dict)  # on the way to the first, may be sent to these
    call_back_after_min: Amount | None = None  # queued callers are rung back at that age
    cover_min: Amount = Sourced(value=8.0)  # a zone is covered by an idle unit within this expected travel


Payment = Literal["first", "rest"] | Amount


class Programme(Part):
    """What pays for responder types, and which calls they take."""

    units: list[str]
    takes: list[str] | Literal["people"]
    never_if: list[Flag] = Field(default_factory=list)
    paid_by: dict[str, Payment] = Field(default_factory=lambda: dict[str, Payment]({"city": "rest"}))
    one_time_usd: dict[str, Amount] = Field(default_factory=dict)


class Policy(Part):
    """Which dispatch policy, with its own parameters beside the name."""

    model_config = ConfigDict(extra="allow", frozen=True)
    name: str


class Outcomes(Part):
    """What becomes of people: police as the reference, and when nobody comes.

    `reference` and `nobody` hold P(yes) of each decision, for `all` types and by type (which counts more).
    `acuity_log_odds` shifts every harsh decision for middle and high against low.
    """

    model: str = "logit"
    params: dict[str, float] = Field(default_factory=dict)
    reference: dict[str, dict[Decision, ShareOf]] = Field(default_factory=dict)
    nobody: dict[str, dict[Decision, ShareOf]] = Field(default_factory=dict)
    phone: dict[str, dict[Decision, ShareOf]] = Field(default_factory=dict)  # resolved by phone; `contact` is 1 unless said
    acuity_log_odds: dict[Literal["middle", "high"], LogOddsOf] = Field(default_factory=dict)
    families: dict[str, Family] = Field(default_factory=dict)
    table: dict[str, dict[str, dict[Decision, ShareOf]]] = Field(default_factory=dict)  # fixed_table: responder, type
    force_weapon_share: ShareOf = Sourced(value=0.0)  # of uses of force: with a weapon drawn, or worse
    force_serious_share: ShareOf = Sourced(value=0.0)  # of uses of force: with serious harm


class Observed(Part):
    """A total from the user's own records: set beside the simulated figure, never fitted to."""

    value: float
    of: str | None = None  # a programme, where the metric is by programme and there are several
    unit: str | None = None
    source: str | list[str] | None = None
    as_of: str | None = None
    low: float | None = None
    high: float | None = None
    note: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, raw: Any) -> Any:
        return as_row(raw)


def _effects(raw: Any) -> Any:
    return "null" if raw is None else raw


class Scenario(Part):
    """A whole scenario, merged and checked. Mappings of rows are maps with names; order never counts."""

    name: str
    question: str | None = None
    why: str | None = None
    note: str | None = None
    plugins: list[str] = Field(default_factory=list)
    place: Place
    run: Run
    demand: Demand
    types: dict[str, CallType]
    zones: dict[str, Zone] = Field(default_factory=dict)  # empty: one zone, "town"
    travel: Travel
    responders: dict[str, Responder]
    programmes: dict[str, Programme] = Field(default_factory=dict)
    policy: Policy
    roles: dict[str, list[str]] = Field(default_factory=dict)  # further roles: any of these disciplines or responder types
    response_plans: dict[str, ResponsePlan] = Field(default_factory=dict)  # none: any one unit that takes the call
    uptake: Uptake | None = None  # none: always followed
    dispatch: Dispatch = Dispatch()
    effects: Annotated[Literal["matched", "null", "adverse"], BeforeValidator(_effects)] = "matched"
    outcomes: Outcomes = Outcomes()
    facilities: dict[str, Facility] = Field(default_factory=dict)
    turnout_spread: Duration | None = None  # one for all crews: it is the call's luck; none: always the same
    handover_spread: Duration = Duration()  # one for all doors: it is the call's luck
    stay_spread: Duration = Duration()  # one for all stays
    phone: Phone | None = None  # none: calls come straight to dispatch
    people: People | None = None  # none: nobody is known by name, nobody returns
    follow_up: FollowUp | None = None
    mechanisms: dict[str, dict[str, float]] = Field(default_factory=dict)  # plug-in happenings that are on, with their parameters
    rates: dict[str, Amount] = Field(default_factory=dict)
    payers: dict[str, str] = Field(default_factory=dict)  # cost item -> who pays it
    observed: dict[str, Observed] = Field(default_factory=dict)
    resampled: Resampled | None = None  # numbers that were estimated together; none: each is drawn on its own
    _origin: Origin = PrivateAttr(default_factory=lambda: Origin(Node({}, Spot(""), Spot("")), ()))

    @property
    def origin(self) -> Origin:
        """The files it was read from, and for each dotted path the lines that set it; empty for one made in Python."""
        return self._origin

    def set_origin(self, origin: Origin) -> None:
        """Say where it was read from."""
        self._origin = origin

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that can change a result: everything but its words and the number of replications."""
        words = {"name": True, "question": True, "why": True, "note": True}
        data = self.model_dump(mode="json", exclude={**words, "run": {"replications"}})
        return hashlib.sha256(json.dumps(data, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
