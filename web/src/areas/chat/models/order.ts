/** Which models are offered, in which order, and what one costs in words. Pure. */
import { moneyWords, tokensWords } from "@/ui/money";
import { t } from "@/words/chat";
import type { Model, ModelPrice } from "../model/types";

/** Those that can be chatted with: what one may ask first, then by name; the starter after all others. */
export function inOrder(models: readonly Model[]): Model[] {
  const rank = (one: Model) => (one.refusal ? 2 : one.starter ? 1 : 0);
  return [...models].sort((a, b) => rank(a) - rank(b) || a.label.localeCompare(b.label));
}

/** The models whose names hold all the words that were typed. */
export function matching(models: readonly Model[], typed: string): Model[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((one) => {
    const names = `${one.label} ${one.id} ${one.seen_by.map((seen) => seen.provider).join(" ")}`.toLowerCase();
    return words.every((word) => names.includes(word));
  });
}

/** The model to begin with: the one used last, else the first that one may ask. */
export function toBeginWith(models: readonly Model[], last: string | null): Model | null {
  const open = inOrder(models).filter((one) => !one.refusal);
  return open.find((one) => one.id === last) ?? open[0] ?? null;
}

/** The price of the default tier; null = it costs nothing. */
export function priceOf(model: Model): ModelPrice | null {
  return model.prices.find((one) => one.tier === "default") ?? model.prices[0] ?? null;
}

function amountWords(nanousd: number): string {
  return nanousd === 0 ? t("model.free") : moneyWords(nanousd);
}

export function priceWords(model: Model): string {
  const price = priceOf(model);
  if (!price || (price.input === 0 && price.output === 0)) return t("model.free");
  return t("model.price", { input: amountWords(price.input), output: amountWords(price.output) });
}

/** "128K tokens of context · sees images". */
export function factsWords(model: Model): string {
  const facts: string[] = [];
  if (model.context_tokens) facts.push(t("model.context", { tokens: tokensWords(model.context_tokens, true) }));
  if (model.images) facts.push(t("model.images"));
  return facts.join(" · ");
}
