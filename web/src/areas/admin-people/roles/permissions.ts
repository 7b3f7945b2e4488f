// What each permission means, in words. One that is not known here is shown by its own name.

const WORDS: Readonly<Record<string, string>> = {
  "organization.read": "See the organization",
  "organization.write": "Change its name, time zone and data policy",
  "projects.read": "See projects",
  "projects.write": "Make, rename and archive projects, and set their rules",
  "members.read": "See who belongs here",
  "members.write": "Invite, change and remove members",
  "owners.write": "Make and unmake owners",
  "groups.read": "See groups",
  "groups.write": "Change groups",
  "keys.read": "See everybody’s keys",
  "keys.write": "Change everybody’s keys and service accounts",
  "own_keys.write": "Make and end one’s own keys",
  "admin_keys.read": "See admin keys",
  "admin_keys.write": "Make and end admin keys",
  "limits.read": "See budgets and limits",
  "limits.write": "Set budgets and limits, decide on requests",
  "limits.ask": "Ask for a higher limit",
  "usage.read": "See everybody’s usage",
  "statements.read": "See statements",
  "statements.write": "Issue statements",
  "prices.read": "See models and prices",
  "prices.write": "Change prices",
  "costs.read": "See what providers cost",
  "awards.read": "See awards",
  "awards.write": "Make and change awards",
  "credits.write": "Issue credit",
  "programmes.read": "See programmes and applications",
  "programmes.write": "Run programmes and decide on applications",
  "reviews.write": "Review applications one is asked to",
  "webhooks.read": "See webhooks",
  "webhooks.write": "Change webhooks",
  "audit.read": "Read the audit log",
  "health.read": "See how engines and machines fare",
  "sets.read": "See training sets and their reports",
  "people.write": "Export and erase a person’s data",
  "content.read": "Read others’ chats, which they are told",
};

export function permissionWords(permission: string): string {
  return WORDS[permission] ?? permission;
}
