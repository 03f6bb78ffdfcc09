import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/**
 * The outbox: one row per change, written in the change's own transaction. No foreign keys, since events outlive what they
 * tell of; the time is part of the key, so that the table can be partitioned by month.
 */
@Entity('events')
@Index('idx_events_position', ['position'], { where: 'position IS NOT NULL' })
@Index('idx_events_unpositioned', ['id'], { where: 'position IS NULL' })
@Index('idx_events_accounts', ['id'], { where: `subject_type = 'user'` })
@Index('idx_events_subject_position', ['subjectType', 'subjectId', 'position'], {
  where: 'position IS NOT NULL',
})
export class Event {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'events_pkey',
  })
  id!: string;

  @PrimaryColumn({
    type: 'timestamptz',
    default: () => 'clock_timestamp()',
    primaryKeyConstraintName: 'events_pkey',
  })
  time!: string;

  /** Who did it; null for the system itself. */
  @Column({ name: 'actor_id', type: 'uuid', nullable: true })
  actorId!: string | null;

  /** `task.created` and the like. */
  @Column({ type: 'varchar', length: 100 })
  type!: string;

  @Column({ name: 'subject_type', type: 'varchar', length: 50 })
  subjectType!: string;

  @Column({ name: 'subject_id', type: 'uuid', nullable: true })
  subjectId!: string | null;

  /** Ids and the names of changed fields; never content or an address, so that a person can be erased. */
  @Column({ type: 'jsonb', default: {} })
  data!: Record<string, unknown>;

  @Column({ name: 'request_id', type: 'varchar', length: 128, nullable: true })
  requestId!: string | null;

  /** The order in which the relay saw the committed rows; null until it did. Cursors go by this, never by `id`. */
  @Column({ type: 'bigint', nullable: true })
  position!: string | null;
}
