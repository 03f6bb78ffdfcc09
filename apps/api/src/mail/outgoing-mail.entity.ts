import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { isOneOf } from '../database/check-expressions';
import { User } from '../users/user.entity';

export const MAIL_KINDS = ['invitation', 'password_reset', 'account_exists', 'username_taken'] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/**
 * A mail that is to be sent: why and to whom, not what it says, since that holds a secret. It is written when it goes out, and
 * the row is gone when it went.
 */
@Entity('outgoing_mails')
@Check('outgoing_mails_kind_check', isOneOf('kind', MAIL_KINDS))
@Index('idx_outgoing_mails_due_at', ['dueAt'])
@Index('idx_outgoing_mails_user', ['userId'])
export class OutgoingMail {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'outgoing_mails_pkey',
  })
  id!: string;

  @Column({ type: 'varchar', length: 50 })
  kind!: MailKind;

  /** Null for somebody who has no account. */
  @Column({ name: 'user_id', type: 'uuid', nullable: true })
  userId!: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'outgoing_mails_user_id_fkey' })
  user!: Relation<User> | null;

  /** Where it goes, when that is not the user's own address; neither of them: nowhere. */
  @Column({ type: 'varchar', length: 255, nullable: true })
  address!: string | null;

  @Column({ type: 'int', default: 0 })
  attempts!: number;

  @Column({ name: 'due_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  dueAt!: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  createdAt!: string;
}
