import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Between two restores, positions of events mean one history. A restore ends an epoch where the backup ends: what a reader
 * saw of it beyond that did not happen. The first one has the same id everywhere.
 */
@Entity('event_epochs')
@Index('idx_event_epochs_current', ['current'], { unique: true, where: 'current' })
export class EventEpoch {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'event_epochs_pkey' })
  id!: string;

  @Column({ name: 'started_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  startedAt!: string;

  @Column({ type: 'boolean', default: true })
  current!: boolean;

  /** The last position that is still a part of the history; null while the epoch lasts. */
  @Column({ name: 'last_position', type: 'bigint', nullable: true })
  lastPosition!: string | null;
}
