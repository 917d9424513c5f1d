import { expect, test } from "vitest";
import { percentage } from "../../src/contract/flag.ts";

test("every thousandth from 0 to 100 is a percentage, and nothing between two", () => {
  const taken = (value: number): boolean => percentage.safeParse(value).success;
  for (let thousandths = 0; thousandths <= 100_000; thousandths++) {
    const value = thousandths / 1000;
    if (!taken(value) || taken(value + 0.0005)) expect.fail(`${value}`);
  }
  // Neither what arithmetic with doubles makes of a thousandth, nor what is too little to be one.
  for (const value of [
    0.1 + 0.2,
    99.99999999999999,
    1e-20,
    5e-324,
    33.300000000000004,
    1 - 2 ** -53,
    1.0000000000000002,
  ])
    expect([value, taken(value)]).toEqual([value, false]);
  for (const value of [100.001, -0.001, 1 / 3, Number.NaN, Infinity])
    expect([value, taken(value)]).toEqual([value, false]);
});
