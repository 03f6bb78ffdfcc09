import { randomUUID } from 'node:crypto';
import { first, type Queryable } from '@app/database';
import { UNUSABLE_HASH } from '../auth/passwords';
import type { Survey } from './github-files';
import { emailFor, type GithubPerson, usernamesFor } from './github-records';
import { IMPORT_PERSON, KNOWN_PEOPLE, type KnownRow, MAP_PERSON, USERS_BY_NAME } from './github.queries';
import { ImportRefused } from './import.errors';
import type { ImportReport } from './import-report';

/** Who of GitHub's people is which user here: recognised from before, mapped by hand, or made as an invited user. */
export class GithubPeople {
  private readonly users = new Map<number, string>();
  private readonly seen = new Set<number>();
  private readonly refused = new Set<number>();

  constructor(private readonly report: ImportReport) {}

  /**
   * From now on, and in later imports, these logins are those users.
   * @param mapping usernames by login, the login in lower case
   * @throws ImportRefused when the files know no such login, or this system no such user
   */
  async map(on: Queryable, mapping: ReadonlyMap<string, string>, { logins }: Survey): Promise<void> {
    if (mapping.size === 0) return;
    const names = [...mapping.values()].map((name) => name.toLowerCase());
    const rows = await on.query<{ id: string; username: string }>(USERS_BY_NAME, [names]);
    for (const [login, username] of mapping) {
      const user = rows.find((row) => row.username === username.toLowerCase());
      if (!user) throw new ImportRefused(`--map-user: there is no user ${username}.`);
      const ids = logins.get(login);
      if (!ids) throw new ImportRefused(`--map-user: nobody in these files is called ${login}.`);
      for (const id of ids) await this.mapOne(on, id, user.id);
    }
  }

  /** Looks up those that were not met before. */
  async recognise(on: Queryable, people: readonly GithubPerson[]): Promise<void> {
    const unseen = [...new Set(people.map(({ id }) => id))].filter((id) => !this.seen.has(id));
    for (const { externalId, subjectId } of await knownPeople(on, unseen)) {
      if (subjectId === null) continue;
      this.users.set(Number(externalId), subjectId);
      this.report.people.skipped++;
    }
    for (const id of unseen) this.seen.add(id);
  }

  /** The user that somebody is; made when nobody is. Undefined: none can be made. */
  async userOf(on: Queryable, person: GithubPerson): Promise<string | undefined> {
    const known = this.users.get(person.id);
    if (known !== undefined || this.refused.has(person.id)) return known;
    const made = this.report.dryRun ? randomUUID() : await makeUser(on, person);
    if (made === undefined) {
      this.refused.add(person.id);
      this.report.people.refused++;
      return undefined;
    }
    this.users.set(person.id, made);
    this.report.people.made++;
    return made;
  }

  private async mapOne(on: Queryable, id: number, user: string): Promise<void> {
    if (!this.report.dryRun) await on.query(MAP_PERSON, [String(id), user]);
    this.users.set(id, user);
    this.seen.add(id);
    this.report.people.skipped++;
  }
}

function knownPeople(on: Queryable, ids: readonly number[]): Promise<KnownRow[]> {
  return ids.length === 0 ? Promise.resolve([]) : on.query<KnownRow>(KNOWN_PEOPLE, [ids.map(String)]);
}

async function makeUser(on: Queryable, person: GithubPerson): Promise<string | undefined> {
  for (const username of usernamesFor(person)) {
    const values = [username, emailFor(person), UNUSABLE_HASH, String(person.id)];
    const made = await first<{ id: string }>(on, IMPORT_PERSON, values);
    if (made) return made.id;
  }
  // Every name taken means that the email is: most likely by another import that runs now and was quicker.
  const [known] = await knownPeople(on, [person.id]);
  return known?.subjectId ?? undefined;
}
