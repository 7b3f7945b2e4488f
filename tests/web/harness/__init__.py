"""People with browsers at a whole Tokenry: the real program, Debian's Chromium, a tab that notes what must not happen.

Knows HTTP, the sign-in forms and the pages' frame. Imports nothing of the product.
"""

from tests.web.harness.axe import violations
from tests.web.harness.chromium import CHROMIUM, chromium
from tests.web.harness.house import CONFIGURATION, House
from tests.web.harness.people import Person
from tests.web.harness.tab import DESK, PHONE, Tab

__all__ = ["CHROMIUM", "CONFIGURATION", "DESK", "House", "PHONE", "Person", "Tab", "chromium", "violations"]
