"""Award programmes: calls, applications, reviews, decisions, awards and their reports, recognition."""

from tokenry.programmes.amending import Wish as Wish
from tokenry.programmes.amendments import Amendment as Amendment
from tokenry.programmes.amendments import amend_at_once as amend_at_once
from tokenry.programmes.amendments import amendments_of as amendments_of
from tokenry.programmes.amendments import approve_amendment as approve_amendment
from tokenry.programmes.amendments import ask_amendment as ask_amendment
from tokenry.programmes.amendments import deny_amendment as deny_amendment
from tokenry.programmes.amendments import find_amendment as find_amendment
from tokenry.programmes.amendments import finish_amendments as finish_amendments
from tokenry.programmes.amendments import take_back_amendment as take_back_amendment
from tokenry.programmes.award_terms import AwardTerms as AwardTerms
from tokenry.programmes.awards import ProgrammeAward as ProgrammeAward
from tokenry.programmes.awards import Wanted as WantedAwards
from tokenry.programmes.awards import find_award as find_award
from tokenry.programmes.awards import list_awards as list_awards
from tokenry.programmes.granting import NewAward as NewAward
from tokenry.programmes.granting import finish_grant as finish_grant
from tokenry.programmes.granting import finish_grants as finish_grants
from tokenry.programmes.granting import grant_accepted as grant_accepted
from tokenry.programmes.granting import grant_directly as grant_directly
from tokenry.programmes.office import Office as Office
from tokenry.programmes.pools import amount_in_words as amount_in_words
from tokenry.programmes.programmes import Programme as Programme
from tokenry.programmes.programmes import programmes_of as programmes_of
from tokenry.programmes.reports import Report as Report
from tokenry.programmes.reports import accept_report as accept_report
from tokenry.programmes.reports import find_report as find_report
from tokenry.programmes.reports import remind as remind
from tokenry.programmes.reports import reports_of as reports_of
from tokenry.programmes.reports import return_report as return_report
from tokenry.programmes.reports import submit_report as submit_report
from tokenry.programmes.reports import waive_report as waive_report
from tokenry.programmes.schedule import DAY_NS as DAY_NS
from tokenry.programmes.schedule import Period as Period
from tokenry.programmes.steps import Step as Step
from tokenry.programmes.steps import steps_of as steps_of
from tokenry.programmes.suspending import agree as agree
from tokenry.programmes.suspending import resume_award as resume_award
from tokenry.programmes.suspending import suspend_award as suspend_award
from tokenry.programmes.terms import Tier as Tier
from tokenry.programmes.terms import Tranches as Tranches
from tokenry.programmes.tranches import Tranche as Tranche
from tokenry.programmes.tranches import find_tranche as find_tranche
from tokenry.programmes.tranches import release as release
from tokenry.programmes.tranches import release_due as release_due
from tokenry.programmes.tranches import tranches_of as tranches_of

__all__ = [
    "accept_report",
    "agree",
    "amend_at_once",
    "Amendment",
    "amendments_of",
    "amount_in_words",
    "approve_amendment",
    "ask_amendment",
    "AwardTerms",
    "DAY_NS",
    "deny_amendment",
    "find_amendment",
    "find_award",
    "find_report",
    "find_tranche",
    "finish_amendments",
    "finish_grant",
    "finish_grants",
    "grant_accepted",
    "grant_directly",
    "list_awards",
    "NewAward",
    "Office",
    "Period",
    "Programme",
    "ProgrammeAward",
    "programmes_of",
    "release",
    "release_due",
    "remind",
    "Report",
    "reports_of",
    "resume_award",
    "return_report",
    "Step",
    "steps_of",
    "submit_report",
    "suspend_award",
    "take_back_amendment",
    "Tier",
    "Tranche",
    "Tranches",
    "tranches_of",
    "waive_report",
    "WantedAwards",
    "Wish",
]
