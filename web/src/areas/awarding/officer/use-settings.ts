// The settings of a programme while they are changed: what one began with, what stands in the form, and what somebody
// else changed meanwhile.
import { useState } from "react";
import { ApiError, api } from "@/api/client";
import type { ProgrammeShape, Terms } from "@/api/schema";
import { t as s } from "@/words/awarding-settings";
import { act, readProgramme } from "../data";
import { merge } from "../model/merge";
import { changedParts, formOf, type TermsForm, termsOf } from "../model/terms";

export interface Meanwhile {
  taken: (keyof Terms)[];
  disputed: (keyof Terms)[];
  theirs: Terms;
}

/** The form begins with what was read first, and keeps it until it is saved: reading again changes nothing typed. */
export function useSettings(programme: ProgrammeShape) {
  const { unit } = programme;
  const [base, setBase] = useState(programme);
  const [name, setName] = useState(programme.name);
  const [form, setForm] = useState(() => formOf(programme.terms, unit));
  const [meanwhile, setMeanwhile] = useState<Meanwhile | null>(null);
  const { terms, problems } = termsOf(form, base.terms, unit);
  const parts = changedParts(base.terms, terms);
  const renamed = name.trim() !== base.name;

  function begin(from: ProgrammeShape) {
    setBase(from);
    setName(from.name);
    setForm(formOf(from.terms, unit));
    setMeanwhile(null);
  }

  async function save() {
    const body = { ...(renamed && { name: name.trim() }), ...(parts.length > 0 && { terms }), revision: base.revision };
    const path = { programme_id: base.id };
    try {
      begin(await act(() => api.post("/v1/tokenry/programmes/{programme_id}", { path, body }), s("saved")));
    } catch (error) {
      if (error instanceof ApiError && error.code === "stale_revision") await bringTogether();
      throw error;
    }
  }

  async function bringTogether() {
    const theirs = await readProgramme(base.id);
    const merged = merge(base.terms, terms, theirs.terms);
    setForm(formOf(merged.value, unit));
    if (!renamed) setName(theirs.name);
    setBase(theirs);
    setMeanwhile({ taken: merged.taken, disputed: merged.disputed, theirs: theirs.terms });
  }

  function takeTheirs({ disputed, theirs }: Meanwhile) {
    const next = { ...terms };
    for (const part of disputed) Object.assign(next, { [part]: theirs[part] });
    setForm(formOf(next, unit));
    setMeanwhile(null);
  }

  return {
    base,
    name,
    setName,
    form,
    set: (part: Partial<TermsForm>) => setForm((before) => ({ ...before, ...part })),
    problems,
    /** What differs, in words. */
    changed: [...(renamed ? [s("part_name")] : []), ...parts.map(partName)],
    meanwhile,
    discard: () => begin(base),
    save,
    takeTheirs,
  };
}

export const partName = (part: keyof Terms) => s(`part_${part}`);
