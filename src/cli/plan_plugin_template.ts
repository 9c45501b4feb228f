/**
 * The text of a plan action to begin with.
 *
 * @module
 */

/** @param name of the action; a letter, then letters, digits and _ */
export function formatPlanPlugin(name: string): string {
  return `// An action of fail2deno: plans how a jail bans. It is used by backend = { plugin = "${name}" } in the configuration.

interface Context {
  jail: string;
  chain: string; // for plans of kind "chain" and "set": the jail's own chain
  ports: { from: number; to: number }[]; // empty: all ports
  protocols: ("tcp" | "udp" | "sctp" | "dccp")[];
  options: { verdict: "drop" | "reject" }; // validated; defaults are filled in
}

export default {
  id: "${name}", // the same as the file's name
  version: "1.0.0",
  describe: "Closes the jail's ports to banned hosts, and counts their packets",
  options: {
    verdict: {
      type: "choice",
      choices: ["drop", "reject"],
      default: "drop",
      describe: "What becomes of a banned host's packets",
    },
  },
  permissions: {}, // a plan reaches nothing
  // Called when the configuration is loaded; the same plan for the same context. The core makes the sets and rules.
  plan({ jail, ports, protocols, options }: Context) {
    const sets = [
      { name: \`\${jail}-v4\`, family: 4 }, // no other sets can be used
      { name: \`\${jail}-v6\`, family: 6 },
    ];
    const packets = ports.length === 0
      ? [{ ports }]
      : protocols.map((protocol) => ({ protocol, ports }));
    const rules = sets.flatMap((set) =>
      packets.map((each) => (
        { ...each, set: set.name, counter: true, verdict: options.verdict }
      ))
    );
    return { kind: "firewall", hooks: ["input"], sets, rules };
  },
};
`;
}
