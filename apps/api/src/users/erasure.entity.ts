import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * That somebody was erased: an id and a moment, nothing else. It is also written beside the backups, so that restoring an older
 * one does not bring the person back. No foreign key: it outlives the row.
 */
@Entity('erasures')
export class Erasure {
  @PrimaryColumn({ name: 'user_id', type: 'uuid', primaryKeyConstraintName: 'erasures_pkey' })
  userId!: string;

  @Column({ name: 'erased_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  erasedAt!: string;

  /** Whether it stands beside the backups already. */
  @Column({ type: 'boolean', default: false })
  journaled!: boolean;
}
