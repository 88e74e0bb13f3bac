/** Where the thread of a watch by inotify starts: what to listen to comes in, what is heard goes out. */
import { listen, type Listened, type Listening, type Told } from "./listen.ts";

const thread = self as unknown as {
  onmessage: (message: MessageEvent<Listened | "close">) => void;
  postMessage: (told: Told) => void;
  close: () => void;
};

let listening: Listening | null = null;

thread.onmessage = ({ data }) => {
  if (data === "close") return listening?.close();
  listening = listen(data, (told) => {
    thread.postMessage(told);
    if (told.kind === "over") thread.close();
  });
};
