"""Rounds; applications with their history; what was frozen and published; what happened after the draw.

Tables of persons hold no name, number or address in the clear: what says who a child is lies sealed in one field.
"""

from junheng.web.admissions.models.applications import (
    Application,
    ApplicationState,
    Document,
    Origin,
    Step,
    StepKind,
)
from junheng.web.admissions.models.later import LaterEvent, LaterKind, Notice, Scenario
from junheng.web.admissions.models.roll import Enrolled
from junheng.web.admissions.models.rounds import (
    FROZEN_STATES,
    HEAVY,
    Folder,
    Round,
    RoundFile,
    RoundState,
    Waiver,
)

__all__ = [
    "FROZEN_STATES",
    "HEAVY",
    "Application",
    "ApplicationState",
    "Document",
    "Enrolled",
    "Folder",
    "LaterEvent",
    "LaterKind",
    "Notice",
    "Origin",
    "Round",
    "RoundFile",
    "RoundState",
    "Scenario",
    "Step",
    "StepKind",
    "Waiver",
]
