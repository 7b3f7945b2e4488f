"""Award programmes over HTTP: programmes, calls, applications, reviews and decisions, and what members see of them."""

from tokenry.api.guarded import Guarded
from tokenry.api.programmes.applications import ROUTES as APPLICATIONS
from tokenry.api.programmes.assignments import ROUTES as ASSIGNMENTS
from tokenry.api.programmes.calls import CALL_DAYS
from tokenry.api.programmes.calls import ROUTES as CALLS
from tokenry.api.programmes.export import as_csv as applications_csv
from tokenry.api.programmes.my_applications import ROUTES as MY_APPLICATIONS
from tokenry.api.programmes.my_reviews import ROUTES as MY_REVIEWS
from tokenry.api.programmes.programmes import ROUTES as PROGRAMMES
from tokenry.api.programmes.programmes import shape as programme_shown
from tokenry.api.programmes.shapes import call_shape
from tokenry.api.programmes.shapes import line as application_line
from tokenry.api.programmes.views import application_shape

ROUTES: tuple[Guarded, ...] = (*PROGRAMMES, *CALLS, *APPLICATIONS, *ASSIGNMENTS, *MY_APPLICATIONS, *MY_REVIEWS)

__all__ = [
    "CALL_DAYS",
    "ROUTES",
    "application_line",
    "application_shape",
    "applications_csv",
    "call_shape",
    "programme_shown",
]
