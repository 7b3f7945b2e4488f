/** Days as they are typed: a whole number within bounds, or nothing that could be taken. Pure. */
export function daysOf(text: string, from: number, to: number): number | null {
  const typed = text.trim();
  if (!/^\d{1,6}$/.test(typed)) return null;
  const days = Number(typed);
  return days >= from && days <= to ? days : null;
}
