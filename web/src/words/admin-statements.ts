// What the page of statements says.
import { speak } from ".";

export const t = speak({
  title: "Statements",
  about:
    "What the organization and its projects used and paid in each month: reproducible from the ledger, chained by hash.",
  month: "Month",
  of: "Of",
  organization: "The organization",
  all: "All",
  total: "Total",
  issued: "Issued",
  open: "Open",
  openOf: "Open the statement of {what} for {month}, to print",
  csvOf: "Statement of {what} for {month} as CSV",
  none: "No statement yet",
  noneWhy: "A month is stated an hour after it ends. The dashboard shows the month that runs.",
});
