import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { type Config, ConfigError } from '../config/config';
import { FirstAdminDto } from './dto/setup.dto';

type AdminSettings = Pick<Config, 'ADMIN_USERNAME' | 'ADMIN_EMAIL' | 'ADMIN_PASSWORD'>;

/**
 * The administrator that the settings name, by the rules that hold for everybody; null where they name none.
 * @throws ConfigError naming the setting that breaks a rule
 */
export function configuredAdmin(settings: AdminSettings): FirstAdminDto | null {
  const { ADMIN_USERNAME: username, ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = settings;
  if (username === undefined || email === undefined || password === undefined) return null;
  const admin = plainToInstance(FirstAdminDto, { username, email, password });
  const [broken] = validateSync(admin, { stopAtFirstError: true });
  if (!broken) return admin;
  const [rule = ''] = Object.values(broken.constraints ?? {});
  const setting = `ADMIN_${broken.property.toUpperCase()}`;
  throw new ConfigError(`${setting}: ${rule.replace(`${broken.property} `, '')}`);
}
