"""Award programmes: calls, applications, reviews, decisions, awards and their reports, recognition."""

from tokenry.programmes.applications.acceptance import accept as accept
from tokenry.programmes.applications.acceptance import refuse as refuse
from tokenry.programmes.applications.applications import Application as Application
from tokenry.programmes.applications.applications import Found as Found
from tokenry.programmes.applications.applications import Sought as Sought
from tokenry.programmes.applications.applications import applications_of as applications_of
from tokenry.programmes.applications.applications import find_application as find_application
from tokenry.programmes.applications.applications import get_application as get_application
from tokenry.programmes.applications.applications import steps_of as application_steps_of
from tokenry.programmes.applications.applying import Draft as Draft
from tokenry.programmes.applications.applying import applicant_of as applicant_of
from tokenry.programmes.applications.applying import create_draft as create_draft
from tokenry.programmes.applications.applying import edit_draft as edit_draft
from tokenry.programmes.applications.applying import own as own
from tokenry.programmes.applications.applying import submit as submit
from tokenry.programmes.applications.applying import withdraw as withdraw
from tokenry.programmes.applications.candidates import Candidate as Candidate
from tokenry.programmes.applications.candidates import candidates as candidates
from tokenry.programmes.applications.decisions import Approval as Approval
from tokenry.programmes.applications.decisions import Decision as Decision
from tokenry.programmes.applications.decisions import Denial as Denial
from tokenry.programmes.applications.decisions import approve as approve
from tokenry.programmes.applications.decisions import decision_of as decision_of
from tokenry.programmes.applications.decisions import decline as decline
from tokenry.programmes.applications.decisions import offer_again as offer_again
from tokenry.programmes.applications.decisions import send_back as send_back
from tokenry.programmes.applications.decisions import waitlist as waitlist
from tokenry.programmes.applications.due import tell_due as tell_due
from tokenry.programmes.applications.reviewing import ACTIVE as ACTIVE
from tokenry.programmes.applications.reviewing import READING as READING
from tokenry.programmes.applications.reviewing import Assignment as Assignment
from tokenry.programmes.applications.reviewing import AssignmentState as AssignmentState
from tokenry.programmes.applications.reviewing import assignments_of as assignments_of
from tokenry.programmes.applications.reviewing import find_assignment as find_assignment
from tokenry.programmes.applications.reviewing import reviews_of as reviews_of
from tokenry.programmes.applications.reviews import Verdict as Verdict
from tokenry.programmes.applications.reviews import assign as assign
from tokenry.programmes.applications.reviews import declare as declare
from tokenry.programmes.applications.reviews import decline_review as decline_review
from tokenry.programmes.applications.reviews import remove as remove
from tokenry.programmes.applications.reviews import save_draft as save_draft
from tokenry.programmes.applications.reviews import score as score
from tokenry.programmes.applications.scoring import PanelScore as PanelScore
from tokenry.programmes.applications.scoring import decimal as decimal
from tokenry.programmes.applications.scoring import panel_score as panel_score
from tokenry.programmes.applications.scoring import percent as percent
from tokenry.programmes.applications.scoring import score_of as score_of
from tokenry.programmes.awards.amending import Kind as AmendmentKind
from tokenry.programmes.awards.amending import Wish as Wish
from tokenry.programmes.awards.amendments import Amendment as Amendment
from tokenry.programmes.awards.amendments import AmendmentState as AmendmentState
from tokenry.programmes.awards.amendments import amend_at_once as amend_at_once
from tokenry.programmes.awards.amendments import amendments_in as amendments_in
from tokenry.programmes.awards.amendments import amendments_of as amendments_of
from tokenry.programmes.awards.amendments import approve_amendment as approve_amendment
from tokenry.programmes.awards.amendments import ask_amendment as ask_amendment
from tokenry.programmes.awards.amendments import deny_amendment as deny_amendment
from tokenry.programmes.awards.amendments import find_amendment as find_amendment
from tokenry.programmes.awards.amendments import finish_amendments as finish_amendments
from tokenry.programmes.awards.amendments import take_back_amendment as take_back_amendment
from tokenry.programmes.awards.award_terms import AwardTerms as AwardTerms
from tokenry.programmes.awards.awards import ProgrammeAward as ProgrammeAward
from tokenry.programmes.awards.awards import Wanted as WantedAwards
from tokenry.programmes.awards.awards import find_award as find_award
from tokenry.programmes.awards.awards import list_awards as list_awards
from tokenry.programmes.awards.backing import ReasonMissing as ReasonMissing
from tokenry.programmes.awards.backing import refuse_too_much as refuse_too_much
from tokenry.programmes.awards.backing import supply_of as supply_of
from tokenry.programmes.awards.closeout import Item as ClosingItem
from tokenry.programmes.awards.closeout import checklist as checklist
from tokenry.programmes.awards.closeout import close_award as close_award
from tokenry.programmes.awards.closeout import reopen_award as reopen_award
from tokenry.programmes.awards.granting import NewAward as NewAward
from tokenry.programmes.awards.granting import finish_grant as finish_grant
from tokenry.programmes.awards.granting import finish_grants as finish_grants
from tokenry.programmes.awards.granting import grant_accepted as grant_accepted
from tokenry.programmes.awards.granting import grant_directly as grant_directly
from tokenry.programmes.awards.lines import COLUMNS as FILE_COLUMNS
from tokenry.programmes.awards.lines import Fault as Fault
from tokenry.programmes.awards.lines import Line as Line
from tokenry.programmes.awards.lines import read_lines as read_lines
from tokenry.programmes.awards.reports import Report as Report
from tokenry.programmes.awards.reports import ReportState as ReportState
from tokenry.programmes.awards.reports import accept_report as accept_report
from tokenry.programmes.awards.reports import find_report as find_report
from tokenry.programmes.awards.reports import remind as remind
from tokenry.programmes.awards.reports import reports_in as reports_in
from tokenry.programmes.awards.reports import reports_of as reports_of
from tokenry.programmes.awards.reports import return_report as return_report
from tokenry.programmes.awards.reports import submit_report as submit_report
from tokenry.programmes.awards.reports import waive_report as waive_report
from tokenry.programmes.awards.schedule import DAY_NS as DAY_NS
from tokenry.programmes.awards.schedule import Period as Period
from tokenry.programmes.awards.schedule import ReportKind as ReportKind
from tokenry.programmes.awards.schedule import refuse_impossible as refuse_impossible
from tokenry.programmes.awards.steps import Step as Step
from tokenry.programmes.awards.steps import steps_of as steps_of
from tokenry.programmes.awards.supply import Supply as Supply
from tokenry.programmes.awards.suspending import agree as agree
from tokenry.programmes.awards.suspending import resume_award as resume_award
from tokenry.programmes.awards.suspending import suspend_award as suspend_award
from tokenry.programmes.awards.tranches import Tranche as Tranche
from tokenry.programmes.awards.tranches import TrancheState as TrancheState
from tokenry.programmes.awards.tranches import find_tranche as find_tranche
from tokenry.programmes.awards.tranches import release as release
from tokenry.programmes.awards.tranches import release_due as release_due
from tokenry.programmes.awards.tranches import tranches_of as tranches_of
from tokenry.programmes.calls.calls import CallRecord as CallRecord
from tokenry.programmes.calls.calls import CallState as CallState
from tokenry.programmes.calls.calls import Dates as Dates
from tokenry.programmes.calls.calls import calls_of as calls_of
from tokenry.programmes.calls.calls import change_call as change_call
from tokenry.programmes.calls.calls import close_call as close_call
from tokenry.programmes.calls.calls import find_call as find_call
from tokenry.programmes.calls.calls import get_call as get_call
from tokenry.programmes.calls.calls import open_call as open_call
from tokenry.programmes.calls.calls import open_calls as open_calls
from tokenry.programmes.calls.funding import replay_fundings as replay_fundings
from tokenry.programmes.calls.programmes import Changes as Changes
from tokenry.programmes.calls.programmes import NewProgramme as NewProgramme
from tokenry.programmes.calls.programmes import Programme as Programme
from tokenry.programmes.calls.programmes import change_programme as change_programme
from tokenry.programmes.calls.programmes import close_programme as close_programme
from tokenry.programmes.calls.programmes import create_programme as create_programme
from tokenry.programmes.calls.programmes import find_programme as find_programme
from tokenry.programmes.calls.programmes import get_programme as get_programme
from tokenry.programmes.calls.programmes import programme_names as programme_names
from tokenry.programmes.calls.programmes import programmes_of as programmes_of
from tokenry.programmes.calls.programmes import set_cap as set_cap
from tokenry.programmes.calls.templates import TEMPLATES as TEMPLATES
from tokenry.programmes.lifecycle import ApplicationState as ApplicationState
from tokenry.programmes.lifecycle import AwardState as AwardState
from tokenry.programmes.offers import Offer as Offer
from tokenry.programmes.offers import read_offer as read_offer
from tokenry.programmes.office import Office as Office
from tokenry.programmes.pools import amount_in_words as amount_in_words
from tokenry.programmes.pools import pool_balance as pool_balance
from tokenry.programmes.promises import promised as promised
from tokenry.programmes.rounds import Round as Round
from tokenry.programmes.rounds import finish_begun as finish_begun
from tokenry.programmes.rounds import go_round as go_round
from tokenry.programmes.terms import Criterion as Criterion
from tokenry.programmes.terms import Field as Field
from tokenry.programmes.terms import Fleet as Fleet
from tokenry.programmes.terms import Provider as Provider
from tokenry.programmes.terms import Reporting as Reporting
from tokenry.programmes.terms import Terms as Terms
from tokenry.programmes.terms import Tier as Tier
from tokenry.programmes.terms import Tranches as Tranches
from tokenry.programmes.terms import UnitName as UnitName

__all__ = [
    "Fleet",
    "Provider",
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
    "Candidate",
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
    "candidates",
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
    "programme_names",
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
    "save_draft",
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
    "waitlist",
    "waive_report",
    "withdraw",
]
