// A programme's terms as they stand in a form: figures as they are typed. Both ways, and what is wrong by its place.
import type { Criterion, Field, Fleet, Provider, Terms, Tier } from "@/api/schema";
import { t } from "@/words/awarding";
import { t as s } from "@/words/awarding-settings";
import { parseAmount, typedAmount, type Unit, wrongWords } from "./amounts";
import { same } from "./merge";

/** A row of a list, told from others while it is moved. */
export interface Keyed {
  key: string;
}
export interface TierForm extends Keyed, Typed<Omit<Tier, "name" | "about">> {
  name: string;
  about: string;
}
export interface QuestionForm extends Keyed, Omit<Field, "choices" | "words_max"> {
  choices: string; // one a line
  words_max: string;
}
export interface CriterionForm extends Keyed, Typed<Omit<Criterion, "id" | "label" | "help">> {
  id: string;
  label: string;
  help: string;
}
export interface FleetForm
  extends Keyed,
    Typed<Pick<Fleet, "accelerators" | "tokens_per_second" | "available_percent">> {
  type: "fleet";
  measured: string;
  power_w: string;
  shares: Fleet["shares"];
}
export interface ProviderForm extends Keyed, Typed<Pick<Provider, "nanousd_per_million" | "money">> {
  type: "provider";
  name: string;
  tokens_per_second: string;
  shares: Provider["shares"];
}
type Typed<T> = { [K in keyof T]: string };

export interface TermsForm {
  about: string;
  tiers: TierForm[];
  fields: QuestionForm[];
  rubric: CriterionForm[];
  conditions: string;
  acknowledgement: string;
  models: string; // one a line; empty = all
  requests_per_minute: string;
  tokens_per_minute: string;
  on_exhaustion: Terms["restrictions"]["on_exhaustion"];
  downgrade_to: string;
  report_days: string; // empty = no progress reports
  final: boolean;
  final_within_days: string;
  tranches: string;
  released_by: Terms["tranches"]["released_by"];
  tranche_days: string;
  backing: (FleetForm | ProviderForm)[];
  ratio_max_percent: string;
  review_within_days: string;
  accept_within_days: string;
  applications_max: string;
  public: boolean;
}

let last = 0;

export function newKey(): string {
  last += 1;
  return `row-${last}`;
}

const figure = (value: number | null) => (value === null ? "" : String(value));

export function formOf(terms: Terms, unit: Unit): TermsForm {
  const { restrictions: rule, reporting, tranches } = terms;
  return {
    about: terms.about,
    tiers: terms.tiers.map((tier) => ({
      ...tier,
      key: newKey(),
      amount_max: typedAmount(tier.amount_max, unit),
      days: figure(tier.days),
      reviews: figure(tier.reviews),
    })),
    fields: terms.fields.map((field) => ({
      ...field,
      key: newKey(),
      choices: field.choices.join("\n"),
      words_max: figure(field.words_max),
    })),
    rubric: terms.rubric.map((one) => ({
      ...one,
      key: newKey(),
      points_max: figure(one.points_max),
      weight: figure(one.weight),
    })),
    conditions: terms.conditions,
    acknowledgement: terms.acknowledgement,
    models: rule.models?.join("\n") ?? "",
    requests_per_minute: figure(rule.requests_per_minute),
    tokens_per_minute: figure(rule.tokens_per_minute),
    on_exhaustion: rule.on_exhaustion,
    downgrade_to: rule.downgrade_to ?? "",
    report_days: figure(reporting.every_days),
    final: reporting.final,
    final_within_days: figure(reporting.final_within_days),
    tranches: figure(tranches.count),
    released_by: tranches.released_by,
    tranche_days: figure(tranches.every_days),
    backing: terms.backing.map(backingForm),
    ratio_max_percent: figure(terms.ratio_max_percent),
    review_within_days: figure(terms.review_within_days),
    accept_within_days: figure(terms.accept_within_days),
    applications_max: figure(terms.applications_max),
    public: terms.public,
  };
}

function backingForm(one: Fleet | Provider): FleetForm | ProviderForm {
  if (one.type === "fleet") {
    return {
      ...one,
      key: newKey(),
      accelerators: figure(one.accelerators),
      tokens_per_second: figure(one.tokens_per_second),
      available_percent: figure(one.available_percent),
      power_w: figure(one.power_w),
    };
  }
  return {
    ...one,
    key: newKey(),
    nanousd_per_million: typedAmount(one.nanousd_per_million, "usd"),
    money: typedAmount(one.money, "usd"),
    tokens_per_second: figure(one.tokens_per_second),
  };
}

/** What is wrong, by where it stands: "tiers.row-3.days". */
export type Problems = Map<string, string>;

/** Reads a form's figures, and keeps what is wrong with them by their place. */
class Reader {
  readonly problems: Problems = new Map();

  whole(place: string, text: string, least: number, most: number): number {
    const said = text.trim();
    const number = /^\d{1,15}$/.test(said) ? Number(said) : Number.NaN;
    if (number >= least && number <= most) return number;
    this.problems.set(place, t("numberBetween", { least, most }));
    return least;
  }

  maybe(place: string, text: string, least: number, most: number): number | null {
    return text.trim() === "" ? null : this.whole(place, text, least, most);
  }

  amount(place: string, text: string, unit: Unit): number {
    const read = parseAmount(text, unit);
    if ("amount" in read) return read.amount;
    this.problems.set(place, wrongWords(read.wrong, unit));
    return 1;
  }

  text(place: string, text: string): string {
    if (text.trim() === "") this.problems.set(place, s("needed"));
    return text.trim();
  }
}

