// Bytes in words. Pure.
import { locale } from "@/words";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** `1_500_000_000` becomes "1.5 GB". */
export function sizeWords(bytes: number): string {
  let size = bytes;
  let at = 0;
  while (size >= 1000 && at < UNITS.length - 1) {
    size /= 1000;
    at += 1;
  }
  const unit = UNITS[at] ?? "byte";
  const digits = size < 10 && at > 0 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: digits,
  }).format(size);
}
