"""Award programmes: calls, applications, reviews, decisions, awards and their reports, recognition."""

from tokenry.programmes.acceptance import accept as accept
from tokenry.programmes.acceptance import refuse as refuse
from tokenry.programmes.amending import Kind as AmendmentKind
from tokenry.programmes.amending import Wish as Wish
from tokenry.programmes.amendments import Amendment as Amendment
from tokenry.programmes.amendments import AmendmentState as AmendmentState
from tokenry.programmes.amendments import amend_at_once as amend_at_once
from tokenry.programmes.amendments import amendments_in as amendments_in
from tokenry.programmes.amendments import amendments_of as amendments_of
from tokenry.programmes.amendments import approve_amendment as approve_amendment
from tokenry.programmes.amendments import ask_amendment as ask_amendment
from tokenry.programmes.amendments import deny_amendment as deny_amendment
from tokenry.programmes.amendments import find_amendment as find_amendment
from tokenry.programmes.amendments import finish_amendments as finish_amendments
from tokenry.programmes.amendments import take_back_amendment as take_back_amendment
from tokenry.programmes.applications import Application as Application
from tokenry.programmes.applications import Found as Found
from tokenry.programmes.applications import Sought as Sought
from tokenry.programmes.applications import applications_of as applications_of
from tokenry.programmes.applications import find_application as find_application
from tokenry.programmes.applications import get_application as get_application
from tokenry.programmes.applications import steps_of as application_steps_of
from tokenry.programmes.applying import Draft as Draft
from tokenry.programmes.applying import applicant_of as applicant_of
from tokenry.programmes.applying import create_draft as create_draft
from tokenry.programmes.applying import edit_draft as edit_draft
from tokenry.programmes.applying import own as own
from tokenry.programmes.applying import submit as submit
from tokenry.programmes.applying import withdraw as withdraw
from tokenry.programmes.award_terms import AwardTerms as AwardTerms
from tokenry.programmes.awards import ProgrammeAward as ProgrammeAward
from tokenry.programmes.awards import Wanted as WantedAwards
from tokenry.programmes.awards import find_award as find_award
from tokenry.programmes.awards import list_awards as list_awards
from tokenry.programmes.backing import ReasonMissing as ReasonMissing
from tokenry.programmes.backing import refuse_too_much as refuse_too_much
from tokenry.programmes.backing import supply_of as supply_of
from tokenry.programmes.calls import CallRecord as CallRecord
from tokenry.programmes.calls import CallState as CallState
from tokenry.programmes.calls import Dates as Dates
from tokenry.programmes.calls import calls_of as calls_of
from tokenry.programmes.calls import change_call as change_call
from tokenry.programmes.calls import close_call as close_call
from tokenry.programmes.calls import find_call as find_call
from tokenry.programmes.calls import get_call as get_call
from tokenry.programmes.calls import open_call as open_call
from tokenry.programmes.calls import open_calls as open_calls
from tokenry.programmes.closeout import Item as ClosingItem
from tokenry.programmes.closeout import checklist as checklist
from tokenry.programmes.closeout import close_award as close_award
from tokenry.programmes.closeout import reopen_award as reopen_award
from tokenry.programmes.decisions import Approval as Approval
from tokenry.programmes.decisions import Decision as Decision
from tokenry.programmes.decisions import Denial as Denial
from tokenry.programmes.decisions import approve as approve
from tokenry.programmes.decisions import decision_of as decision_of
from tokenry.programmes.decisions import decline as decline
from tokenry.programmes.decisions import offer_again as offer_again
from tokenry.programmes.decisions import send_back as send_back
from tokenry.programmes.due import tell_due as tell_due
from tokenry.programmes.funding import replay_fundings as replay_fundings
from tokenry.programmes.granting import NewAward as NewAward
from tokenry.programmes.granting import finish_grant as finish_grant
from tokenry.programmes.granting import finish_grants as finish_grants
from tokenry.programmes.granting import grant_accepted as grant_accepted
from tokenry.programmes.granting import grant_directly as grant_directly
from tokenry.programmes.lifecycle import ApplicationState as ApplicationState
from tokenry.programmes.lifecycle import AwardState as AwardState
from tokenry.programmes.lines import COLUMNS as FILE_COLUMNS
from tokenry.programmes.lines import Fault as Fault
from tokenry.programmes.lines import Line as Line
from tokenry.programmes.lines import read_lines as read_lines
from tokenry.programmes.offers import Offer as Offer
from tokenry.programmes.offers import read_offer as read_offer
from tokenry.programmes.office import Office as Office
from tokenry.programmes.pools import amount_in_words as amount_in_words
from tokenry.programmes.pools import pool_balance as pool_balance
from tokenry.programmes.programmes import Changes as Changes
from tokenry.programmes.programmes import NewProgramme as NewProgramme
from tokenry.programmes.programmes import Programme as Programme
from tokenry.programmes.programmes import change_programme as change_programme
from tokenry.programmes.programmes import close_programme as close_programme
from tokenry.programmes.programmes import create_programme as create_programme
from tokenry.programmes.programmes import find_programme as find_programme
from tokenry.programmes.programmes import get_programme as get_programme
from tokenry.programmes.programmes import programmes_of as programmes_of
from tokenry.programmes.programmes import set_cap as set_cap
from tokenry.programmes.promises import promised as promised
from tokenry.programmes.reports import Report as Report
from tokenry.programmes.reports import ReportState as ReportState
from tokenry.programmes.reports import accept_report as accept_report
from tokenry.programmes.reports import find_report as find_report
from tokenry.programmes.reports import remind as remind
from tokenry.programmes.reports import reports_in as reports_in
from tokenry.programmes.reports import reports_of as reports_of
from tokenry.programmes.reports import return_report as return_report
from tokenry.programmes.reports import submit_report as submit_report
from tokenry.programmes.reports import waive_report as waive_report
from tokenry.programmes.reviewing import ACTIVE as ACTIVE
from tokenry.programmes.reviewing import READING as READING
from tokenry.programmes.reviewing import Assignment as Assignment
from tokenry.programmes.reviewing import AssignmentState as AssignmentState
from tokenry.programmes.reviewing import assignments_of as assignments_of
from tokenry.programmes.reviewing import find_assignment as find_assignment
from tokenry.programmes.reviewing import reviews_of as reviews_of
from tokenry.programmes.reviews import Verdict as Verdict
from tokenry.programmes.reviews import assign as assign
from tokenry.programmes.reviews import declare as declare
from tokenry.programmes.reviews import decline_review as decline_review
from tokenry.programmes.reviews import remove as remove
from tokenry.programmes.reviews import score as score
from tokenry.programmes.rounds import Round as Round
from tokenry.programmes.rounds import finish_begun as finish_begun
from tokenry.programmes.rounds import go_round as go_round
from tokenry.programmes.schedule import DAY_NS as DAY_NS
from tokenry.programmes.schedule import Period as Period
from tokenry.programmes.schedule import ReportKind as ReportKind
from tokenry.programmes.schedule import refuse_impossible as refuse_impossible
from tokenry.programmes.scoring import PanelScore as PanelScore
from tokenry.programmes.scoring import decimal as decimal
from tokenry.programmes.scoring import panel_score as panel_score
from tokenry.programmes.scoring import percent as percent
from tokenry.programmes.scoring import score_of as score_of
from tokenry.programmes.steps import Step as Step
from tokenry.programmes.steps import steps_of as steps_of
from tokenry.programmes.supply import Supply as Supply
from tokenry.programmes.suspending import agree as agree
from tokenry.programmes.suspending import resume_award as resume_award
from tokenry.programmes.suspending import suspend_award as suspend_award
from tokenry.programmes.templates import TEMPLATES as TEMPLATES
from tokenry.programmes.terms import Criterion as Criterion
from tokenry.programmes.terms import Field as Field
from tokenry.programmes.terms import Reporting as Reporting
from tokenry.programmes.terms import Terms as Terms
from tokenry.programmes.terms import Tier as Tier
from tokenry.programmes.terms import Tranches as Tranches
from tokenry.programmes.terms import UnitName as UnitName
from tokenry.programmes.tranches import Tranche as Tranche
from tokenry.programmes.tranches import TrancheState as TrancheState
from tokenry.programmes.tranches import find_tranche as find_tranche
from tokenry.programmes.tranches import release as release
from tokenry.programmes.tranches import release_due as release_due
from tokenry.programmes.tranches import tranches_of as tranches_of

