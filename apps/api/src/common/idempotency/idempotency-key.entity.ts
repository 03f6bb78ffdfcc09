import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** The stored answer to a request that carried an Idempotency-Key. */
@Entity('idempotency_keys')
@Index('idx_idempotency_keys_user', ['userId'])
@Index('idx_idempotency_keys_created_at', ['createdAt'])
export class IdempotencyKey {
  /** SHA-256, hexadecimal, of caller, method, path and key. */
  @PrimaryColumn({ type: 'char', length: 64, primaryKeyConstraintName: 'idempotency_keys_pkey' })
  id!: string;

  /** By name, not by class: `common` knows no module. */
  @Column({ name: 'user_id', type: 'uuid', nullable: true })
  @ForeignKey('User', { name: 'idempotency_keys_user_id_fkey', onDelete: 'CASCADE' })
  userId!: string | null;

  /** SHA-256, hexadecimal, of the request's body. */
  @Column({ type: 'char', length: 64 })
  fingerprint!: string;

  /** The HTTP status that was answered. */
  @Column({ type: 'smallint' })
  status!: number;

  @Column({ type: 'jsonb' })
  headers!: Record<string, string>;

  @Column({ type: 'text', nullable: true })
  body!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  createdAt!: string;
}
