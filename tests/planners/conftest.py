"""Lets the tests of the planners import the helpers that stand beside them."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "catchments"))
