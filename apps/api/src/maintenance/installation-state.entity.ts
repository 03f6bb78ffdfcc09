import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** SQL: nobody has paused what runs in the background. Asked in the statement that takes work, so that it holds at once. */
export const NOT_PAUSED = 'NOT EXISTS (SELECT FROM installation_state WHERE paused_at IS NOT NULL)';

/** What holds for the installation as a whole: one row. */
@Entity('installation_state')
@Check('installation_state_id_check', 'id')
export class InstallationState {
  /** Always true. */
  @PrimaryColumn({ type: 'boolean', default: true, primaryKeyConstraintName: 'installation_state_pkey' })
  id!: boolean;

  /** Since when mail and jobs rest; null: they do not. */
  @Column({ name: 'paused_at', type: 'timestamptz', nullable: true })
  pausedAt!: string | null;

  @Column({ name: 'paused_reason', type: 'varchar', length: 50, nullable: true })
  pausedReason!: string | null;

  /** The highest position of an event that retention has removed; 0 when it has none. */
  @Column({ name: 'events_removed_to', type: 'bigint', default: 0 })
  eventsRemovedTo!: string;
}
