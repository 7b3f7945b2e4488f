import { expect, test } from "vitest";
import { auditQuery, grouped, lookedFor, typeWords } from "./looked";

const dayAt = (day: string, after = 0) => Date.parse(`${day}T00:00:00Z`) / 1000 + after * 86_400;

test("a type that ends in a point means all that begin so", () => {
  expect(auditQuery(lookedFor({ type: "project." }), dayAt)).toMatchObject({ begins: "project.", types: null });
  expect(auditQuery(lookedFor({ type: "project.created" }), dayAt)).toMatchObject({
    begins: null,
    types: ["project.created"],
  });
});

test("days are whole", () => {
  const query = auditQuery(lookedFor({ from: "2026-02-01", to: "2026-02-02", q: "x" }), dayAt);
  expect((query.end_time ?? 0) - (query.start_time ?? 0)).toBe(2 * 86_400);
  expect(query.q).toBe("x");
});

test("types in their groups, and in words", () => {
  expect(grouped(["key.created", "key.revoked", "login.failed"])).toEqual([
    { begins: "key.", types: ["key.created", "key.revoked"] },
    { begins: "login.", types: ["login.failed"] },
  ]);
  expect(typeWords("rate_limit.updated")).toBe("rate limit: updated");
});
