/**
 * Does in a scanning thread's place what it must not do, and tells how that ended.
 *
 * @module
 */

/** What code may try, by the kind of permission that it takes; the one thing that is allowed is `read log`. */
const DEEDS: Readonly<Record<string, (folder: string) => unknown>> = {
  "read log": (folder) => Deno.readTextFileSync(`${folder}/auth.log`),
  "read beside it": () => Deno.readTextFileSync("/etc/passwd"),
  "write": (folder) => Deno.writeTextFileSync(`${folder}/auth.log`, ""),
  "net": () => Deno.connect({ hostname: "127.0.0.1", port: 9 }),
  "net unix": (folder) =>
    Deno.listen({ transport: "unix", path: `${folder}/socket` }),
  "run": () => new Deno.Command("/bin/true").outputSync(),
  "env": () => Deno.env.get("PATH"),
  "sys": () => Deno.networkInterfaces(),
  "ffi": () => Deno.dlopen("/lib/x86_64-linux-gnu/libc.so.6", {}),
  "more of its own": (folder) =>
    new Worker(new URL(import.meta.url), {
      type: "module",
      deno: { permissions: { read: [folder], run: true } },
    }),
};

interface DeedScope {
  onmessage: (message: MessageEvent<string>) => void;
  postMessage(outcomes: Readonly<Record<string, string>>): void;
}

const scope = globalThis as unknown as DeedScope;

scope.onmessage = async ({ data }) => {
  const outcomes: Record<string, string> = {};
  for (const [name, deed] of Object.entries(DEEDS)) {
    try {
      await deed(data);
      outcomes[name] = "done";
    } catch (error) {
      outcomes[name] = error instanceof Error ? error.name : "thrown";
    }
  }
  scope.postMessage(outcomes);
};
