import { expect, test } from "vitest";
import { type Deployment, type Rate, rateOf, readinessOf } from "./data";

const rate = (meter: string, tier = "default", above = 0): Rate => ({
  meter,
  service_tier: tier,
  above_tokens: above,
  usd: "1.00",
  per: "million_tokens",
});

test("the usual rate is that of the default tier and the smallest input", () => {
  const rates = [rate("input", "batch"), rate("input", "default", 1000), rate("input"), rate("embedding")];
  expect(rateOf(rates, "input")).toBe(rates[2]);
  expect(rateOf(rates, "output", "embedding")).toBe(rates[3]);
  expect(rateOf(null, "input")).toBeNull();
});

test("a model is down when nobody serves it", () => {
  const one = (engine: string | null, breaker: Deployment["breaker"] = "closed") => ({ engine, breaker }) as Deployment;
  expect(readinessOf([one("ready"), one("failed")])).toEqual({ state: "some", ready: 1 });
  expect(readinessOf([one("ready", "open")]).state).toBe("down");
  expect(readinessOf([one("ready", "half_open")]).state).toBe("ready");
  expect(readinessOf([]).state).toBe("down");
});
