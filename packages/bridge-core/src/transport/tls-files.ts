import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import process from "node:process";

/** Where the certificate of a listener lies; both files in PEM form. */
export interface TlsFiles {
  /** The certificate, and behind it those that lead to its root. */
  readonly certFile: string;
  readonly keyFile: string;
}

/** What {@link readTlsFiles} read. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
  /** When the certificate ends; in the past when it has. */
  readonly validUntil: Date;
}

/** Reads and checks both files. Rejects with the file that is wrong, and what to do. */
export async function readTlsFiles({ certFile, keyFile }: TlsFiles): Promise<TlsPair> {
  const cert = await read(certFile, "certificate");
  const key = await read(keyFile, "private key");
  const { mode } = await stat(keyFile);
  if (process.platform !== "win32" && (mode & 0o007) !== 0) {
    throw new Error(
      `the private key ${keyFile} can be read by everybody on this machine: run \`chmod 600 ${keyFile}\``,
    );
  }
  const certificate = parsed(
    () => new X509Certificate(cert),
    `${certFile} is not a certificate in PEM form: it begins with -----BEGIN CERTIFICATE-----`,
  );
  const privateKey = parsed(() => createPrivateKey(key), keyProblem(key, keyFile));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new Error(
      `the private key ${keyFile} is not that of the certificate ${certFile}: name two files that were made together`,
    );
  }
  return { cert, key, validUntil: new Date(certificate.validTo) };
}

async function read(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new Error(`the ${what} ${file} cannot be read (${code}): check its path and its mode`, {
      cause: error,
    });
  }
}

function parsed<T>(parse: () => T, problem: string): T {
  try {
    return parse();
  } catch (cause) {
    throw new Error(problem, { cause });
  }
}

function keyProblem(key: string, file: string): string {
  return key.includes("ENCRYPTED")
    ? `the private key ${file} has a passphrase: remove it with \`openssl pkey -in ${file} -out NEW\` and name the new file`
    : `${file} is not a private key in PEM form: it begins with -----BEGIN PRIVATE KEY-----`;
}
