/**
 * A certificate for this machine, made for one run of a test.
 *
 * @module
 */

/** As PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * Makes a certificate by openssl, valid for a day.
 *
 * @param name whose: `IP:127.0.0.1`, `DNS:mail.example.org`
 */
export function makeCertificate(name: string): TestCertificate {
  const folder = Deno.makeTempDirSync();
  try {
    const { success, stderr } = new Deno.Command("openssl", {
      args: [
        ...["req", "-x509", "-newkey", "ec", "-nodes", "-days", "1"],
        ...["-pkeyopt", "ec_paramgen_curve:prime256v1"],
        ...["-subj", "/CN=test"],
        ...["-addext", `subjectAltName=${name}`],
        ...["-keyout", `${folder}/key`, "-out", `${folder}/cert`],
      ],
    }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return {
      cert: Deno.readTextFileSync(`${folder}/cert`),
      key: Deno.readTextFileSync(`${folder}/key`),
    };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
