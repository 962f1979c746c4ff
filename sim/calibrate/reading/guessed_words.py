"""Words that dispatch centres use for kinds of calls and endings, as a first guess; the planner has the last word."""

from __future__ import annotations

import re
from collections.abc import Mapping

TYPE_WORDS: Mapping[str, str] = {  # pattern in a label -> call type; the first that fits counts, the general ones last
    r"\btest\b": "ignore",
    r"suicid|self.?harm": "suicidal",
    r"follow.?up": "follow_up",
    r"elder|dement|wander|alzheimer": "elder",
    r"juvenil|youth|runaway|child": "youth",
    r"domestic.*(mh|mental|psych)|(mh|mental|psych).*domestic": "domestic",
    r"homeless|transient|encamp|unhoused": "homelessness",
    r"welfare|well.?being|check on|wellness": "welfare_check",
    r"overdos|intox|detox|drug|alcohol|liquor": "substance_use",
    r"disturb|disorder|unwanted|trespass": "disturbance",
    r"mental|psych|emotion|behav|crisis|\bedp\b|\bmhi?\b": "psychosis",
}
ENDING_WORDS: Mapping[str, str] = {
    r"\btest\b|duplicate|error": "ignore",
    r"cancel": "cancelled",
    r"abandon|hung up|hang.?up": "abandoned",
    r"arrest|custody|booked|jail": "arrest",
    r"hold|involuntar|apprehen|commit|m1|5150|pec\b": "hold",
    r"crisis cent|receiving|stabili": "crisis_centre",
    r"medical transport|ems transport": "ed_medical",
    r"hospital|transport|\bed\b|\ber\b": "ed",
    r"refer|warm hand|follow.?up": "referred",
    r"gone on|goa|unable to loc|utl|no contact|not found|refus|unfounded": "no_contact",
    r"resolv|assist|advis|stayed|no action|complete|de.?escalat": "resolved",
    r"report|cite|citation|warn": "handled",
}
UNIT_WORDS: Mapping[str, str] = {  # pattern in the letters a unit's name begins with -> responder type
    r"^(ems|med|medic|als|bls|amb|m|a|e)$": "ems",
    r"^(co|cr|cro|crt|cru|corr?|smart|crew)$": "co_responder",
    r"^(mc|mct|mcrt|star|psr|mobile|bhcr)$": "mobile_crisis",
    r"^cit$|^cpi$": "cit_patrol",
}


def best(label: str, among: Mapping[str, str]) -> str | None:
    """What a label most likely means; none where nothing fits."""
    return next((meaning for pattern, meaning in among.items() if re.search(pattern, label.lower())), None)
