/** Who may work beside whom. */
import { assertEquals } from "@std/assert";
import { type Claim, clashOf, depthOf, gate } from "../../sync/jobs/gate.ts";

function claim(source: string, replica: string, from: number | null = null, to: number | null = null): Claim {
  return { source: { path: source, device: from, ids: [] }, replica: { path: replica, device: to, ids: [] } };
}

/** Enters all at once, then lets each leave in the order in which it was let in: what was at work together, each time. */
async function rounds(claims: Readonly<Record<string, Claim>>, isParallel = false): Promise<string[]> {
  const doors = gate(isParallel);
  const { signal } = new AbortController();
  const inside: [name: string, leave: () => void][] = [];
  for (const [name, one] of Object.entries(claims)) {
    void doors.enter(one, signal).then((leave) => inside.push([name, leave!]));
  }
  const seen: string[] = [];
  for (let left = Object.keys(claims).length; left > 0; left--) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    seen.push(inside.map(([name]) => name).join("+"));
    inside.shift()![1]();
  }
  return seen;
}

Deno.test("gate() lets mirrors on disks of their own work side by side", async () => {
  assertEquals(await rounds({ a: claim("/1/s", "/2/r", 1, 2), b: claim("/3/s", "/4/r", 3, 4) }), [
    "a+b",
    "b",
  ]);
});

Deno.test("gate() lets one after the other work on a disk, whichever side it is on, unless that is asked for", async () => {
  const two = { a: claim("/1/s", "/2/r", 1, 2), b: claim("/2/s", "/3/r", 2, 3) };
  assertEquals(await rounds(two), ["a", "b"]);
  assertEquals(await rounds(two, true), ["a+b", "b"]);
});

Deno.test("gate() takes a disk that does not tell for one of its own", async () => {
  assertEquals(await rounds({ a: claim("/1/s", "/2/r"), b: claim("/3/s", "/4/r") }), ["a+b", "b"]);
});

for (
  const [what, other] of [
    ["the same replica", claim("/b", "/r", 3, 4)],
    ["a replica in the other's", claim("/b", "/r/in", 3, 4)],
    ["a replica around the other's", claim("/b", "/", 3, 4)],
  ] as const
) {
  Deno.test(`gate() never lets two work at once with ${what}, not even side by side`, async () => {
    assertEquals(await rounds({ a: claim("/a", "/r", 1, 2), b: other }, true), ["a", "b"]);
  });
}

Deno.test("gate() lets slices of a folder work at once, and beside parts in it, where one disk is no reason", async () => {
  const slice = { ...claim("/s", "/r", 1, 1), isSlice: true };
  const claims = { a: slice, b: { ...slice }, part: claim("/s/d", "/r/d", 1, 1) };
  assertEquals(await rounds(claims, true), ["a+b+part", "b+part", "part"]);
  assertEquals(await rounds(claims), ["a", "b", "part"]);
  assertEquals(clashOf(claims.part, new Map([["a", slice]])), null);
  assertEquals(clashOf(claims.part, new Map([["top", claim("/s", "/r", 1, 1)]])), {
    code: "IN_REPLICA",
    job: "top",
  });
});

Deno.test("gate() lets two work at once that read one source, and names that only begin alike", async () => {
  assertEquals(await rounds({ a: claim("/s", "/r", 1, 2), b: claim("/s", "/r2", 1, 4) }, true), ["a+b", "b"]);
  assertEquals(await rounds({ a: claim("/s", "/r", 1, 2), b: claim("/r2", "/q", 3, 4) }), ["a+b", "b"]);
});

Deno.test("gate() lets a chain run in its order, whoever comes first", async () => {
  const chain = { c: claim("/c", "/d"), b: claim("/b/in", "/c"), a: claim("/a", "/b") };
  const { signal } = new AbortController();
  const doors = gate(true);
  const busy = await doors.enter(claim("/x", "/"), signal);
  const order: string[] = [];
  const all = Object.entries(chain).map(async ([name, one]) => {
    const leave = await doors.enter(one, signal);
    order.push(name);
    leave!();
  });
  busy!();
  await Promise.all(all);
  assertEquals(order, ["a", "b", "c"]);
});

Deno.test("gate() lets somebody begin where jobs go round in a circle", async () => {
  const circle = { a: claim("/a", "/b"), b: claim("/b", "/c"), c: claim("/c", "/a") };
  assertEquals((await rounds(circle, true)).every((names) => names.length === 1), true);
});

Deno.test("gate() lets nobody be passed by for ever who waits for two disks", async () => {
  const doors = gate(false);
  const { signal } = new AbortController();
  const order: string[] = [];
  const enter = (name: string, one: Claim) =>
    doors.enter(one, signal).then((leave) => {
      order.push(name);
      return leave!;
    });
  const first = await enter("first", claim("/1", "/1r", 1, 1));
  const both = enter("both", claim("/3", "/4", 1, 2));
  const later = enter("later", claim("/2", "/2r", 2, 2));
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(order, ["first"]);
  first();
  (await both)();
  (await later)();
  assertEquals(order, ["first", "both", "later"]);
});

