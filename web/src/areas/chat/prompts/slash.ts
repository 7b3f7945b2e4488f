/** Calling a prompt by its name behind a slash, at the beginning of a message. Pure. */

/** What was typed behind the slash; null when the message is no call of a prompt. */
export function calledIn(text: string): string | null {
  return /^\/([\w-]{0,40})$/.exec(text)?.[1]?.toLowerCase() ?? null;
}

/** Prompts whose names begin with what was typed, then those that hold it in name or title. */
export function promptsFor<Item extends { name: string; title: string }>(all: readonly Item[], typed: string): Item[] {
  const begins = all.filter((one) => one.name.startsWith(typed));
  const holds = all.filter((one) => !begins.includes(one) && `${one.name} ${one.title.toLowerCase()}`.includes(typed));
  return [...begins, ...holds].slice(0, 8);
}
