/**
 * The main thread of a sandbox process: hands messages on between the pipe and one worker for each instance of an action.
 *
 * Each worker may reach the hosts of its instance and nothing else: no file, no environment, no program, no library. The
 * process around it is confined by the kernel as well (see harden.ts).
 *
 * @module
 */

import { encodeFrame, FrameReader, KEY_LENGTH } from "./frames.ts";
import {
  type CallRequest,
  MAX_REPLY_BYTES,
  MAX_REPLY_LENGTH,
  MAX_REQUEST_BYTES,
  type OpenRequest,
  type Request,
} from "./messages.ts";
import type { WorkerMessage } from "./plugin_worker.ts";

/** A process with one worker takes 80 MiB; V8 ends it at 128 MiB of objects. This bounds what V8 does not count. */
const MAX_RESIDENT_BYTES = 320 * 1024 * 1024;

const LOOK_MS = 250;

/** What a worker of an action may do beside reaching its hosts. */
const NOTHING = {
  env: false,
  ffi: false,
  import: false,
  read: false,
  run: false,
  sys: false,
  write: false,
} as const;

/** A worker, and what waits for it to be ready. */
interface Cell {
  readonly worker: Worker;
  waiting: WorkerMessage[] | undefined;
}

/**
 * Serves the core until it closes the pipe.
 *
 * @param landlock version of the kernel's Landlock that holds this process, 0 for none
 */
export async function servePlugins(landlock: number): Promise<void> {
  revokeAll();
  watchMemory();
  const input = Deno.stdin.readable.getReader();
  const { key, rest } = await readKey(input);
  const cells = new Map<string, Cell>();
  const send = createSender(key);
  send(JSON.stringify({ ready: true, landlock }));
  const frames = new FrameReader({ key, maxBytes: MAX_REQUEST_BYTES });
  for (let piece: Uint8Array | undefined = rest; piece !== undefined;) {
    for (const text of frames.push(piece)) {
      // From the core, which is trusted.
      obey(JSON.parse(text) as Request, { cells, send });
    }
    piece = (await input.read()).value;
  }
}

/** A compiled program starts with all that a daemon may do. */
function revokeAll(): void {
  const names = ["run", "ffi", "write", "env", "sys", "import"] as const;
  for (const name of names) Deno.permissions.revokeSync({ name });
  // From source, the program's own files are still to be loaded, into workers that may not read.
  if (Deno.build.standalone) Deno.permissions.revokeSync({ name: "read" });
}

/** A worker cannot keep the main thread from this, however busy it is. */
function watchMemory(): void {
  const look = () => {
    const { rss } = Deno.memoryUsage();
    if (rss <= MAX_RESIDENT_BYTES) return;
    const mebibytes = Math.round(rss / 1024 / 1024);
    Deno.stderr.writeSync(
      new TextEncoder().encode(`it took ${mebibytes} MiB of memory`),
    );
    Deno.exit(1);
  };
  Deno.unrefTimer(setInterval(look, LOOK_MS));
}

interface Desk {
  readonly cells: Map<string, Cell>;
  /** Sends one message to the core. */
  readonly send: (text: string) => void;
}

function obey(request: Request, { cells, send }: Desk): void {
  const cell = cells.get(request.worker);
  switch (request.do) {
    case "open":
      cell?.worker.terminate();
      tryToOpen(request, { cells, send });
      break;
    case "close":
      cell?.worker.terminate();
      cells.delete(request.worker);
      break;
    case "call":
      if (cell !== undefined) tell(cell, request);
      else send(failure(request, "its worker is not there"));
  }
}

/** What is no host ends this instance, not the others. */
function tryToOpen(request: OpenRequest, { cells, send }: Desk): void {
  const { worker } = request;
  try {
    cells.set(worker, openCell(request, { cells, send }));
  } catch (error) {
    cells.delete(worker);
    send(JSON.stringify({ gone: String(error), worker }));
  }
}

function openCell(request: OpenRequest, { cells, send }: Desk): Cell {
  const { worker: name, code, net } = request;
  const worker = new Worker(Deno.mainModule, {
    type: "module",
    name,
    deno: {
      permissions: { ...NOTHING, net: net.length === 0 ? false : [...net] },
    },
  });
  const cell: Cell = { worker, waiting: [{ code }] };
  worker.onmessage = ({ data }) => {
    if (cell.waiting !== undefined) {
      for (const message of cell.waiting) worker.postMessage(message);
      cell.waiting = undefined;
    } else if (typeof data === "string") {
      send(data);
    }
  };
  worker.onerror = (event) => {
    // Or the whole process would end.
    event.preventDefault();
    if (cells.get(name) === cell) cells.delete(name);
    send(JSON.stringify({ gone: event.message, worker: name }));
  };
  return cell;
}

function tell(cell: Cell, message: WorkerMessage): void {
  if (cell.waiting === undefined) cell.worker.postMessage(message);
  else cell.waiting.push(message);
}

function failure({ call }: CallRequest, message: string): string {
  return JSON.stringify({ call, failure: "threw", message });
}

/** Messages go out one after another. Nothing of ours makes one too long, so that is an attack, and ends the process. */
function createSender(key: Uint8Array): (text: string) => void {
  const output = Deno.stdout.writable.getWriter();
  return (text) => {
    if (text.length > MAX_REPLY_LENGTH) Deno.exit(1);
    output.write(encodeFrame(text, { key, maxBytes: MAX_REPLY_BYTES }))
      .catch(() => Deno.exit(1));
  };
}

/** The first bytes from the core are the key. */
async function readKey(
  input: ReadableStreamDefaultReader<Uint8Array>,
): Promise<{ readonly key: Uint8Array; readonly rest: Uint8Array }> {
  let bytes = new Uint8Array();
  while (bytes.length < KEY_LENGTH) {
    const { value } = await input.read();
    // The core went away.
    if (value === undefined) Deno.exit(0);
    bytes = new Uint8Array([...bytes, ...value]);
  }
  return { key: bytes.slice(0, KEY_LENGTH), rest: bytes.slice(KEY_LENGTH) };
}
