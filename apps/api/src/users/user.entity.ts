import { Check, Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { isOneOf } from '../database/check-expressions';

export const USER_STATUSES = ['active', 'invited', 'suspended', 'deleted'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

export const USER_ROLES = ['user', 'admin', 'agent', 'viewer'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** Something that can be seen, nothing that could pass for an email or for the name of somebody who was erased. */
export const USERNAME =
  /^(?!\s)(?!erased-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$)(?=.*[\p{L}\p{N}\p{P}\p{S}])[^@\p{Cc}\p{Zl}\p{Zp}]+(?<!\s)$/iu;

/** What an account may be called. */
export function isUsername(text: string): boolean {
  return text.length <= 255 && USERNAME.test(text);
}

/**
 * A person or an agent.
 *
 * In every entity a TIMESTAMPTZ is a `string` (RFC 3339, UTC, microseconds) and a BIGINT is a `string` of digits: a `Date`
 * would cut the microseconds, a `number` would round past 2^53. The data source reads and writes them that way.
 */
@Entity('users')
@Unique('users_username_key', ['username'])
@Unique('users_email_key', ['email'])
@Check('users_status_check', isOneOf('status', USER_STATUSES))
@Check('users_role_check', isOneOf('role', USER_ROLES))
@Index('idx_users_username', ['username'])
@Index('idx_users_email', ['email'])
@Index('idx_users_status', ['status'])
@Index('idx_users_created_id', ['createdAt', 'id'])
@Index('idx_users_username_c_id', { synchronize: false })
@Index('users_username_lower_key', { synchronize: false })
@Index('users_email_lower_key', { synchronize: false })
export class User {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'users_pkey' })
  id!: string;

  @Column({ type: 'varchar', length: 255 })
  username!: string;

  @Column({ type: 'varchar', length: 255 })
  email!: string;

  @Column({ name: 'password_hash', type: 'varchar', length: 255, select: false })
  passwordHash!: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  createdAt!: string;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  updatedAt!: string;

  @Column({ name: 'last_login', type: 'timestamptz', nullable: true })
  lastLogin!: string | null;

  @Column({ type: 'varchar', length: 50, default: 'active' })
  status!: UserStatus;

  @Column({ type: 'varchar', length: 50, default: 'user' })
  role!: UserRole;
}
