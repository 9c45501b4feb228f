/**
 * The text of an action to begin with.
 *
 * @module
 */

/** @param name of the action; a letter, then letters, digits and _ */
export function formatPlugin(name: string): string {
  return `// An action of fail2deno: tells a server of each ban. It is used by [action.${name}] in the configuration.

interface Ban {
  id: number; // the same whenever it is told again
  jail: string;
  host: string; // an address, or a network as 2001:db8::/64
  endsAt: number | null; // seconds since 1970; null: for ever
}

interface Context {
  options: { url: string }; // validated; defaults are filled in, secrets are read
  signal: AbortSignal; // ends what takes too long
}

export default {
  id: "${name}", // the same as the file's name
  version: "1.0.0",
  describe: "Tells a server of each ban",
  options: { url: { type: "url", required: true, describe: "Where to" } },
  permissions: { net: ["{url}"] }, // the host of that option; nothing else can be reached
  // Called again with the same bans until it returns: no retries in here, and twice must be as good as once.
  async ban(bans: Ban[], { options, signal }: Context) {
    const body = JSON.stringify(bans.map(({ jail, host }) => ({ jail, host })));
    const response = await fetch(options.url, { method: "POST", body, signal });
    await response.body?.cancel();
    if (!response.ok) throw new Error(\`the server says \${response.status}\`);
  }, // unban(), sync() and cleanup() may follow
};
`;
}