__all__ = [
    "ACTIVE",
    "Amendment",
    "AmendmentKind",
    "AmendmentState",
    "Application",
    "ApplicationState",
    "Approval",
    "Assignment",
    "AssignmentState",
    "AwardState",
    "AwardTerms",
    "CallRecord",
    "CallState",
    "Changes",
    "ClosingItem",
    "Criterion",
    "DAY_NS",
    "Dates",
    "Decision",
    "Denial",
    "Draft",
    "FILE_COLUMNS",
    "Fault",
    "Field",
    "Found",
    "Line",
    "NewAward",
    "NewProgramme",
    "Offer",
    "Office",
    "PanelScore",
    "Period",
    "Programme",
    "ProgrammeAward",
    "READING",
    "ReasonMissing",
    "Report",
    "ReportKind",
    "ReportState",
    "Reporting",
    "Round",
    "Sought",
    "Step",
    "Supply",
    "TEMPLATES",
    "Terms",
    "Tier",
    "Tranche",
    "TrancheState",
    "Tranches",
    "UnitName",
    "Verdict",
    "WantedAwards",
    "Wish",
    "accept",
    "accept_report",
    "agree",
    "amend_at_once",
    "amendments_in",
    "amendments_of",
    "amount_in_words",
    "applicant_of",
    "application_steps_of",
    "applications_of",
    "approve",
    "approve_amendment",
    "ask_amendment",
    "assign",
    "assignments_of",
    "calls_of",
    "change_call",
    "change_programme",
    "checklist",
    "close_award",
    "close_call",
    "close_programme",
    "create_draft",
    "create_programme",
    "decimal",
    "decision_of",
    "declare",
    "decline",
    "decline_review",
    "deny_amendment",
    "edit_draft",
    "find_amendment",
    "find_application",
    "find_assignment",
    "find_award",
    "find_call",
    "find_programme",
    "find_report",
    "find_tranche",
    "finish_amendments",
    "finish_begun",
    "finish_grant",
    "finish_grants",
    "get_application",
    "get_call",
    "get_programme",
    "go_round",
    "grant_accepted",
    "grant_directly",
    "list_awards",
    "offer_again",
    "open_call",
    "open_calls",
    "own",
    "panel_score",
    "percent",
    "pool_balance",
    "programmes_of",
    "promised",
    "read_lines",
    "read_offer",
    "refuse",
    "refuse_impossible",
    "refuse_too_much",
    "release",
    "release_due",
    "remind",
    "remove",
    "reopen_award",
    "replay_fundings",
    "reports_in",
    "reports_of",
    "resume_award",
    "return_report",
    "reviews_of",
    "score",
    "score_of",
    "send_back",
    "set_cap",
    "steps_of",
    "submit",
    "submit_report",
    "supply_of",
    "suspend_award",
    "take_back_amendment",
    "tell_due",
    "tranches_of",
    "waive_report",
    "withdraw",
]
