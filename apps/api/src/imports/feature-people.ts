import { createHash, randomUUID } from 'node:crypto';
import { first, type Queryable } from '@app/database';
import { UNUSABLE_HASH } from '../auth/passwords';
import { IMPORT_USER, KNOWN_USERS, MAP_USER, USER_BY_NAME } from './feature-import.queries';
import { idOf, type OutsidePerson } from './feature-record';
import { ImportRefused } from './import.errors';
import { isUsername } from '../users/user.entity';
import type { Tally } from './import-report';

type Known = { externalId: string; subjectId: string };

/** Who of another system's people is which user here: recognised from before, mapped by hand, or made as an invited user. */
export class FeaturePeople {
  private readonly users = new Map<string, string>();

  constructor(
    private readonly source: string,
    private readonly tally: Tally,
    private readonly dryRun: boolean,
  ) {}

  /** @param mapping usernames by the person's id there, in lower case. @throws ImportRefused when there is no such user */
  async map(tx: Queryable, mapping: ReadonlyMap<string, string>): Promise<void> {
    for (const [id, username] of mapping) {
      const name = username.toLowerCase();
      const user = this.dryRun
        ? await first<{ id: string }>(tx, USER_BY_NAME, [name])
        : await first<{ id: string }>(tx, MAP_USER, [this.source, id, name]);
      if (!user) throw new ImportRefused(`--map-user: there is no user ${username}.`);
      this.users.set(id, user.id);
      this.tally.skipped++;
    }
  }

  /** The user that somebody is; made when nobody is. Null: none can be made. */
  async userOf(tx: Queryable, person: OutsidePerson): Promise<string | null> {
    const id = idOf(person.id.toLowerCase());
    const met = this.users.get(id);
    if (met !== undefined) return met;
    const known = await first<Known>(tx, KNOWN_USERS, [this.source, [id]]);
    const user = known?.subjectId ?? (await this.make(tx, id, person.name));
    if (user === undefined) {
      this.tally.refused++;
      return null;
    }
    this.tally[known ? 'skipped' : 'made']++;
    this.users.set(id, user);
    return user;
  }

  private async make(tx: Queryable, id: string, name: string): Promise<string | undefined> {
    if (this.dryRun) return randomUUID();
    // What names people elsewhere may be an address, which no longer belongs into one of ours.
    const short = createHash('sha256').update(id).digest('hex').slice(0, 12);
    const tail = `${this.source}-${/^[\w-]{1,64}$/.test(id) ? id : short}`;
    const plain = [...name.normalize().replaceAll(/[@\p{C}\p{Zl}\p{Zp}]/gu, '')]
      .slice(0, 100)
      .join('')
      .trim();
    for (const username of [...(isUsername(plain) ? [plain, `${plain} ${tail}`] : []), tail]) {
      const values = [username, `${tail}@users.invalid`, UNUSABLE_HASH, id, this.source];
      const made = await first<{ id: string }>(tx, IMPORT_USER, values);
      if (made) return made.id;
    }
    return undefined;
  }
}