Deno.test("gate() lets go of one that is stopped while it waits, and of one that was stopped before", async () => {
  const doors = gate(false);
  const stop = new AbortController();
  const { signal } = new AbortController();
  const leave = await doors.enter(claim("/a", "/r", 1, 1), signal);
  const waiting = doors.enter(claim("/b", "/q", 1, 1), stop.signal);
  const next = doors.enter(claim("/c", "/p", 1, 1), signal);
  stop.abort();
  assertEquals(await waiting, null);
  assertEquals(await doors.enter(claim("/d", "/o", 1, 1), stop.signal), null);
  leave!();
  (await next)!();
});

Deno.test("gate() has nobody wait for the disk of work that stalls, but for its folders", async () => {
  const doors = gate(false);
  const { signal } = new AbortController();
  const stuck = claim("/1", "/2/r", 1, 2);
  const order: string[] = [];
  const enter = (name: string, one: Claim) => doors.enter(one, signal).then(() => order.push(name));
  const leave = await doors.enter(stuck, signal);
  const beside = enter("beside", claim("/3", "/2/q", 3, 2));
  const below = enter("below", claim("/2/r/in", "/4", 2, 4));
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(order, []);
  doors.stall(stuck, true);
  await beside;
  assertEquals(order, ["beside"]);
  // it goes on: who comes now waits again
  doors.stall(stuck, false);
  const late = enter("late", claim("/5", "/1/x", 5, 1));
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(order, ["beside"]);
  leave!();
  await late;
  void below;
});

Deno.test("depthOf() is how many jobs lie before one in its chain", () => {
  const chain = [claim("/a", "/b"), claim("/b", "/c"), claim("/c/in", "/d"), claim("/x", "/y")];
  assertEquals(chain.map((one) => depthOf(one, chain)), [0, 1, 2, 0]);
  const circle = [claim("/a", "/b"), claim("/b", "/a")];
  assertEquals(circle.map((one) => depthOf(one, circle)), [0, 0]);
});

Deno.test("gate() has a job wait for none twice that makes what it copies", async () => {
  const doors = gate(true);
  const { signal } = new AbortController();
  const tick = () => new Promise((resolve) => setTimeout(resolve, 0));
  let isOver = false;
  // they are due all the time
  const producers = [["/p1", "/b/1"], ["/p2", "/b/2"]].map(async ([source, replica], i) => {
    for (let pass = 0; pass < 50 && !isOver; pass++) {
      const leave = await doors.enter(claim(source!, replica!), signal);
      for (let ticks = 0; ticks <= i; ticks++) await tick();
      leave!();
    }
    return isOver;
  });
  await tick();
  const leave = await doors.enter(claim("/b", "/c"), signal);
  isOver = true;
  leave!();
  assertEquals(await Promise.all(producers), [true, true]);
});

Deno.test("gate() lets a pass over some folders share the disk of one over all", async () => {
  const doors = gate(false);
  const { signal } = new AbortController();
  const large = await doors.enter(claim("/1", "/2", 1, 2), signal);
  const small = await doors.enter(claim("/3", "/4", 1, 2), signal, false);
  small!();
  large!();
});

Deno.test("gate() lets eight work at once, and more only beside work that stalls", async () => {
  const doors = gate(true);
  const { signal } = new AbortController();
  const claims = Array.from({ length: 9 }, (_, i) => claim(`/s${i}`, `/r${i}`));
  for (const one of claims.slice(0, 8)) await doors.enter(one, signal);
  let isIn = false;
  const ninth = doors.enter(claims[8]!, signal).then(() => isIn = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(isIn, false);
  doors.stall(claims[0]!, true);
  await ninth;
});

Deno.test("clashOf() finds a circle, and a replica in another's, by which folders they are", () => {
  const at = (path: string, ...ids: string[]) => ({ path, device: null, ids });
  const first = { source: at("/a", "A"), replica: at("/b", "B") };
  // the same two folders under other names, as by a bind mount
  const back = { source: at("/lb", "B"), replica: at("/la", "A") };
  assertEquals(clashOf(back, new Map([["first", first]])), { code: "CIRCLE", job: "first" });
  const long = new Map([["first", first], ["second", {
    source: at("/b/in", "I", "B"),
    replica: at("/c", "C"),
  }]]);
  const third = { source: at("/c", "C"), replica: at("/a", "A") };
  assertEquals(clashOf(third, long)?.code, "CIRCLE");
  assertEquals(clashOf({ source: at("/c", "C"), replica: at("/d", "D") }, long), null);
  const inside = { source: at("/x", "X"), replica: at("/lb/in", "J", "B") };
  assertEquals(clashOf(inside, new Map([["first", first]])), { code: "IN_REPLICA", job: "first" });
  assertEquals(clashOf(first, new Map([["inside", inside]])), null);
});
