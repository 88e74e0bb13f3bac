/**
 * A headless Chromium, spoken to by its DevTools protocol through two pipes, which need no network. One browser serves all
 * cases of a file of tests.
 */
import { has, killIfRunning } from "./program.ts";

type Fields = Record<string, unknown>;

export interface Tab {
  /** Call a method of the protocol. */
  call<T = Fields>(method: string, parameters?: Fields): Promise<T>;
  /** What was reported since the tab was opened: errors on the console, blocked loads, requests. */
  readonly heard: readonly { readonly method: string; readonly params: Fields }[];
  /** Open a file, and wait until it is there. */
  open(path: string): Promise<void>;
  /** What an expression of JavaScript gives. */
  ask<T>(expression: string): Promise<T>;
  close(): Promise<void>;
}

export interface Browser extends AsyncDisposable {
  tab(): Promise<Tab>;
}

/** Why there is no browser to test with; null when there is one. */
export const NO_CHROMIUM: string | null = has("chromium") ? null : "chromium is missing";

/** How long it may take to start. */
const PATIENCE_MS = 120_000;
const ZERO = new Uint8Array([0]);

/** Start a browser with a profile of its own in a folder. Throws when it does not start. */
export async function chromium(folder: string): Promise<Browser> {
  const options = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--force-device-scale-factor=1",
    "--remote-debugging-pipe",
    `--user-data-dir=${folder}`,
  ];
  // the pipes are its third and fourth files
  const script = `exec chromium ${
    options.map((one) => `'${one}'`).join(" ")
  } 3<&0 4>&1 </dev/null >/dev/null 2>&1`;
  const process = new Deno.Command("bash", {
    args: ["-c", script],
    stdin: "piped",
    stdout: "piped",
    env: { HOME: folder },
  }).spawn();
  const writer = process.stdin.getWriter();
  const waiting = new Map<number, (message: Fields) => void>();
  const listeners = new Map<string, (method: string, params: Fields) => void>();
  let [number, isOver] = [0, false];
  const reading = read(process.stdout, (message) => {
    const { id, sessionId, method, params } = message;
    if (typeof id === "number") {
      waiting.get(id)?.(message);
      waiting.delete(id);
    } else listeners.get(String(sessionId ?? ""))?.(String(method), params as Fields);
  }).then(() => {
    isOver = true;
    for (const answer of waiting.values()) answer({ error: { message: "Chromium ended" } });
  });
  const encoder = new TextEncoder();

  async function call(method: string, params: Fields, sessionId?: string): Promise<Fields> {
    if (isOver) throw new Error("Chromium ended");
    const id = ++number;
    const answer = new Promise<Fields>((resolve) => waiting.set(id, resolve));
    const text = JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) });
    await writer.write(encoder.encode(text));
    await writer.write(ZERO);
    const { result, error } = await answer as { result?: Fields; error?: Fields };
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result!;
  }

  async function tab(): Promise<Tab> {
    const { targetId } = await call("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await call("Target.attachToTarget", { targetId, flatten: true });
    const session = String(sessionId);
    const heard: { method: string; params: Fields }[] = [];
    let loaded = () => {};
    listeners.set(session, (method, params) => {
      heard.push({ method, params });
      if (method === "Page.loadEventFired") loaded();
    });
    const own = <T>(method: string, parameters: Fields = {}) =>
      call(method, parameters, session) as Promise<T>;
    for (const domain of ["Page", "Runtime", "Log", "Network", "Audits", "Accessibility"]) {
      await own(`${domain}.enable`);
    }
    return {
      call: own,
      heard,
      async open(path) {
        const done = new Promise<void>((resolve) => loaded = resolve);
        await own("Page.navigate", { url: `file://${encodeURI(path)}` });
        await done;
      },
      async ask<T>(expression: string) {
        const { result } = await own<{ result: { value: T } }>("Runtime.evaluate", {
          expression,
          returnByValue: true,
        });
        return result.value;
      },
      async close() {
        listeners.delete(session);
        await call("Target.closeTarget", { targetId });
      },
    };
  }

  async function close(): Promise<void> {
    await call("Browser.close", {}).catch(() => {});
    await writer.close().catch(() => {});
    await reading;
    await process.status;
  }

  // one that hangs is as good as none
  const patience = setTimeout(() => killIfRunning(process), PATIENCE_MS);
  try {
    await call("Browser.getVersion", {});
  } catch (error) {
    await close();
    throw error;
  } finally {
    clearTimeout(patience);
  }
  return { tab, [Symbol.asyncDispose]: close };
}

/** Hand on each message, which ends with a zero. */
async function read(from: ReadableStream<Uint8Array>, hear: (message: Fields) => void): Promise<void> {
  const decoder = new TextDecoder();
  // pieces of a message that is not whole yet: a picture comes in hundreds
  let pieces: string[] = [];
  for await (const chunk of from) {
    const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\0");
    pieces.push(first);
    for (const other of others) {
      hear(JSON.parse(pieces.join("")));
      pieces = [other];
    }
  }
}
