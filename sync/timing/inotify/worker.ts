/** Where the thread of watches by inotify starts: what to listen to comes in, what is heard goes out, each with its number. */
import { listen, type Listened, type Listening, type Told } from "./listen.ts";

const thread = self as unknown as {
  onmessage: (message: MessageEvent<readonly [number: number, what: Listened | "close"]>) => void;
  postMessage: (told: readonly [number: number, told: Told]) => void;
};

const listenings = new Map<number, Listening>();

thread.onmessage = ({ data: [number, what] }) => {
  if (what === "close") return listenings.get(number)?.close();
  const listening = listen(what, (told) => {
    if (told.kind === "over") listenings.delete(number);
    thread.postMessage([number, told]);
  });
  listenings.set(number, listening);
};
