import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { BackupLocked } from './backup.errors';

/** Encrypts files in the age format (age-encryption.org/v1), to X25519 or post-quantum recipients. */
export interface Seal {
  /** `age1…` */
  readonly recipients: readonly string[];
  /** Can be called again and again: each file has a key of its own. */
  encrypt(content: Readable): Promise<Readable>;
}

/** Decrypts them. */
export type Unseal = (content: Readable) => Promise<Readable>;

/** The code of age is loaded where something is encrypted. @throws BackupLocked naming what is no recipient */
export async function sealTo(recipients: readonly string[]): Promise<Seal> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch {
      throw new BackupLocked(`"${recipient}" is no recipient of age: one begins with age1.`);
    }
  }
  return { recipients, encrypt: (content) => through(content, (stream) => encrypter.encrypt(stream)) };
}

/**
 * @param identities `AGE-SECRET-KEY-1…`
 * @returns what decrypts, or throws BackupLocked where none of them fits
 */
export async function unsealWith(identities: readonly string[]): Promise<Unseal> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  for (const identity of identities) {
    try {
      decrypter.addIdentity(identity);
    } catch (error) {
      throw new BackupLocked(`The identity is damaged: ${(error as Error).message}.`);
    }
  }
  return async (content) => {
    try {
      return await through(content, (stream) => decrypter.decrypt(stream));
    } catch (error) {
      content.destroy();
      throw new BackupLocked(`It cannot be decrypted: ${(error as Error).message}.`);
    }
  };
}

/** The types of Node's and of the browser's streams differ; the streams do not. */
async function through(
  content: Readable,
  change: (stream: ReadableStream<Uint8Array>) => Promise<ReadableStream<Uint8Array>>,
): Promise<Readable> {
  const changed = await change(Readable.toWeb(content) as unknown as ReadableStream<Uint8Array>);
  return Readable.fromWeb(changed as unknown as WebStream<Uint8Array>);
}

const IDENTITY = /^AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]+$/;

/**
 * The identities in a text as `age-keygen` and `fuse backup keygen` write it: one a line, comments between them.
 * @param from what it comes from, for messages
 * @throws BackupLocked
 */
export function identitiesIn(text: string, from: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (identities.length === 0 || identities.some((line) => !IDENTITY.test(line))) {
    throw new BackupLocked(`${from} holds no identity of age: one begins with AGE-SECRET-KEY-1.`);
  }
  return identities;
}

export interface KeyPair {
  /** What decrypts: `AGE-SECRET-KEY-1…`. */
  readonly identity: string;
  /** What encrypts: `age1…`. */
  readonly recipient: string;
}

export async function makeKeyPair(): Promise<KeyPair> {
  const { generateX25519Identity, identityToRecipient } = await import('age-encryption');
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}
