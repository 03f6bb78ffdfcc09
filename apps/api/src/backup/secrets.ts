import { access, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type Backup, type ReadContent, secretFile } from './backup-files';
import { makeFolder, writeDurably } from '../common/files/durable-files';
import type { Manifest } from './manifest';
import type { UnfinishedBackup } from './place';
import type { Seal } from './sealing.service';

/** The name of its file in `DATA_DIR`, too. */
const SIGNING_KEY = 'jwt-secret';

type Places = Pick<Config, 'DATA_DIR' | 'JWT_SECRET'>;

/** Copies the key that access tokens are signed with, if it is to go along and there is one. */
export async function backUpSecrets(
  to: UnfinishedBackup,
  { DATA_DIR, JWT_SECRET }: Places,
  { seal, included }: { seal: Seal | null; included: boolean },
): Promise<Manifest['secrets']> {
  const key = JWT_SECRET ?? (await readFile(join(DATA_DIR, SIGNING_KEY), 'utf8').catch(() => undefined));
  if (!included || key === undefined) return { included: [], absent: [SIGNING_KEY] };
  const content = Readable.from([Buffer.from(key)], { objectMode: false });
  const file = secretFile(SIGNING_KEY, { encryption: seal });
  const measure = await to.write(file, seal ? await seal.encrypt(content) : content);
  return { included: [{ name: SIGNING_KEY, ...measure }], absent: [] };
}

/** `absent`: the backup has none; `kept`: the target has its own, by setting or file; `restored`: the backup's is in use. */
export type SecretsOutcome = 'absent' | 'kept' | 'restored';

/** @param replace also a key that the target has made for itself */
export async function restoreSecrets(
  { manifest }: Backup,
  read: ReadContent,
  { DATA_DIR, JWT_SECRET }: Places,
  replace: boolean,
): Promise<SecretsOutcome> {
  if (manifest.secrets.included.length === 0) return 'absent';
  const target = join(DATA_DIR, SIGNING_KEY);
  const exists = await access(target).then(
    () => true,
    () => false,
  );
  if (JWT_SECRET !== undefined || (exists && !replace)) return 'kept';
  await makeFolder(DATA_DIR);
  await rm(`${target}.restoring`, { force: true });
  await writeDurably(`${target}.restoring`, await text(await read(secretFile(SIGNING_KEY, manifest))));
  await rename(`${target}.restoring`, target);
  return 'restored';
}
