import { expect, test } from "vitest";
import { booleanFlag, environment, send } from "./client.ts";

type List = { flags: { flag: { key: string } }[]; cursor?: string };

const COUNT = 5_000;
const keyOf = (at: number): string => `flag-${String(at).padStart(4, "0")}`;

test("5 000 flags page in 10 requests of 500 while others write: none that stood throughout is lost or doubled", async () => {
  const { path } = await environment();
  for (let from = 0; from < COUNT; from += 1_000) {
    const changes = Array.from({ length: 1_000 }, (_, i) => ({
      op: "putFlag",
      flag: booleanFlag({ key: keyOf(from + i), description: "An ordinary flag with an ordinary description" }),
    }));
    expect((await send("POST", `${path}/changes`, { body: { changes } })).status).toBe(200);
  }

  const seen: string[] = [];
  const archived = new Set<string>();
  let requests = 0;
  let query = "?limit=500";
  for (;;) {
    const { flags, cursor } = (await send("GET", `${path}/flags${query}`)).body as List;
    requests++;
    seen.push(...flags.map(({ flag }) => flag.key));
    if (cursor === undefined) break;
    query = `?limit=500&cursor=${cursor}`;
    // Meanwhile one that was seen goes, another and one to come change, and a new one comes before them all.
    const gone = keyOf((requests - 1) * 500);
    archived.add(gone);
    const changes = [
      { op: "archiveFlag", key: gone },
      { op: "disableFlag", key: keyOf(requests * 500 - 1) },
      { op: "patchFlag", key: keyOf(requests * 500 + 1), patch: { owner: "me" } },
      { op: "putFlag", flag: booleanFlag({ key: gone.replace("flag", "aflag") }) },
    ];
    expect((await send("POST", `${path}/changes`, { body: { changes } })).status).toBe(200);
  }
  expect(requests).toBe(COUNT / 500);
  expect(seen).toEqual(seen.toSorted());
  expect(new Set(seen).size).toBe(seen.length);
  const stood = Array.from({ length: COUNT }, (_, at) => keyOf(at)).filter((key) => !archived.has(key));
  expect(stood.filter((key) => !seen.includes(key))).toEqual([]);
});
