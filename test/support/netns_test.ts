import { deepEqual, equal } from "node:assert/strict";
import { commandOn, createNetwork } from "./netns.ts";
import { runText } from "./run.ts";

/** The server refuses a connection to a port that nobody listens on: only somebody who is reached can refuse. */
const KNOCK = `await Deno.connect({ hostname: Deno.args[0], port: 9 })
  .catch((error) => console.log(error.name))`;

Deno.test("createNetwork() links both others to the server, and leaves nothing", async () => {
  const names: string[] = [];
  {
    await using network = await createNetwork();
    const { server, attacker, bystander } = network;
    names.push(server.namespace, attacker.namespace, bystander.namespace);
    for (const node of [attacker, bystander]) {
      for (const address of [server.v4, server.v6]) {
        const { stdout } = await commandOn(node, Deno.execPath(), {
          args: ["eval", KNOCK, address],
        }).output();
        equal(new TextDecoder().decode(stdout), "ConnectionRefused\n");
      }
    }
  }
  const { out } = await runText("ip", ["netns", "list"]);
  const left = out.split("\n").map((line) => line.split(" ", 1)[0] ?? "");
  deepEqual(names.filter((name) => left.includes(name)), []);
});
