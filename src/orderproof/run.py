"""What a run is bound to."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from orderproof.attachments import Attachments
from orderproof.engine.panel import Choice
from orderproof.language.evaluate import Setting
from orderproof.ruleset.program import Program
from orderproof.schema import Schema

if TYPE_CHECKING:
    from orderproof.baseline import Baseline
    from orderproof.waivers import WaiverFile


class Run(Struct, frozen=True):
    """What a run is bound to: rules, their document type, instant and zone, engines, language.

    ``document_zone`` is that of instants without one; without it such an instant is an input error.
    """

    program: Program
    schema: Schema
    setting: Setting
    document_zone: ZoneInfo | None
    engine: Choice
    lang: str
    details: bool = False
    """Whether the report says what every check said of every subject."""
    reasons: bool = False
    """Whether it says why, too, where a check says that it does not apply or could not be judged."""
    every_document: bool = False
    """Whether something is to be told of every document, also of one without a finding."""
    waivers: "WaiverFile | None" = None
    baseline: "Baseline | None" = None
    """What says which findings do not count."""
    attachments: Attachments | None = None
    """What reads attachments, where the rules ask for what stands in them."""
