import { deepStrictEqual, ok } from "node:assert/strict";
import {
  connectFail2ban,
  type Fail2banClient,
} from "../control/fail2ban/fail2ban_client.ts";
import { askPython, hasPython } from "../control/fail2ban/python.ts";
import { END } from "../../src/control/fail2ban/frame_splitter.ts";
import { readShared } from "../conformance/shared.ts";
import {
  fail2banSocket,
  startFail2banJails,
} from "../support/fail2ban_jails.ts";

const TRANSCRIPTS = readShared("socket-transcripts.jsonl");

/** One exchange of the real client and server. */
interface Exchange {
  readonly server: string;
  readonly cmdline: readonly string[];
  readonly request_hex: string;
  readonly response_hex: string;
  readonly request_py: string | null;
}

/** What is not done here, or has no value, on purpose: docs/fail2ban_protocol.md. */
const OTHERWISE =
  /^(?:get db|get demo action\S* noop|set demo idle|get demo bantime\.increment$)/;

/** Where the two versions differ, the newer one counts. */
const NEWER = /^(?:stats|statistics|status --all|status demo stats)/;

/** Types alone; a list of the same types is as good with more items, or none: of hosts, since other ones are banned here. */
const COMPARE = `
class Pickle(pickle.Unpickler):
  def find_class(self, module, name):
    return str if name == 'str' else type(name, (Exception,), {})
import io
def load(text): return Pickle(io.BytesIO(bytes.fromhex(text))).load()
def shape(v):
  if isinstance(v, tuple): return '(%s)' % ', '.join(map(shape, v))
  if isinstance(v, list): return '[%s]' % '|'.join(sorted(set(map(shape, v)))) if v else '[str]'
  if isinstance(v, dict): return '{%s}' % '|'.join(sorted(set(map(shape, v.values()))))
  if isinstance(v, Exception): return '%s(%s)' % (type(v).__name__, ', '.join(map(shape, v.args)))
  return type(v).__name__
print(json.dumps([[shape(load(a)), shape(load(b))] for a, b in argument]))
`;

/** @returns the exchange's answer, and ours, without their ends */
async function replay(
  { request_hex, response_hex }: Exchange,
  client: Fail2banClient,
): Promise<readonly [string, string]> {
  await client.write(Uint8Array.fromHex(request_hex));
  const end = new TextEncoder().encode(END).toHex();
  return [response_hex.replace(end, ""), (await client.read()).toHex()];
}

Deno.test({
  name:
    "the socket answers what was recorded of fail2ban's client with values of the same types",
  ignore: TRANSCRIPTS === undefined || !hasPython,
  async fn() {
    await using daemon = await startFail2banJails();
    const exchanges = (TRANSCRIPTS ?? "").trim().split("\n")
      .map((line): Exchange => JSON.parse(line))
      .filter(({ request_py }) => request_py !== null);
    const commands: string[] = [];
    const pairs: (readonly [string, string])[] = [];
    using client = await connectFail2ban(fail2banSocket(daemon));
    for (const exchange of exchanges) {
      const command = exchange.cmdline.join(" ");
      const isOlder = exchange.server.startsWith("debian");
      if (OTHERWISE.test(command) || (isOlder && NEWER.test(command))) continue;
      // What the last one recorded of a server stops comes back.
      if (commands.at(-1)?.startsWith(exchange.server) !== true) {
        await daemon.cli("reload");
      }
      commands.push(`${exchange.server}: ${command}`);
      pairs.push(await replay(exchange, client));
    }
    ok(commands.length > 140, `${commands.length} commands`);
    const shapes = await askPython<readonly (readonly string[])[]>(
      COMPARE,
      pairs,
    );
    const [theirs, ours] = [0, 1].map((side) =>
      shapes.map((pair, index) => `${commands[index]} → ${pair[side]}`)
    );
    deepStrictEqual(ours, theirs);
  },
});
