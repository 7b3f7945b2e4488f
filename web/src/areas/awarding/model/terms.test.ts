import { describe, expect, test } from "vitest";
import type { Terms } from "@/api/schema";
import { changedParts, formOf, newKey, slugOf, termsOf } from "./terms";

const TERMS: Terms = {
  about: "Tokens for research.",
  tiers: [{ name: "Explore", amount_max: 1_000_000_000, days: 365, reviews: 0, about: "" }],
  fields: [
    { id: "abstract", label: "Abstract", kind: "long_text", required: true, choices: [], help: "h", words_max: 300 },
    {
      id: "stage",
      label: "Stage",
      kind: "choice",
      required: false,
      choices: ["idea", "product"],
      help: "",
      words_max: null,
    },
  ],
  rubric: [{ id: "merit", label: "Merit", points_max: 5, weight: 3, help: "" }],
  conditions: "c",
  acknowledgement: "a",
  weights: { input: 1000, cached_input: 100, cache_write: 1000, output: 4000, reasoning: 4000 },
  restrictions: {
    models: ["small"], endpoints: ["chat"], tiers: ["flex"], purposes: null, requests_per_minute: 60,
    tokens_per_minute: null, on_exhaustion: "block", downgrade_to: null,
  }, // biome-ignore format: a long object
  reporting: { every_days: 90, final_within_days: 60, final: true },
  tranches: { count: 2, released_by: "report", every_days: 90 },
  backing: [
    {
      type: "fleet",
      accelerators: 8,
      tokens_per_second: 900,
      measured: "bench",
      power_w: 700,
      available_percent: 90,
      shares: [{ contributor: "x", share: 2 }],
    },
    {
      type: "provider",
      name: "p",
      nanousd_per_million: 2_500_000_000,
      money: 10 ** 13,
      tokens_per_second: null,
      shares: [],
    },
  ],
  ratio_max_percent: 100,
  review_within_days: 21,
  accept_within_days: 30,
  applications_max: 3,
  public: false,
};

describe("terms in a form", () => {
  test("come back as they went in, what is not shown with them", () => {
    expect(termsOf(formOf(TERMS, "tokens"), TERMS, "tokens")).toEqual({ terms: TERMS, problems: new Map() });
  });

  test("a figure that is none is named by its place", () => {
    const form = formOf(TERMS, "tokens");
    const [tier] = form.tiers;
    const wrong = {
      ...form,
      tiers: [{ ...tier, amount_max: "$5", days: "0" } as (typeof form.tiers)[0]],
      report_days: "x",
    };
    const places = [...termsOf(wrong as typeof form, TERMS, "tokens").problems.keys()];
    expect(places).toEqual([`tiers.${tier?.key}.amount_max`, `tiers.${tier?.key}.days`, "report_days"]);
  });

  test("a programme without a tier, a choice without choices, a name that is empty", () => {
    const form = formOf(TERMS, "tokens");
    const fields = form.fields.map((one) => ({ ...one, choices: " ", label: " " }));
    const places = [...termsOf({ ...form, tiers: [], fields }, TERMS, "tokens").problems.keys()];
    expect(places).toEqual([
      `fields.${fields[0]?.key}.label`, `fields.${fields[1]?.key}.label`, `fields.${fields[1]?.key}.choices`, "tiers",
    ]); // biome-ignore format: a list
  });

  test("a new question gets an id, an old one keeps its own", () => {
    const form = formOf(TERMS, "tokens");
    const [first] = form.fields;
    if (!first) throw new Error("there is one");
    const fields = [
      { ...first, label: "Summary" },
      { ...first, key: newKey(), id: "", label: "Abstract" },
    ];
    const { terms } = termsOf({ ...form, fields }, TERMS, "tokens");
    expect(terms.fields.map((one) => one.id)).toEqual(["abstract", "abstract_2"]);
  });

  test("only text is bounded in words, only a choice has choices", () => {
    const form = formOf(TERMS, "tokens");
    const fields = form.fields.map((one) => ({ ...one, kind: "number" as const }));
    const { terms } = termsOf({ ...form, fields }, TERMS, "tokens");
    expect(terms.fields.map((one) => [one.words_max, one.choices])).toEqual([
      [null, []],
      [null, []],
    ]);
  });
});

test("ids are made of names", () => {
  const taken = new Set(["field"]);
  expect(slugOf("Field of research", taken)).toBe("field_of_research");
  expect(slugOf("Field", taken)).toBe("field_2");
  expect(slugOf("Größe & Zweck", taken)).toMatch(/^[a-z][a-z0-9_-]*$/);
  expect(slugOf("漢字", taken)).toBe("item");
  expect(slugOf("2 things", taken)).toBe("things");
  expect(slugOf("x".repeat(80), taken)).toHaveLength(36);
});

test("what was changed is named", () => {
  expect(changedParts(TERMS, { ...TERMS, about: "b", tiers: [] })).toEqual(["about", "tiers"]);
  expect(changedParts(TERMS, structuredClone(TERMS))).toEqual([]);
});