const lines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** What a form says, over the terms it began with: what it does not show stays as it was. */
export function termsOf(form: TermsForm, base: Terms, unit: Unit): { terms: Terms; problems: Problems } {
  const read = new Reader();
  const models = lines(form.models);
  const downgrades = form.on_exhaustion === "downgrade";
  const terms: Terms = {
    ...base,
    about: form.about,
    conditions: form.conditions,
    acknowledgement: form.acknowledgement,
    public: form.public,
    tiers: form.tiers.map((tier) => readTier(read, tier, unit)),
    fields: readQuestions(read, form.fields),
    rubric: readRubric(read, form.rubric),
    backing: form.backing.map((one) => readBacking(read, one)),
    restrictions: {
      ...base.restrictions,
      models: models.length > 0 ? models : null,
      requests_per_minute: read.maybe("requests_per_minute", form.requests_per_minute, 1, 10_000_000),
      tokens_per_minute: read.maybe("tokens_per_minute", form.tokens_per_minute, 1, 10 ** 12),
      on_exhaustion: form.on_exhaustion,
      downgrade_to: downgrades ? read.text("downgrade_to", form.downgrade_to) : null,
    },
    reporting: {
      every_days: read.maybe("report_days", form.report_days, 1, DAYS_MAX),
      final: form.final,
      final_within_days: read.whole("final_within_days", form.final_within_days, 1, DAYS_MAX),
    },
    tranches: {
      count: read.whole("tranches", form.tranches, 1, 120),
      released_by: form.released_by,
      every_days: read.whole("tranche_days", form.tranche_days, 1, DAYS_MAX),
    },
    ratio_max_percent: read.whole("ratio_max_percent", form.ratio_max_percent, 1, 100_000),
    review_within_days: read.whole("review_within_days", form.review_within_days, 1, DAYS_MAX),
    accept_within_days: read.whole("accept_within_days", form.accept_within_days, 1, DAYS_MAX),
    applications_max: read.whole("applications_max", form.applications_max, 1, 100),
  };
  if (terms.tiers.length === 0) read.problems.set("tiers", s("oneTier"));
  return { terms, problems: read.problems };
}

const DAYS_MAX = 3660;

function readTier(read: Reader, tier: TierForm, unit: Unit): Tier {
  const at = (name: string) => `tiers.${tier.key}.${name}`;
  return {
    name: read.text(at("name"), tier.name),
    about: tier.about,
    amount_max: read.amount(at("amount_max"), tier.amount_max, unit),
    days: read.whole(at("days"), tier.days, 1, DAYS_MAX),
    reviews: read.whole(at("reviews"), tier.reviews, 0, 20),
  };
}

function readQuestions(read: Reader, questions: readonly QuestionForm[]): Field[] {
  const taken = new Set(questions.map((one) => one.id).filter(Boolean));
  return questions.map((one) => {
    const at = (name: string) => `fields.${one.key}.${name}`;
    const label = read.text(at("label"), one.label);
    const id = one.id || slugOf(label, taken);
    taken.add(id);
    const counted = one.kind === "text" || one.kind === "long_text";
    const choices = one.kind === "choice" ? lines(one.choices) : [];
    if (one.kind === "choice" && choices.length === 0) read.problems.set(at("choices"), s("oneChoice"));
    const { kind, required, help } = one;
    const words_max = counted ? read.maybe(at("words_max"), one.words_max, 1, 10_000) : null;
    return { id, label, kind, required, choices, help, words_max };
  });
}

function readRubric(read: Reader, rubric: readonly CriterionForm[]): Criterion[] {
  const taken = new Set(rubric.map((one) => one.id).filter(Boolean));
  return rubric.map((one) => {
    const at = (name: string) => `rubric.${one.key}.${name}`;
    const label = read.text(at("label"), one.label);
    const id = one.id || slugOf(label, taken);
    taken.add(id);
    return {
      id,
      label,
      help: one.help,
      points_max: read.whole(at("points_max"), one.points_max, 1, 100),
      weight: read.whole(at("weight"), one.weight, 1, 100),
    };
  });
}

function readBacking(read: Reader, one: FleetForm | ProviderForm): Fleet | Provider {
  const at = (name: string) => `backing.${one.key}.${name}`;
  if (one.type === "fleet") {
    return {
      type: "fleet",
      shares: one.shares,
      measured: read.text(at("measured"), one.measured),
      accelerators: read.whole(at("accelerators"), one.accelerators, 1, 10_000_000),
      tokens_per_second: read.whole(at("tokens_per_second"), one.tokens_per_second, 1, 100_000_000),
      available_percent: read.whole(at("available_percent"), one.available_percent, 1, 100),
      power_w: read.maybe(at("power_w"), one.power_w, 1, 100_000),
    };
  }
  return {
    type: "provider",
    shares: one.shares,
    name: read.text(at("name"), one.name),
    nanousd_per_million: read.amount(at("nanousd_per_million"), one.nanousd_per_million, "usd"),
    money: read.amount(at("money"), one.money, "usd"),
    tokens_per_second: read.maybe(at("tokens_per_second"), one.tokens_per_second, 1, 10 ** 9),
  };
}

const SLUG_MAX = 36; // characters; the server takes 40, and a number may follow

/** The id of what was just named, as answers are kept under it: "field_of_research", told from those that are taken. */
export function slugOf(label: string, taken: ReadonlySet<string>): string {
  const plain = label
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, SLUG_MAX);
  const begin = plain || "item";
  let id = begin;
  for (let count = 2; taken.has(id); count += 1) id = `${begin}_${count}`;
  return id;
}

/** Which parts of the terms differ. */
export function changedParts(before: Terms, after: Terms): (keyof Terms)[] {
  return (Object.keys(after) as (keyof Terms)[]).filter((part) => !same(before[part], after[part]));
}
