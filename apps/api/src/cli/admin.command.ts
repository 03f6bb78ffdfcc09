import type { Command } from 'commander';
import { Database, poolOf } from '@app/database';
import { Problem } from '../common/errors/problem';
import { StrictValidationPipe } from '../common/validation/strict-validation.pipe';
import { CreateUserDto } from '../users/dto/create-user.dto';
import { UsersService } from '../users/users.service';
import { WrongUsage } from './cli.errors';
import { type Io, print } from './io';
import { readPassword } from './password-prompt';
import { withSchema } from './with-database';

interface CreateOptions {
  readonly username: string;
  readonly email: string;
  readonly passwordStdin?: boolean;
}

export function addAdminCommand(program: Command, io: Io): void {
  const admin = program.command('admin').description('administrators of this installation');
  admin
    .command('create')
    .description('make an administrator; the password is asked for')
    .requiredOption('--username <name>', 'unique without regard to case; no @')
    .requiredOption('--email <address>', 'unique without regard to case')
    .option('--password-stdin', 'read the password from standard input')
    .action((options: CreateOptions) => createAdmin(io, options));
}

async function createAdmin(io: Io, { username, email, passwordStdin = false }: CreateOptions): Promise<void> {
  const password = await readPassword(io, passwordStdin);
  const user = checked({ username, email, password });
  await withSchema(io, { migrate: true }, async (dataSource) => {
    const users = new UsersService(new Database(poolOf(dataSource)));
    await users.create(null, { ...user, role: 'admin' });
  });
  print(io, `${username} is an administrator now.`);
}

/** By the rules that the API has for new users. @throws WrongUsage */
function checked(input: Required<Pick<CreateUserDto, 'username' | 'email' | 'password'>>): typeof input {
  try {
    return new StrictValidationPipe().transform(input, {
      type: 'body',
      metatype: CreateUserDto,
    }) as typeof input;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const details = error.extras.errors?.map(({ detail }) => detail) ?? [error.detail];
    throw new WrongUsage(details.join('\n'));
  }
}
