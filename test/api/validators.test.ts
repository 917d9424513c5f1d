import { expect, it } from "vitest";
import { matches } from "../../src/api/validators.ts";

const ETAG = 'W/"0123456789abcdef"';

it.each([ETAG, '"0123456789abcdef"', `"x", ${ETAG}`, '"x","0123456789abcdef" , W/"y"', `W/"a,b", ${ETAG}`])(
  "%s names the answer",
  (field) => {
    expect(matches(field, ETAG)).toBe(true);
  },
);

it.each([
  "*",
  "",
  '"x"',
  "0123456789abcdef",
  'W/"0123456789abcde"',
  '"*"',
  'W/"0123456789abcdef',
  '"0123456789ABCDEF"',
])("%s doesn't", (field) => {
  expect(matches(field, ETAG)).toBe(false);
});
