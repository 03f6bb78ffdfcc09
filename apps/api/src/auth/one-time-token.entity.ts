import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { isOneOf } from '../database/check-expressions';
import { User } from '../users/user.entity';

export const ONE_TIME_TOKEN_PURPOSES = ['setup', 'invitation', 'password_reset'] as const;
export type OneTimeTokenPurpose = (typeof ONE_TIME_TOKEN_PURPOSES)[number];

@Entity('one_time_tokens')
@Check('one_time_tokens_purpose_check', isOneOf('purpose', ONE_TIME_TOKEN_PURPOSES))
@Index('idx_one_time_tokens_user', ['userId'])
export class OneTimeToken {
  /** SHA-256 of the token, hexadecimal; the token itself is never stored. */
  @PrimaryColumn({
    name: 'token_hash',
    type: 'char',
    length: 64,
    select: false,
    primaryKeyConstraintName: 'one_time_tokens_pkey',
  })
  tokenHash!: string;

  @Column({ type: 'varchar', length: 50 })
  purpose!: OneTimeTokenPurpose;

  /** Null for `setup`, whose user does not exist yet. */
  @Column({ name: 'user_id', type: 'uuid', nullable: true })
  userId!: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'one_time_tokens_user_id_fkey' })
  user!: Relation<User> | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  createdAt!: string;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: string;

  @Column({ name: 'used_at', type: 'timestamptz', nullable: true })
  usedAt!: string | null;
}
