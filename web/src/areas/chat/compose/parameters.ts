/** What is typed into the fields of a chat's settings, read and checked. Pure. */
import type { Effort, Parameters } from "../model/types";

export const EFFORTS: readonly Effort[] = ["none", "minimal", "low", "medium", "high", "xhigh"];

export type Typed = { temperature: string; top_p: string; max_output_tokens: string; reasoning_effort: string };

export type Range = { from: number; to: number; whole: boolean };

export const RANGES: Readonly<Record<"temperature" | "top_p" | "max_output_tokens", Range>> = {
  temperature: { from: 0, to: 2, whole: false },
  top_p: { from: 0.01, to: 1, whole: false },
  max_output_tokens: { from: 1, to: 10_000_000, whole: true },
};

export function typedOf(parameters: Parameters): Typed {
  const words = (value: number | null | undefined) => (value == null ? "" : String(value));
  return {
    temperature: words(parameters.temperature),
    top_p: words(parameters.top_p),
    max_output_tokens: words(parameters.max_output_tokens),
    reasoning_effort: parameters.reasoning_effort ?? "",
  };
}

/** The number, null for an empty field, undefined for what is no such number. */
export function numberIn(typed: string, range: Range): number | null | undefined {
  const text = typed.trim().replace(",", ".");
  if (text === "") return null;
  if (!/^\d+(\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  if (value < range.from || value > range.to || (range.whole && !Number.isInteger(value))) return undefined;
  return value;
}

/** The parameters that were typed, or the names of the fields that are wrong. */
export function parametersOf(typed: Typed): { parameters: Parameters } | { wrong: (keyof typeof RANGES)[] } {
  const parameters: Parameters = {};
  const wrong: (keyof typeof RANGES)[] = [];
  for (const name of ["temperature", "top_p", "max_output_tokens"] as const) {
    const value = numberIn(typed[name], RANGES[name]);
    if (value === undefined) wrong.push(name);
    else if (value !== null) parameters[name] = value;
  }
  const effort = EFFORTS.find((one) => one === typed.reasoning_effort);
  if (effort) parameters.reasoning_effort = effort;
  return wrong.length ? { wrong } : { parameters };
}

/** How many of them are not the model's own. */
export function changed(parameters: Parameters, system: string | null): number {
  return Object.values(parameters).filter((value) => value != null).length + (system?.trim() ? 1 : 0);
}
